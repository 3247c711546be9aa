alter table accounts
  add column avatar_url text check (char_length(avatar_url) between 1 and 2048),
  add column is_admin boolean not null default false;

-- 3: the board, where everything about posts happens.
insert into streams default values;

-- The order of ids is the order of creation: pages are cut by id. The counters are kept by the triggers below.
create table posts (
  id             int         generated always as identity primary key,
  uid            uuid        not null unique default gen_random_uuid(),
  author_id      int         not null references accounts (id) on delete cascade,
  title          text        check (char_length(title) between 1 and 1000),
  body           text        not null check (char_length(body) between 1 and 100000),
  created_at     timestamptz not null default date_trunc('milliseconds', clock_timestamp()),
  edited_at      timestamptz,
  likes_count    int         not null default 0 check (likes_count >= 0),
  comments_count int         not null default 0 check (comments_count >= 0)
);
create index posts_author on posts (author_id, id);

create table comments (
  id         int         generated always as identity primary key,
  post_id    int         not null references posts (id) on delete cascade,
  author_id  int         not null references accounts (id) on delete cascade,
  body       text        not null check (char_length(body) between 1 and 100000),
  created_at timestamptz not null default date_trunc('milliseconds', clock_timestamp())
);
create index comments_post on comments (post_id, id);
create index comments_author on comments (author_id);

create table likes (
  post_id    int         not null references posts (id) on delete cascade,
  account_id int         not null references accounts (id) on delete cascade,
  created_at timestamptz not null default date_trunc('milliseconds', clock_timestamp()),
  primary key (post_id, account_id)
);
create index likes_post_newest on likes (post_id, created_at, account_id);
create index likes_account on likes (account_id);

-- Counted here, so that what goes by cascade is counted too. Posts are locked in order of id: two statements that
-- change the likes of the same posts wait for each other and never deadlock.
create function count_likes() returns trigger language plpgsql as $$
declare
  sign constant int := case tg_op when 'INSERT' then 1 else -1 end;
begin
  perform from posts where id in (select post_id from changed) order by id for no key update;
  update posts p set likes_count = p.likes_count + sign * c.n
    from (select post_id, count(*) as n from changed group by post_id) c
   where p.id = c.post_id;
  return null;
end $$;
create trigger likes_added after insert on likes
  referencing new table as changed for each statement execute function count_likes();
create trigger likes_removed after delete on likes
  referencing old table as changed for each statement execute function count_likes();

create function count_comments() returns trigger language plpgsql as $$
declare
  sign constant int := case tg_op when 'INSERT' then 1 else -1 end;
begin
  perform from posts where id in (select post_id from changed) order by id for no key update;
  update posts p set comments_count = p.comments_count + sign * c.n
    from (select post_id, count(*) as n from changed group by post_id) c
   where p.id = c.post_id;
  return null;
end $$;
create trigger comments_added after insert on comments
  referencing new table as changed for each statement execute function count_comments();
create trigger comments_removed after delete on comments
  referencing old table as changed for each statement execute function count_comments();

-- Nothing moves to another post, and no post changes its id.
create trigger likes_stay before update of post_id on likes for each row execute function refuse();
create trigger comments_stay before update of post_id on comments for each row execute function refuse();
