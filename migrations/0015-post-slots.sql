-- Pages with numbers have a bound in bytes: a post takes as many slots of a page as its text has pieces of 10 KiB, and a
-- page has so many slots (store/posts.ts). Nearly every post takes one. The longest text allowed takes 40.
alter table posts add column slots smallint not null default 1 check (slots between 1 and 50);

create function count_slots() returns trigger language plpgsql as $$
begin
  new.slots := greatest(1, ceil((octet_length(new.body) + coalesce(octet_length(new.title), 0)) / 10240.0));
  return new;
end $$;
create trigger posts_slots before insert or update of body, title on posts
  for each row execute function count_slots();

-- Lengths are read without the texts; few rows are written.
update posts set slots = ceil((octet_length(body) + coalesce(octet_length(title), 0)) / 10240.0)
 where octet_length(body) + coalesce(octet_length(title), 0) > 10240;

-- What a page skips is summed up in an index alone.
create index posts_slots on posts (id desc) include (slots);
create index posts_author_slots on posts (author_id, id desc) include (slots);
drop index posts_author;
