-- Positions in streams. `floor`: events up to this seq may have been deleted by age (core/events/event-log.ts), so a client that stopped
-- before it cannot be told what it missed. It is raised in the transaction that deletes them. Messages are not deleted by age.
alter table streams add column floor bigint not null default 0;
-- Those of presence, accounts and the board; rooms have had nothing but messages.
update streams s set floor = coalesce((select min(seq) - 1 from events where stream_id = s.id), head) where id in (0, 1, 3);
alter table streams add constraint streams_floor check (floor between 0 and head);

-- One row, which is in no backup: a restored database has an epoch of its own, and positions that clients kept from another epoch say
-- nothing about its streams.
create table installation (
  id    boolean primary key default true check (id),
  epoch uuid    not null default gen_random_uuid()
);
insert into installation default values;
