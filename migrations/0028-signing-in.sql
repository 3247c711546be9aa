-- How people sign in: what a session shows of itself, tokens for programs, second factors, passkeys, several providers.

-- Passwords that were made for one program each. They have 120 random bits, so a plain digest does not reveal them.
create table app_passwords (
  id         uuid        primary key default gen_random_uuid(),
  account_id int         not null references accounts (id) on delete cascade,
  name       text        not null check (char_length(name) between 1 and 64),
  digest     bytea       not null unique check (octet_length(digest) = 32),
  created_at timestamptz not null default date_trunc('milliseconds', clock_timestamp()),
  used_at    timestamptz
);
create index app_passwords_newest on app_passwords (account_id, created_at desc, id);

-- An account may be known to several providers.
alter table identities drop constraint identities_account_id_key;
create index identities_account on identities (account_id);

-- `network`: from where it began, shortened. `confirmed_at`: when its owner last showed a password or a passkey. `scopes` null: all
-- that the account may do. A session with a name and a digest is an access token. `issuer`, `subject`, `issuer_session`: of the
-- provider that began it.
alter table sessions
  add column network         text        check (char_length(network) <= 64),
  add column used_at         timestamptz not null default now(),
  add column confirmed_at    timestamptz not null default now(),
  add column scopes          text[]      check (scopes <@ array['read', 'write', 'moderate']),
  add column name            text        check (char_length(name) between 1 and 64),
  add column digest          bytea       unique check (octet_length(digest) = 32),
  add column app_password_id uuid        references app_passwords (id) on delete cascade,
  add column issuer          text,
  add column subject         text,
  add column issuer_session  text        check (char_length(issuer_session) between 1 and 255),
  add constraint sessions_tokens check ((digest is null) = (name is null) and (digest is null or scopes is not null)),
  add constraint sessions_identity_whole check ((issuer is null) = (subject is null)),
  add constraint sessions_issued check (issuer_session is null or issuer is not null),
  add constraint sessions_of_identity foreign key (issuer, subject) references identities (issuer, subject) on delete cascade;
create index sessions_named on sessions (account_id, created_at desc, id) where digest is not null;
create index sessions_app_password on sessions (app_password_id) where app_password_id is not null;
create index sessions_identity on sessions (issuer, subject) where issuer is not null;
create index sessions_issuer_session on sessions (issuer, issuer_session) where issuer_session is not null;

-- One-time passwords by time (RFC 6238). `secret`: sealed by the server. `confirmed_at` null: not on until the first code came.
-- `last_step`: no code of this step or an earlier one is taken.
create table one_time_secrets (
  account_id   int         primary key references accounts (id) on delete cascade,
  secret       bytea       not null check (octet_length(secret) between 32 and 256),
  confirmed_at timestamptz,
  last_step    bigint      not null default 0 check (last_step >= 0)
);

-- Each counts once, and has 120 random bits.
create table recovery_codes (
  account_id int   not null references accounts (id) on delete cascade,
  digest     bytea not null check (octet_length(digest) = 32),
  primary key (account_id, digest)
);

-- WebAuthn credentials. `rp_id`: the name of the server that they are for.
create table passkeys (
  id            uuid        primary key default gen_random_uuid(),
  account_id    int         not null references accounts (id) on delete cascade,
  credential_id bytea       not null unique check (octet_length(credential_id) between 1 and 1023),
  rp_id         text        not null check (char_length(rp_id) between 1 and 253),
  public_key    bytea       not null check (octet_length(public_key) between 1 and 4096),
  counter       bigint      not null check (counter >= 0),
  name          text        not null check (char_length(name) between 1 and 64),
  created_at    timestamptz not null default date_trunc('milliseconds', clock_timestamp()),
  used_at       timestamptz
);
create index passkeys_newest on passkeys (account_id, created_at desc, id);

-- Sealed tickets that were used: each counts once. They are deleted when they have expired.
create table used_tickets (
  id         uuid        primary key,
  expires_at timestamptz not null
);
create index used_tickets_expiry on used_tickets (expires_at);
