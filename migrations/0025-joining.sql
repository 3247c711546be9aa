-- How a community begins and who may join it: its name and rules, invitations, applications, and what people may do.

-- One row. `registration` null: as the environment says. `setup_digest`: of the code that makes the first owner.
create table community (
  id           boolean primary key default true check (id),
  name         text    not null default 'Koine' check (char_length(name) between 1 and 64),
  color        text    check (color ~ '^#[0-9a-f]{6}$'),
  rules        text    check (char_length(rules) between 1 and 10000),
  registration text    check (registration in ('open', 'invite', 'approval', 'closed')),
  setup_digest bytea   check (octet_length(setup_digest) = 32)
);
insert into community default values;

alter table accounts
  add column role       text not null default 'member' check (role in ('owner', 'admin', 'moderator', 'member')),
  add column invited_by int references accounts (id) on delete set null;
update accounts set role = 'admin' where is_admin;
alter table accounts drop column is_admin;
alter table accounts add column is_admin boolean not null generated always as (role in ('owner', 'admin')) stored;
create index accounts_with_role on accounts (id) where role <> 'member';
create index accounts_invited on accounts (invited_by) where invited_by is not null;

-- `creator_id` null: the operator.
create table community_invites (
  code       text        primary key check (char_length(code) between 16 and 64),
  creator_id int         references accounts (id) on delete cascade,
  created_at timestamptz not null default date_trunc('milliseconds', clock_timestamp()),
  expires_at timestamptz not null check (expires_at > created_at),
  uses       int         not null default 0 check (uses >= 0),
  max_uses   int         check (max_uses > 0),
  check (max_uses is null or uses <= max_uses)
);
create index community_invites_newest on community_invites (created_at desc, code);
create index community_invites_creator on community_invites (creator_id) where creator_id is not null;
create index community_invites_expiry on community_invites (expires_at);

-- Whoever waits for approval has no account yet, so that nothing can show it.
create table applications (
  id            int         generated always as identity primary key,
  username      text        not null check (char_length(username) between 1 and 64),
  username_key  text        not null unique,
  skeleton      text        not null,
  name          text        check (char_length(name) between 1 and 64),
  name_key      text,
  email         text        check (char_length(email) between 3 and 254),
  email_key     text        unique,
  password_hash text        not null,
  avatar_url    text        check (char_length(avatar_url) between 1 and 2048),
  body          text        not null check (char_length(body) <= 1000),
  created_at    timestamptz not null default date_trunc('milliseconds', clock_timestamp()),
  check ((email is null) = (email_key is null)),
  constraint applications_name_key check ((name is null) = (name_key is null))
);
create index applications_skeleton on applications (skeleton);
create index applications_created on applications (created_at);
