-- Search: messages and posts are indexed shortly after their commit, in tables of their own.

-- Words are stemmed as English ones if they have Latin letters, otherwise as Russian ones. No word is left out as too
-- frequent: phrases have them. Not every server has unaccent, and not every role may create it: accents count there.
create text search dictionary koine_english (template = snowball, language = english);
create text search dictionary koine_russian (template = snowball, language = russian);
create text search configuration koine (copy = pg_catalog.russian);
alter text search configuration koine alter mapping for asciihword, asciiword, hword_asciipart with koine_english;
do $$
begin
  create extension if not exists unaccent;
  alter text search configuration koine alter mapping for hword, hword_part, word with unaccent, koine_russian;
exception when others then
  raise notice 'search tells letters with accents from those without: %', sqlerrm;
  alter text search configuration koine alter mapping for hword, hword_part, word with koine_russian;
end $$;

-- `words`: besides those of the text, marks of what filters ask for (store/search-index.ts). Each row is written by the
-- server that indexes it; a message that is gone stays at most until then, and its text is not here.
create table message_search (
  message_id bigint      primary key,
  room_id    int         not null references rooms (id) on delete cascade,
  author_id  int         not null references accounts (id) on delete cascade,
  created_at timestamptz not null,
  words      tsvector    not null
);
create index message_search_room on message_search (room_id, created_at desc, message_id desc);
create index message_search_newest on message_search (created_at desc, message_id desc);
create index message_search_author on message_search (author_id);
-- Without a pending list, whose clean-up stops all writers of the index for seconds.
create index message_search_words on message_search using gin (words) with (fastupdate = off);

-- How far each room has been indexed. None: not at all.
create table search_positions (
  room_id int    primary key references rooms (id) on delete cascade,
  seq     bigint not null check (seq >= 0)
);

-- Changes of a message after a position: edits, and deletions that leave a tombstone.
create index messages_changed on messages (room_id, edited_seq) where edited_seq is not null;

create table post_search (
  post_id int      primary key references posts (id) on delete cascade,
  words   tsvector not null
);
create index post_search_words on post_search using gin (words) with (fastupdate = off);

-- Posts that have not been indexed since they were written or edited.
create table post_search_queue (
  post_id int primary key references posts (id) on delete cascade
);
insert into post_search_queue (post_id) select id from posts;
create function queue_post_search() returns trigger language plpgsql as $$
begin
  insert into post_search_queue (post_id) values (new.id) on conflict (post_id) do nothing;
  return null;
end $$;
create trigger posts_are_searchable after insert or update of title, body on posts
  for each row execute function queue_post_search();
