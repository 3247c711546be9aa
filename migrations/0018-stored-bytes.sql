-- What each account stores, in bytes: its pictures with their previews, and each text with 128 bytes for its row and indexes.
-- Pictures, posts and comments are counted by the triggers below, in the statement that writes them. New messages are counted by the
-- servers, about once a second (core/accounts/storage.ts), since their insert is the hot path. Pictures that are stored already are counted
-- here; earlier texts are not, as that would read every table through. So a count never falls below 0.
create table stored_bytes (
  account_id int    primary key references accounts (id) on delete cascade,
  bytes      bigint not null default 0 check (bytes >= 0)
) with (fillfactor = 50);

create function begin_stored_bytes() returns trigger language plpgsql as $$
begin
  insert into stored_bytes (account_id) select id from added;
  return null;
end $$;
create trigger accounts_begin_storage after insert on accounts
  referencing new table as added for each statement execute function begin_stored_bytes();

-- Adds to the counters, in order of id. A session of a server has the quota as koine.storage_per_account (store/session-settings.ts)
-- and is refused what grows an account beyond it; the command line has none. The counter is locked before it is compared, so
-- two statements of one account see each other.
create function count_stored(ids int[], growths bigint[]) returns void language plpgsql strict as $$
declare
  quota constant bigint := nullif(current_setting('koine.storage_per_account', true), '');
  beyond boolean;
begin
  perform from stored_bytes where account_id = any(ids) order by account_id for no key update;
  with counted as (
    update stored_bytes s set bytes = greatest(0, s.bytes + c.growth)
      from unnest(ids, growths) as c (account_id, growth)
     where s.account_id = c.account_id
    returning c.growth, s.bytes
  )
  select bool_or(growth > 0 and bytes > quota) into beyond from counted;
  if beyond then
    raise sqlstate 'KO002' using message = 'the storage quota of the account is used up';
  end if;
end $$;

create function count_stored_objects() returns trigger language plpgsql as $$
declare
  sign constant int := case tg_op when 'INSERT' then 1 else -1 end;
begin
  perform count_stored(array_agg(account_id), array_agg(bytes)) from (
    select account_id, sign * sum(bytes)::bigint as bytes from changed where account_id is not null group by account_id) c;
  return null;
end $$;
create trigger objects_stored after insert on objects
  referencing new table as changed for each statement execute function count_stored_objects();
create trigger objects_gone after delete on objects
  referencing old table as changed for each statement execute function count_stored_objects();

create function count_stored_posts() returns trigger language plpgsql as $$
declare
  sign constant int := case tg_op when 'INSERT' then 1 else -1 end;
begin
  perform count_stored(array_agg(author_id), array_agg(bytes)) from (
    select author_id, sign * sum(128 + octet_length(body) + coalesce(octet_length(title), 0)) as bytes from changed group by author_id) c;
  return null;
end $$;
create trigger posts_stored after insert on posts
  referencing new table as changed for each statement execute function count_stored_posts();
create trigger posts_gone after delete on posts
  referencing old table as changed for each statement execute function count_stored_posts();

create function count_edited_post() returns trigger language plpgsql as $$
declare
  growth constant bigint := octet_length(new.body) + coalesce(octet_length(new.title), 0)
                          - octet_length(old.body) - coalesce(octet_length(old.title), 0);
begin
  perform count_stored(array[new.author_id], array[growth]);
  return null;
end $$;
create trigger posts_edited after update of title, body on posts
  for each row execute function count_edited_post();

-- Of comments and messages.
create function count_stored_texts() returns trigger language plpgsql as $$
declare
  sign constant int := case tg_op when 'INSERT' then 1 else -1 end;
begin
  perform count_stored(array_agg(author_id), array_agg(bytes)) from (
    select author_id, sign * sum(128 + octet_length(body)) as bytes from changed group by author_id) c;
  return null;
end $$;
create trigger comments_stored after insert on comments
  referencing new table as changed for each statement execute function count_stored_texts();
create trigger comments_gone after delete on comments
  referencing old table as changed for each statement execute function count_stored_texts();
create trigger messages_gone after delete on messages
  referencing old table as changed for each statement execute function count_stored_texts();

insert into stored_bytes (account_id, bytes)
select a.id, coalesce(o.bytes, 0)
  from accounts a
  left join (select account_id, sum(bytes) as bytes from objects group by account_id) o on o.account_id = a.id;
