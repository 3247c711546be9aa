-- Mail: what is to be sent, proofs that somebody reads a mailbox, and accounts that leave later.

alter table accounts
  add column email_verified_at timestamptz,
  add constraint accounts_verified check (email_verified_at is null or email is not null),
  add column language text check (language in ('en', 'ru'));

-- Deletions that were asked for begin now; `leaving_at` is from here on when one begins, which may be later.
create index accounts_leaving_next on accounts (leaving_at) where leaving_at is not null;
drop index accounts_leaving;

-- A sign-in before the deletion begins keeps the account.
create function signing_in_stays() returns trigger language plpgsql as $$
begin
  update accounts set leaving_at = null where id = new.account_id and leaving_at > now();
  return null;
end $$;
create trigger sessions_stay after insert on sessions for each row execute function signing_in_stays();

-- The outbox. `due_at`: when it is tried next, null once it was sent or given up. Links are made of `uid` when it is sent.
create table mails (
  id            bigint      generated always as identity primary key,
  uid           uuid        not null unique,
  account_id    int         references accounts (id) on delete cascade,
  recipient     text        not null check (char_length(recipient) between 3 and 254),
  recipient_key text        not null,
  kind          text        not null check (char_length(kind) between 1 and 32),
  language      text        not null check (language in ('en', 'ru')),
  facts         jsonb       not null check (jsonb_typeof(facts) = 'object' and pg_column_size(facts) <= 8192),
  created_at    timestamptz not null default clock_timestamp(),
  expires_at    timestamptz not null check (expires_at > created_at),
  due_at        timestamptz default clock_timestamp(),
  attempts      int         not null default 0 check (attempts >= 0),
  sent_at       timestamptz,
  check (sent_at is null or due_at is null)
);
create index mails_due on mails (due_at) where due_at is not null;
create index mails_recipient on mails (recipient_key, kind, created_at);
create index mails_account on mails (account_id) where account_id is not null;
create index mails_created on mails (created_at);

-- The newest of each purpose is good, once.
create table mail_proofs (
  account_id int         not null references accounts (id) on delete cascade,
  purpose    text        not null check (purpose in ('verify', 'reset')),
  digest     bytea       not null unique check (octet_length(digest) = 32),
  email      text        not null check (char_length(email) between 3 and 254),
  email_key  text        not null,
  created_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null check (expires_at > created_at),
  primary key (account_id, purpose)
);
create index mail_proofs_expiry on mail_proofs (expires_at);
