-- Bots: accounts of programs. Nobody signs in to them by password.
alter table accounts
  -- `hook`: writes what is sent to an incoming hook, and belongs to its room.
  add column kind     text not null default 'person' check (kind in ('person', 'bot', 'hook')),
  add column owner_id int  references accounts (id) on delete cascade,
  add constraint accounts_owned check ((kind = 'bot') = (owner_id is not null));
create index accounts_owner on accounts (owner_id) where owner_id is not null;

-- Incoming hooks: whoever has the secret writes in the room as the hook's account.
create table incoming_hooks (
  id         bigint      primary key check (id between 100000000000000000 and 999999999999999999),
  room_id    int         not null references rooms (id) on delete cascade,
  account_id int         not null unique references accounts (id) on delete cascade,
  digest     bytea       not null check (length(digest) = 32),
  created_at timestamptz not null default now(),
  used_at    timestamptz
);
create index incoming_hooks_room on incoming_hooks (room_id, created_at desc, id);
