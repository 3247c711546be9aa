-- The refresh tokens that were used a moment ago, each with the time of its use: two tabs of one browser may be several
-- tokens apart. Older ones are deleted when the session is refreshed again. `sessions.refresh_used` is no longer read or
-- written; it stays for nodes of the version before, which may still run during an upgrade.
create table used_refreshes (
  session_id uuid        not null references sessions (id) on delete cascade,
  refresh_id uuid        not null,
  used_at    timestamptz not null default now(),
  primary key (session_id, refresh_id)
);
insert into used_refreshes (session_id, refresh_id, used_at)
select id, refresh_used, refreshed_at from sessions where refresh_used is not null and refreshed_at is not null;
