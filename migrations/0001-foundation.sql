-- Streams order everything that sockets are told about. `head` is the last seq given out: it is advanced under the
-- row's lock, in the transaction of the change, so that order of seq is order of commit and there are no holes.
create table streams (
  id   int    generated always as identity primary key,
  head bigint not null default 0 check (head >= 0)
);

-- What happened in a stream, except messages, which are their own record (see messages).
create table events (
  stream_id int         not null references streams (id) on delete cascade,
  seq       bigint      not null check (seq > 0),
  kind      text        not null,
  payload   jsonb       not null,
  at        timestamptz not null default now(),
  primary key (stream_id, seq)
);
create index events_at on events (at);

-- The keys are the NFC lower-case forms, made by the server and not by lower(), which knows only ASCII letters in a
-- database of locale C.
create table accounts (
  id            int         generated always as identity primary key,
  uid           uuid        not null unique default gen_random_uuid(),
  username      text        not null check (char_length(username) between 1 and 64),
  username_key  text        not null unique,
  email         text        check (char_length(email) between 3 and 254),
  email_key     text        unique,
  password_hash text        not null,
  created_at    timestamptz not null default now(),
  check ((email is null) = (email_key is null))
);

-- A row stands behind every token; a token without its row is worth nothing.
create table sessions (
  id         uuid        primary key,
  account_id int         not null references accounts (id) on delete cascade,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null check (expires_at > created_at)
);
create index sessions_account on sessions (account_id);
create index sessions_expiry on sessions (expires_at);

-- A room is a stream: one id for both.
create table rooms (
  id         int         primary key references streams (id) on delete cascade,
  uid        uuid        not null unique default gen_random_uuid(),
  kind       text        not null check (kind in ('lobby')),
  created_at timestamptz not null default now()
);
create unique index rooms_one_lobby on rooms (kind) where kind = 'lobby';

-- A message is its own entry in the room's stream: text is stored once, and gone once when it is deleted.
-- room_id references rooms and author_id accounts, both on delete cascade, by the triggers below.
create table messages (
  id         bigint      generated always as identity primary key,
  room_id    int         not null,
  seq        bigint      not null check (seq > 0),
  author_id  int         not null,
  body       text        not null check (body <> ''),
  created_at timestamptz not null,
  unique (room_id, seq)
);
create index messages_author on messages (author_id);

-- Foreign keys check row by row, which was two thirds of the cost of storing a batch. These check a statement at once,
-- with the same locks: a parent is held (key share) until the insert commits, so that its deletion waits and then sees
-- the new rows.
create function messages_have_parents() returns trigger language plpgsql as $$
begin
  perform from rooms r where r.id in (select room_id from added) for key share;
  perform from accounts a where a.id in (select author_id from added) for key share;
  if exists (select from added where not exists (select from rooms r where r.id = room_id))
    or exists (select from added where not exists (select from accounts a where a.id = author_id)) then
    raise foreign_key_violation using message = 'a message needs its room and its author';
  end if;
  return null;
end $$;
create trigger messages_have_parents after insert on messages
  referencing new table as added for each statement execute function messages_have_parents();

create function messages_go_with_room() returns trigger language plpgsql as $$
begin
  delete from messages where room_id in (select id from removed);
  return null;
end $$;
create trigger messages_go after delete on rooms
  referencing old table as removed for each statement execute function messages_go_with_room();

create function messages_go_with_author() returns trigger language plpgsql as $$
begin
  delete from messages where author_id in (select id from removed);
  return null;
end $$;
create trigger messages_go after delete on accounts
  referencing old table as removed for each statement execute function messages_go_with_author();

-- Nothing moves a message to another room or author, and no parent changes its id.
create function refuse() returns trigger language plpgsql as $$
begin
  raise restrict_violation using message = tg_table_name || ' cannot be changed in this way';
end $$;
create trigger messages_stay before update of room_id, author_id on messages
  for each row execute function refuse();

-- 1: what all nodes must know of accounts (core/events/events.ts). 2: the lobby.
insert into streams default values;
insert into streams default values;
insert into rooms (id, kind) values (2, 'lobby');

-- The tables of the relay document, for scripts that read them. Names longer than its VARCHAR(8) belong to accounts of
-- other dialects, which that schema cannot hold. `password` is a digest of the hash: it tells whether a password was
-- changed and nothing else.
create schema relay;

create view relay.users as
  select username::varchar(8) as username,
         encode(sha256(convert_to(password_hash, 'UTF8')), 'hex')::varchar(64) as password,
         (created_at at time zone 'UTC')::timestamp as created_at
    from accounts
    cross join (values (true)) as read_only -- a view of one table could be written to
   where char_length(username) <= 8;

create view relay.messages as
  select m.id::integer as id,
         a.username::varchar(8) as "from",
         m.body,
         (extract(epoch from m.created_at) * 1000)::bigint as timestamp
    from messages m
    join rooms r on r.id = m.room_id and r.kind = 'lobby'
    join accounts a on a.id = m.author_id
   where char_length(a.username) <= 8 and m.id <= 2147483647;
