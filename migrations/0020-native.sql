-- What the native API has and the published ones have not: a stream for each account, messages that change, marks of
-- readers, invitations, notifications, bookmarks, blocks, idempotency keys.

-- Each account has a stream of its own for what is personal.
alter table accounts
  add column stream_id int,
  add column name      text check (char_length(name) between 1 and 64),
  add column settings  jsonb not null default '{}' check (jsonb_typeof(settings) = 'object' and pg_column_size(settings) <= 16384);
update accounts set stream_id = nextval(pg_get_serial_sequence('streams', 'id'));
insert into streams (id) overriding system value select stream_id from accounts;
alter table accounts
  alter column stream_id set not null,
  add constraint accounts_stream unique (stream_id),
  add constraint accounts_stream_exists foreign key (stream_id) references streams (id);

create function begin_account_stream() returns trigger language plpgsql as $$
begin
  if new.stream_id is null then
    insert into streams default values returning id into new.stream_id;
  end if;
  return new;
end $$;
create trigger accounts_begin_stream before insert on accounts for each row execute function begin_account_stream();

create function end_account_streams() returns trigger language plpgsql as $$
begin
  delete from streams where id in (select stream_id from removed);
  return null;
end $$;
create trigger accounts_end_streams after delete on accounts
  referencing old table as removed for each statement execute function end_account_streams();

-- Messages. A deleted one leaves a tombstone: its row without its text. `has_more`: it has mentions or files, in tables
-- of their own; so the others are read without looking there. `key`: of idempotency; `key_digest`: of what was sent with it.
alter table messages
  add column edited_at  timestamptz,
  -- The seq of the event of its last edit.
  add column edited_seq bigint,
  add column deleted_at timestamptz,
  add column reply_to   bigint check (reply_to > 0 and reply_to < seq),
  add column has_more   boolean not null default false,
  add column key        text check (char_length(key) between 1 and 64),
  add column key_digest bytea check (octet_length(key_digest) = 32),
  add constraint messages_keyed check ((key is null) = (key_digest is null)),
  drop constraint messages_body_check;
alter table messages
  add constraint messages_body_check check (body <> '' or deleted_at is not null or has_more) not valid;
create unique index messages_key on messages (author_id, key) where key is not null;

create table mentions (
  account_id int    not null references accounts (id) on delete cascade,
  room_id    int    not null,
  seq        bigint not null,
  primary key (account_id, room_id, seq),
  foreign key (room_id, seq) references messages (room_id, seq) on delete cascade
);
create index mentions_message on mentions (room_id, seq);

create table reactions (
  room_id    int         not null,
  seq        bigint      not null,
  emoji      text        not null check (octet_length(emoji) between 1 and 64),
  account_id int         not null references accounts (id) on delete cascade,
  created_at timestamptz not null default date_trunc('milliseconds', clock_timestamp()),
  primary key (room_id, seq, emoji, account_id),
  foreign key (room_id, seq) references messages (room_id, seq) on delete cascade
);
create index reactions_account on reactions (account_id);

create table pins (
  room_id    int         not null,
  seq        bigint      not null,
  account_id int         references accounts (id) on delete set null,
  created_at timestamptz not null default date_trunc('milliseconds', clock_timestamp()),
  primary key (room_id, seq),
  foreign key (room_id, seq) references messages (room_id, seq) on delete cascade
);
create index pins_account on pins (account_id);

-- Pictures of messages. `uid`: how the native API names an uploaded file. `preview_bytes`: of `bytes`, those of the preview; not known
-- of earlier ones.
alter table objects
  add column uid           uuid not null unique default gen_random_uuid(),
  add column name          text check (char_length(name) between 1 and 255),
  add column alt           text check (char_length(alt) between 1 and 1000),
  add column preview_bytes bigint not null default 0 check (preview_bytes >= 0),
  add column key_of        text check (char_length(key_of) between 1 and 64),
  add column key_digest    bytea check (octet_length(key_digest) = 32);
create unique index objects_key_of on objects (account_id, key_of) where key_of is not null;

create table message_files (
  room_id    int    not null,
  seq        bigint not null,
  position   int    not null check (position >= 0),
  object_key text   not null unique references objects (key),
  primary key (room_id, seq, position),
  foreign key (room_id, seq) references messages (room_id, seq) on delete cascade
);
create trigger message_files_let_go after delete on message_files
  for each row execute function let_go_of_object('object_key');
create trigger message_files_stay before update on message_files for each row execute function refuse();

-- Rooms: roles, invitations, and how far each member has read.
alter table room_members
  add column role text not null default 'member' check (role in ('owner', 'moderator', 'member'));
update room_members m set role = 'owner'
  from rooms r where r.id = m.room_id and r.kind = 'group' and r.creator_id = m.account_id;
-- Groups whose creator is gone: the member who has been there longest.
update room_members m set role = 'owner'
  from (
    select distinct on (m.room_id) m.room_id, m.account_id
      from room_members m join rooms r on r.id = m.room_id and r.kind = 'group'
     where not exists (select from room_members o where o.room_id = m.room_id and o.role = 'owner')
     order by m.room_id, m.joined_at, m.account_id
  ) as first
 where m.room_id = first.room_id and m.account_id = first.account_id;

