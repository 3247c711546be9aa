-- What a username looks like (Unicode UTS 39), made by the server. Null: not made yet, for accounts of earlier versions; the
-- server fills it in when it starts. Those may look alike, so it is not unique: new names are held against all that there are.
alter table accounts add column skeleton text;
create index accounts_skeleton on accounts (skeleton);
create index accounts_without_skeleton on accounts (id) where skeleton is null;

-- Of two that look alike and come at once, the second waits for the first to be committed, and then sees it.
create function refuse_confusable_name() returns trigger language plpgsql as $$
begin
  perform pg_advisory_xact_lock(hashtextextended(new.skeleton, 39));
  if exists (select from accounts a where a.skeleton = new.skeleton and a.username_key <> new.username_key) then
    raise unique_violation using message = 'the name looks like that of another account', constraint = 'accounts_skeleton';
  end if;
  return new;
end $$;
create trigger accounts_not_confusable before insert on accounts
  for each row when (new.skeleton is not null) execute function refuse_confusable_name();
