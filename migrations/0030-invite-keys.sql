-- Idempotency keys of invitations.

alter table room_invites
  add column key        text check (char_length(key) between 1 and 64),
  add column key_digest bytea check (octet_length(key_digest) = 32);
create unique index room_invites_key on room_invites (creator_id, key) where key is not null;

alter table community_invites
  add column key        text check (char_length(key) between 1 and 64),
  add column key_digest bytea check (octet_length(key_digest) = 32);
create unique index community_invites_key on community_invites (creator_id, key) where key is not null;
