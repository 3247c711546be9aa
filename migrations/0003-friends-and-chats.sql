-- A friendship is of two, so it is one row: whoever of them asked, and however many ask at once.
create table friendships (
  low_id     int         not null references accounts (id) on delete cascade,
  high_id    int         not null references accounts (id) on delete cascade,
  created_at timestamptz not null default now(),
  primary key (low_id, high_id),
  check (low_id < high_id)
);
create index friendships_high on friendships (high_id, low_id);

-- When somebody last spoke in it, by which chats are sorted. It stands beside `head` because sending writes that row
-- anyway: in a table or an index of its own it would cost a write more for every batch.
alter table streams add column active_at timestamptz not null default date_trunc('milliseconds', now());

-- `name` is how messenger's addresses call a room. `title` is what people called it: a chat without one is shown by
-- the names of those in it.
alter table rooms
  drop constraint rooms_kind_check,
  add constraint rooms_kind_check check (kind in ('lobby', 'direct', 'group')),
  add column name       text check (char_length(name) between 1 and 160),
  add column title      text check (char_length(title) between 1 and 200),
  add column avatar     text check (char_length(avatar) between 1 and 2048),
  add column creator_id int  references accounts (id) on delete set null,
  add constraint rooms_direct_untitled check (kind <> 'direct' or (title is null and avatar is null));
update rooms set name = 'lobby', title = 'Lobby' where kind = 'lobby';
alter table rooms alter column name set not null;
create unique index rooms_name on rooms (name);
create index rooms_creator on rooms (creator_id);

-- The next number for rooms that want a name which another room has already.
create table room_names (
  base text primary key,
  used int  not null check (used > 1)
);

-- Whose room a direct one is. It keeps the pair, and so stays the only one, whatever happens to its members.
create table direct_rooms (
  room_id int primary key references rooms (id) on delete cascade,
  low_id  int not null references accounts (id) on delete cascade,
  high_id int not null references accounts (id) on delete cascade,
  unique (low_id, high_id),
  check (low_id < high_id)
);
create index direct_rooms_high on direct_rooms (high_id);

-- Who may read a room and speak in it. The lobby has no members: it is everybody's.
create table room_members (
  room_id    int         not null references rooms (id) on delete cascade,
  account_id int         not null references accounts (id) on delete cascade,
  joined_at  timestamptz not null default now(),
  primary key (room_id, account_id)
);
create index room_members_account on room_members (account_id, room_id);

-- Only members speak. Sending leaves strangers out by itself (store/messages.ts), as of when its statement began; the
-- statements of this trigger see what was committed while that one waited for the room's stream. So whoever takes a
-- member out with the stream locked can be sure that nothing of theirs comes after.
create or replace function messages_have_parents() returns trigger language plpgsql as $$
begin
  perform from rooms r where r.id in (select room_id from added) for key share;
  perform from accounts a where a.id in (select author_id from added) for key share;
  if exists (
      select from (select distinct room_id from added) m
       where not exists (select from rooms r where r.id = m.room_id))
    or exists (
      select from (select distinct author_id from added) m
       where not exists (select from accounts a where a.id = m.author_id)) then
    raise foreign_key_violation using message = 'a message needs its room and its author';
  end if;
  if exists (select from rooms r where r.id in (select room_id from added) and r.kind <> 'lobby')
    and exists (
      select from (select distinct room_id, author_id from added) m
        join rooms r on r.id = m.room_id and r.kind <> 'lobby'
       where not exists (select from room_members p where p.room_id = m.room_id and p.account_id = m.author_id)) then
    raise sqlstate 'KO001' using message = 'only members speak in a room';
  end if;
  return null;
end $$;