alter table rooms
  add column key        text check (char_length(key) between 1 and 64),
  add column key_digest bytea check (octet_length(key_digest) = 32);
create unique index rooms_key on rooms (creator_id, key) where key is not null;

-- `notify` null: as usual for the kind of room.
create table room_marks (
  account_id int    not null references accounts (id) on delete cascade,
  room_id    int    not null references rooms (id) on delete cascade,
  read_seq   bigint not null default 0 check (read_seq >= 0),
  notify     text   check (notify in ('all', 'mentions', 'nothing')),
  primary key (account_id, room_id)
);
create index room_marks_room on room_marks (room_id, read_seq);

-- Whoever enters a room has read what was said before.
insert into room_marks (account_id, room_id, read_seq)
select m.account_id, m.room_id, s.head from room_members m join streams s on s.id = m.room_id
union all
select a.id, r.id, s.head from accounts a cross join rooms r join streams s on s.id = r.id where r.kind = 'lobby';

create function begin_marks() returns trigger language plpgsql as $$
begin
  insert into room_marks (account_id, room_id, read_seq)
  select a.account_id, a.room_id, s.head from added a join streams s on s.id = a.room_id
  on conflict (account_id, room_id) do nothing;
  return null;
end $$;
create trigger room_members_begin_marks after insert on room_members
  referencing new table as added for each statement execute function begin_marks();

create function end_marks() returns trigger language plpgsql as $$
begin
  delete from room_marks k using removed r where k.account_id = r.account_id and k.room_id = r.room_id;
  return null;
end $$;
create trigger room_members_end_marks after delete on room_members
  referencing old table as removed for each statement execute function end_marks();

create function begin_lobby_marks() returns trigger language plpgsql as $$
begin
  insert into room_marks (account_id, room_id, read_seq)
  select a.id, r.id, s.head from added a cross join rooms r join streams s on s.id = r.id where r.kind = 'lobby';
  return null;
end $$;
create trigger accounts_begin_lobby_marks after insert on accounts
  referencing new table as added for each statement execute function begin_lobby_marks();

create table room_invites (
  code       text        primary key check (char_length(code) between 16 and 64),
  room_id    int         not null references rooms (id) on delete cascade,
  creator_id int         not null references accounts (id) on delete cascade,
  created_at timestamptz not null default date_trunc('milliseconds', clock_timestamp()),
  expires_at timestamptz not null check (expires_at > created_at),
  uses       int         not null default 0 check (uses >= 0),
  max_uses   int         check (max_uses > 0),
  check (max_uses is null or uses <= max_uses)
);
create index room_invites_room on room_invites (room_id);
create index room_invites_creator on room_invites (creator_id);
create index room_invites_expiry on room_invites (expires_at);

-- The feed.
alter table posts
  add column key        text check (char_length(key) between 1 and 64),
  add column key_digest bytea check (octet_length(key_digest) = 32);
create unique index posts_key on posts (author_id, key) where key is not null;
alter table comments
  add column edited_at  timestamptz,
  add column key        text check (char_length(key) between 1 and 64),
  add column key_digest bytea check (octet_length(key_digest) = 32);
create unique index comments_key on comments (author_id, key) where key is not null;

create table bookmarks (
  account_id int         not null references accounts (id) on delete cascade,
  post_id    int         not null references posts (id) on delete cascade,
  created_at timestamptz not null default date_trunc('milliseconds', clock_timestamp()),
  primary key (account_id, post_id)
);
create index bookmarks_newest on bookmarks (account_id, created_at desc, post_id desc);
create index bookmarks_post on bookmarks (post_id);

create table blocks (
  account_id int         not null references accounts (id) on delete cascade,
  blocked_id int         not null references accounts (id) on delete cascade,
  created_at timestamptz not null default date_trunc('milliseconds', clock_timestamp()),
  primary key (account_id, blocked_id),
  check (account_id <> blocked_id)
);
create index blocks_blocked on blocks (blocked_id);

create table notifications (
  id         bigint      generated always as identity primary key,
  account_id int         not null references accounts (id) on delete cascade,
  kind       text        not null check (kind in ('mention', 'reply', 'reaction', 'like', 'comment', 'friend', 'invite')),
  actor_id   int         not null references accounts (id) on delete cascade,
  room_id    int         references rooms (id) on delete cascade,
  seq        bigint      check (seq > 0),
  post_id    int         references posts (id) on delete cascade,
  comment_id int         references comments (id) on delete cascade,
  created_at timestamptz not null default date_trunc('milliseconds', clock_timestamp()),
  read_at    timestamptz,
  check (seq is null or room_id is not null)
);
create index notifications_newest on notifications (account_id, id desc);
create index notifications_unread on notifications (account_id) where read_at is null;
create index notifications_actor on notifications (actor_id);
create index notifications_room on notifications (room_id, seq) where room_id is not null;
create index notifications_post on notifications (post_id) where post_id is not null;
create index notifications_comment on notifications (comment_id) where comment_id is not null;
create index notifications_created on notifications (created_at);
-- A like, a reaction or a friendship that is taken back and made again tells once.
create unique index notifications_once on notifications
  (account_id, kind, actor_id, coalesce(room_id, 0), coalesce(seq, 0), coalesce(post_id, 0))
  where kind in ('like', 'reaction', 'friend', 'invite');
