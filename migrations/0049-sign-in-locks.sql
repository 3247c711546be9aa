-- A sign-in that keeps its account locks the account's row before the foreign key does. The other way round, it held a share of the
-- row and waited behind whoever waited for that share: a deadlock with a deletion or a new name.
create or replace function signing_in_stays() returns trigger language plpgsql as $$
begin
  update accounts set leaving_at = null where id = new.account_id and leaving_at > now();
  return new;
end $$;

drop trigger sessions_stay on sessions;
create trigger sessions_stay before insert on sessions for each row execute function signing_in_stays();
