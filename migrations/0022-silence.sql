-- Whoever is blocked by the other in their direct room does not write there. The column stands where sending looks anyway.
alter table room_members add column silenced boolean not null default false;

-- As before (migration 0003); of those silenced as of strangers.
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
       where not exists (
         select from room_members p
          where p.room_id = m.room_id and p.account_id = m.author_id and not p.silenced)) then
    raise sqlstate 'KO001' using message = 'only members speak in a room';
  end if;
  return null;
end $$;
