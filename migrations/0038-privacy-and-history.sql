-- The rights to write to an account, add it to groups and befriend it; and the servers' measurements of the last days.

alter table accounts
  add column may_write    text not null default 'everybody' check (may_write in ('everybody', 'friends_of_friends', 'friends', 'nobody')),
  add column may_add      text not null default 'everybody' check (may_add in ('everybody', 'friends_of_friends', 'friends', 'nobody')),
  add column may_befriend text not null default 'everybody' check (may_befriend in ('everybody', 'friends_of_friends', 'friends', 'nobody'));

-- Friend requests. A declined account is not told, and does not ask again.
create table friend_requests (
  from_id     int         not null references accounts (id) on delete cascade,
  to_id       int         not null references accounts (id) on delete cascade,
  created_at  timestamptz not null default date_trunc('milliseconds', clock_timestamp()),
  declined_at timestamptz,
  primary key (from_id, to_id),
  check (from_id <> to_id)
);
create index friend_requests_to on friend_requests (to_id, from_id);

-- A row a minute and node. `measures`: numbers by name.
create table history (
  at     timestamptz not null,
  node   uuid        not null,
  measures jsonb     not null check (jsonb_typeof(measures) = 'object' and pg_column_size(measures) <= 4096),
  primary key (at, node)
);

alter table notifications
  drop constraint notifications_kind_check,
  add constraint notifications_kind_check
    check (kind in ('mention', 'reply', 'reaction', 'like', 'comment', 'friend', 'request', 'invite', 'moderation'));
