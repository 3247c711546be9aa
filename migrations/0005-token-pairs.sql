-- Sessions with a refresh token: the one that is good now, and the one before it, by which a stolen one is told from a
-- request that was repeated.
alter table sessions
  add column refresh_id   uuid,
  add column refresh_used uuid,
  add column refreshed_at timestamptz;

-- A disabled account cannot sign in; its sessions end in the same transaction.
alter table accounts add column disabled_at timestamptz;
