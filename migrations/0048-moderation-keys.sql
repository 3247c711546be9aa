-- Idempotency keys of sanctions and of bans of sign-ups.

alter table sanctions
  add column key        text check (char_length(key) between 1 and 64),
  add column key_digest bytea check (octet_length(key_digest) = 32);
create unique index sanctions_key on sanctions (creator_id, (account_id is null), key) where key is not null;
