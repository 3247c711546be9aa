-- A stored picture: the object that is linked to and its small preview. Its row is there before its bytes are, and it
-- is loose until something is committed that shows it, so that what a crash leaves behind is known and swept.
create table objects (
  key         text        primary key,
  preview_key text        not null unique,
  account_id  int         references accounts (id) on delete set null,
  width       int         not null check (width > 0),
  height      int         not null check (height > 0),
  -- Bytes of both.
  bytes       bigint      not null check (bytes > 0),
  created_at  timestamptz not null default now(),
  -- Since when nothing shows it; null while something does.
  loose_since timestamptz default now(),
  -- Its bytes are being deleted: too late to show it.
  condemned   boolean     not null default false check (not condemned or loose_since is not null)
);
create index objects_account on objects (account_id);
create index objects_loose on objects (loose_since) where loose_since is not null;

-- For the tables that show objects: lets go of the one in the row's column that the trigger names, so that the sweep
-- finds it whichever way the row went.
create function let_go_of_object() returns trigger language plpgsql as $$
begin
  update objects set loose_since = now() where key = to_jsonb(old) ->> tg_argv[0] and loose_since is null;
  return null;
end $$;

-- Unique: an object is shown in one place.
alter table accounts add column avatar_key text unique references objects (key) on delete set null;
create trigger accounts_let_go_of_avatar after update of avatar_key on accounts
  for each row when (old.avatar_key is not null and old.avatar_key is distinct from new.avatar_key)
  execute function let_go_of_object('avatar_key');
create trigger accounts_take_avatar_along after delete on accounts
  for each row when (old.avatar_key is not null)
  execute function let_go_of_object('avatar_key');
