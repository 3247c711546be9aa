-- Web Push: browsers that are told of messages and notifications while nobody looks, and when not.

-- `push_text`: whether what is pushed has the text. Nothing is pushed from `quiet_from` to `quiet_to`, times of day in `quiet_zone`.
alter table accounts
  add column push_text  boolean not null default true,
  add column quiet_from text    check (quiet_from ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$'),
  add column quiet_to   text    check (quiet_to ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$'),
  add column quiet_zone text    check (char_length(quiet_zone) between 1 and 64),
  add constraint accounts_quiet_hours check (num_nulls(quiet_from, quiet_to, quiet_zone) in (0, 3));

-- A browser of a session. `free_at`: it is not asked before. `failures`: since it last took something.
create table push_subscriptions (
  id         uuid        primary key default gen_random_uuid(),
  account_id int         not null references accounts (id) on delete cascade,
  session_id uuid        not null references sessions (id) on delete cascade,
  endpoint   text        not null unique check (octet_length(endpoint) between 12 and 1024),
  p256dh     bytea       not null check (octet_length(p256dh) = 65),
  auth       bytea       not null check (octet_length(auth) = 16),
  created_at timestamptz not null default date_trunc('milliseconds', clock_timestamp()),
  free_at    timestamptz not null default now(),
  failures   int         not null default 0 check (failures >= 0)
);
create index push_subscriptions_newest on push_subscriptions (account_id, created_at desc, id);
create index push_subscriptions_session on push_subscriptions (session_id);

-- The rows of ended sessions that stay.
create function end_push_subscriptions() returns trigger language plpgsql as $$
begin
  delete from push_subscriptions where session_id = new.id;
  return null;
end $$;
create trigger sessions_end_push after update of ended_at on sessions
  for each row when (new.ended_at is not null) execute function end_push_subscriptions();

-- What a browser is to be told of, once for each room and post. What it says is read when it is sent. `attempts`: 0 anew when there is news.
create table pushes (
  id              bigint      generated always as identity primary key,
  subscription_id uuid        not null references push_subscriptions (id) on delete cascade,
  room_id         int         references rooms (id) on delete cascade,
  post_id         int         references posts (id) on delete cascade,
  due_at          timestamptz not null,
  expires_at      timestamptz not null,
  attempts        int         not null default 0 check (attempts >= 0),
  check (num_nonnulls(room_id, post_id) = 1)
);
create unique index pushes_once on pushes (subscription_id, coalesce(room_id, 0), coalesce(post_id, 0));
create index pushes_due on pushes (due_at);
create index pushes_room on pushes (room_id) where room_id is not null;
create index pushes_post on pushes (post_id) where post_id is not null;

-- Who is told of every message of the lobby.
create index room_marks_all on room_marks (room_id) where notify = 'all';
