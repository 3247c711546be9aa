-- Names that clients compute for two people have an underscore; from now on no group has one (core/rooms/room-names.ts). A group that
-- had one is called anew, with an end that nobody could have guessed and taken. Its address changes, its id and title do not.
update rooms
   set name = left(translate(name, '_', '-'), 120) || '-' || left(replace(gen_random_uuid()::text, '-', ''), 12)
 where kind = 'group' and strpos(name, '_') > 0;

-- A direct room that lost its name to such a group gets it back. The names of the two in either order, since the database does
-- not sort as clients do; of several pairs with one name, the first to have come.
update rooms r
   set name = w.wanted
  from (
    select distinct on (c.wanted) c.id, c.wanted
      from (
        select r.id, regexp_replace(r.name, '-[0-9]+$', '') as wanted, d.low_id, d.high_id
          from rooms r join direct_rooms d on d.room_id = r.id
         where r.kind = 'direct' and r.name ~ '-[0-9]+$'
      ) as c
      join accounts l on l.id = c.low_id
      join accounts h on h.id = c.high_id
     where c.wanted in (l.username || '_' || h.username, h.username || '_' || l.username)
       and not exists (select from rooms o where o.name = c.wanted)
     order by c.wanted, c.id
  ) as w
 where r.id = w.id;

-- The room of somebody and of one who was deleted: it is nobody's to compute, and keeps no name of whoever has left.
update rooms r
   set name = gen_random_uuid()::text
 where kind = 'direct' and not exists (select from direct_rooms d where d.room_id = r.id);

alter table rooms add constraint rooms_group_names check (kind <> 'group' or strpos(name, '_') = 0);
