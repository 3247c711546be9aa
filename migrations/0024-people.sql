-- How people are found: by the start of the username or of the name, and where the database has trigrams, by what is like them.

-- An account's sessions, the newest first.
create index sessions_newest on sessions (account_id, created_at desc, id);
drop index sessions_account;

-- The name as it is compared, made by the server as username_key is.
alter table accounts
  add column name_key text,
  add constraint accounts_name_key check ((name is null) = (name_key is null));
create index accounts_by_username on accounts (username_key collate "C");
create index accounts_by_name on accounts (name_key collate "C", id) where name_key is not null;

-- Not every server has the extension, and not every role may create it: the search goes without this index then.
do $$
begin
  create extension if not exists pg_trgm;
  create index accounts_alike on accounts using gist ((username_key || coalesce(' ' || name_key, '')) gist_trgm_ops);
exception when others then
  raise notice 'people are found by the start of their names only: %', sqlerrm;
end $$;
