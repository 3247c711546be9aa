-- Who an account is at another service that signs tokens. It is found by these two and never by a name or an e-mail.
create table identities (
  issuer      text        not null check (char_length(issuer) between 1 and 512),
  subject     text        not null check (char_length(subject) between 1 and 255),
  account_id  int         not null unique references accounts (id) on delete cascade,
  -- Since the account was last signed out everywhere: tokens issued before are worth nothing, seen or not.
  tokens_from timestamptz not null default '-infinity',
  created_at  timestamptz not null default now(),
  primary key (issuer, subject)
);

-- Nobody comes into such an account by a password.
alter table accounts alter column password_hash drop not null;
create or replace view relay.users as
  select username::varchar(8) as username,
         coalesce(encode(sha256(convert_to(password_hash, 'UTF8')), 'hex'), repeat('0', 64))::varchar(64) as password,
         (created_at at time zone 'UTC')::timestamp as created_at
    from accounts
    cross join (values (true)) as read_only -- a view of one table could be written to
   where char_length(username) <= 8;

-- A session of a token from elsewhere begins when that token is first seen. Its row stays when it ends, until the token
-- has expired: without it, the token would begin it anew.
alter table sessions
  add column elsewhere boolean not null default false,
  add column ended_at  timestamptz,
  add constraint sessions_ended_stay check (ended_at is null or elsewhere);
