-- What the native API shows of rooms and sessions.

-- Kept, so that no list counts members. Null: the lobby, which everybody is in.
alter table rooms add column members_count int check (members_count >= 0);
update rooms r set members_count = (select count(*) from room_members m where m.room_id = r.id) where kind <> 'lobby';
alter table rooms
  alter column members_count set default 0,
  add constraint rooms_members_counted check ((members_count is null) = (kind = 'lobby'));

create function count_members() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    update rooms r set members_count = members_count + a.n
      from (select room_id, count(*) as n from added group by room_id) as a where r.id = a.room_id;
  else
    update rooms r set members_count = members_count - d.n
      from (select room_id, count(*) as n from removed group by room_id) as d where r.id = d.room_id;
  end if;
  return null;
end $$;
create trigger room_members_counted after insert on room_members
  referencing new table as added for each statement execute function count_members();
create trigger room_members_uncounted after delete on room_members
  referencing old table as removed for each statement execute function count_members();

-- The first members of a room: they are shown with it, and the first of them becomes owner when the last owner leaves.
create index room_members_first on room_members (room_id, joined_at, account_id);

-- What signed in, as it called itself.
alter table sessions add column agent text check (char_length(agent) between 1 and 256);
