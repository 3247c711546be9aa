-- Messages that change: what edits and deletions do to the counters, and how the deleted ones are passed over.

-- Edits, and deletions that leave a tombstone. New messages are counted by the servers (0018).
create function count_edited_message() returns trigger language plpgsql as $$
begin
  perform count_stored(array[new.author_id], array[(octet_length(new.body) - octet_length(old.body))::bigint]);
  return null;
end $$;
create trigger messages_edited after update of body on messages
  for each row when (old.body is distinct from new.body) execute function count_edited_message();

-- Lists of the published APIs have no tombstones: those above a position are counted here.
create index messages_deleted on messages (room_id, seq) where deleted_at is not null;

create or replace view relay.messages as
  select m.id::integer as id,
         a.username::varchar(8) as "from",
         m.body,
         (extract(epoch from m.created_at) * 1000)::bigint as timestamp
    from messages m
    join rooms r on r.id = m.room_id and r.kind = 'lobby'
    join accounts a on a.id = m.author_id
   where char_length(a.username) <= 8 and m.id <= 2147483647 and m.deleted_at is null;

-- How many have reacted to a message with an emoji, kept by triggers.
create table reaction_counts (
  room_id int         not null,
  seq     bigint      not null,
  emoji   text        not null,
  count   int         not null check (count >= 0),
  since   timestamptz not null default clock_timestamp(),
  primary key (room_id, seq, emoji),
  foreign key (room_id, seq) references messages (room_id, seq) on delete cascade
);

create function count_reactions() returns trigger language plpgsql as $$
begin
  insert into reaction_counts (room_id, seq, emoji, count)
  select room_id, seq, emoji, count(*) from added group by room_id, seq, emoji order by room_id, seq, emoji
  on conflict (room_id, seq, emoji) do update set count = reaction_counts.count + excluded.count;
  return null;
end $$;
create trigger reactions_counted after insert on reactions
  referencing new table as added for each statement execute function count_reactions();

-- Those of deleted messages are gone already. Counters are locked in order of their keys.
create function discount_reactions() returns trigger language plpgsql as $$
begin
  perform from reaction_counts c
    where (c.room_id, c.seq, c.emoji) in (select room_id, seq, emoji from removed)
    order by room_id, seq, emoji for update;
  update reaction_counts c set count = c.count - r.count
    from (select room_id, seq, emoji, count(*) from removed group by room_id, seq, emoji) as r
   where c.room_id = r.room_id and c.seq = r.seq and c.emoji = r.emoji;
  delete from reaction_counts c using (select distinct room_id, seq, emoji from removed) as r
   where c.room_id = r.room_id and c.seq = r.seq and c.emoji = r.emoji and c.count = 0;
  return null;
end $$;
create trigger reactions_discounted after delete on reactions
  referencing old table as removed for each statement execute function discount_reactions();
