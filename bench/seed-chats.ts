// Rooms, messages and friendships of a data set: every second room is direct, the others are groups of ten. Relations
// between rows are computed from their numbers.
import type { Sql } from '../src/store/database.ts';
import type { SeedSizes, Table } from './seed.ts';

/** A member of that many groups, evenly spaced; half of all messages are in them. */
export const SOCIABLE_USER = 'user2';
export const BUSY_ROOMS = 250;
/** In the order of insertion. */
export const CHAT_TABLES = ['streams', 'rooms', 'direct_rooms', 'room_members', 'messages', 'friendships'];

const GROUP = 10;
/** Streams that the migrations create. */
export const FIRST_STREAMS = 3;

/** Of the n-th room: its number within its kind, and the first of its consecutive accounts. */
const ROOM = `
  cross join lateral (select n % 2 = 1 as grouped, (n + 1) / 2 as k) as kind
  cross join lateral (select
    3 + case when grouped then pg_temp.pick(k, 20, :users - 2) else 2 * k % (:users - 3) end as first,
    grouped and k % (:rooms / 2 / ${BUSY_ROOMS}) = 0 as busy) as who`;

/** The j-th member of that room; the first member of a busy room is the sociable user. */
const memberOf = (j: string) => `case when busy and ${j} = 0 then 2 else 3 + (first - 3 + ${j}) % (:users - 2) end`;

/** How many of the first n messages are in that room: odd ones take the next room, even ones the next busy one. */
const countOf = (n: string) => `(
  ((${n} + 1) / 2 + :rooms - room) / :rooms
  + case when busy then (${n} / 2 + ${BUSY_ROOMS} - k / (:rooms / 2 / ${BUSY_ROOMS})) / ${BUSY_ROOMS} else 0 end)`;

export function chatTables(sizes: SeedSizes): Table[] {
  const { rooms, messages, friendships } = sizes;
  const table = (name: string, rows: number, chunk: number, text: string): Table => ({
    name,
    rows,
    chunk,
    insert: (sql, first, last) => sql.unsafe(withSizes(text, sizes), [first, last]),
  });
  if (rooms === 0) return friendships === 0 ? [] : [table('friends', friendships, 50_000, FRIENDSHIPS)];
  return [
    table('streams', rooms, 20_000, STREAMS),
    table('rooms', rooms, 20_000, ROOMS),
    table('direct', rooms / 2, 20_000, DIRECT_ROOMS),
    table('members', rooms, 5_000, MEMBERS),
    table('messages', messages, 50_000, MESSAGES),
    table('friends', friendships, 50_000, FRIENDSHIPS),
  ];
}

function withSizes(text: string, sizes: SeedSizes): string {
  return text.replaceAll(/:(users|rooms|messages)\b/g, (_, name: keyof SeedSizes) => `${sizes[name]}::bigint`);
}

const STREAMS = `
  insert into streams (id, head, active_at) overriding system value
  select ${FIRST_STREAMS} + n, ${countOf(':messages')}, pg_temp.moment(:messages - :rooms + n)
    from generate_series($1::bigint, $2::bigint) as n ${ROOM}
   cross join lateral (select n as room) as r`;

const ROOMS = `
  insert into rooms (id, uid, kind, name, title, creator_id, created_at)
  select ${FIRST_STREAMS} + n, pg_temp.uid('room' || n), case when grouped then 'group' else 'direct' end,
         case when grouped then 'Group ' || k
              else least('user' || first, 'user' || first + 1) || '_' || greatest('user' || first, 'user' || first + 1) end,
         case when grouped then 'Group ' || k end, ${memberOf('0')}, pg_temp.moment(0)
    from generate_series($1::bigint, $2::bigint) as n ${ROOM}`;

const DIRECT_ROOMS = `
  insert into direct_rooms (room_id, low_id, high_id)
  select ${FIRST_STREAMS} + n, first, first + 1
    from generate_series($1::bigint, $2::bigint) as nth
   cross join lateral (select nth * 2 as n) as room ${ROOM}`;

const MEMBERS = `
  insert into room_members (room_id, account_id, joined_at)
  select ${FIRST_STREAMS} + n, ${memberOf('j')}, pg_temp.moment(0)
    from generate_series($1::bigint, $2::bigint) as n ${ROOM}
   cross join generate_series(0, ${GROUP - 1}) as j
   where grouped or j < 2`;

const MESSAGES = `
  insert into messages (id, room_id, seq, author_id, body, created_at) overriding system value
  select message, ${FIRST_STREAMS} + room, ${countOf('message')},
         ${memberOf(`case when grouped then 1 + pg_temp.pick(message, 21, ${GROUP - 1}) else pg_temp.pick(message, 21, 2) end`)},
         pg_temp.words(message, 22, 10, 150), pg_temp.moment(message)
    from generate_series($1::bigint, $2::bigint) as message
   cross join lateral (
     select case when message % 2 = 1 then 1 + (message - 1) / 2 % :rooms
                 else 2 * (1 + (message / 2 - 1) % ${BUSY_ROOMS}) * (:rooms / 2 / ${BUSY_ROOMS}) - 1 end as room) as place
   cross join lateral (select room as n) as number ${ROOM}`;

/** Each account befriends its next neighbours, so everybody has the same number of friends. */
const FRIENDSHIPS = `
  insert into friendships (low_id, high_id, created_at)
  select least(one, other), greatest(one, other), pg_temp.moment(n)
    from generate_series($1::bigint, $2::bigint) as n
   cross join lateral (select 1 + (n - 1) % :users as one) as a
   cross join lateral (select 1 + (one + (n - 1) / :users) % :users as other) as b`;

/** Row counts and numbers of wrong heads and references, actual and expected. */
export async function countChats(
  sql: Sql,
  { rooms, messages, friendships }: SeedSizes,
): Promise<{ found: object; expected: object }> {
  const [found] = await sql<[Record<string, number>]>`
    with said as (select room_id, count(*) as n, max(seq) as last from messages group by room_id),
         heard as (select distinct room_id, author_id from messages)
    select (select count(*) from rooms where kind <> 'lobby') as rooms,
           (select count(*) from direct_rooms) as direct,
           (select count(*) from room_members) as members,
           (select count(*) from messages) as messages,
           (select count(*) from friendships) as friendships,
           (select count(*) from room_members m join accounts a on a.id = m.account_id
             where a.username = ${SOCIABLE_USER}) as sociable,
           (select count(*) from rooms r join streams s on s.id = r.id left join said on said.room_id = r.id
             where s.head <> coalesce(said.n, 0) or s.head <> coalesce(said.last, 0)) as miscounted,
           (select count(*) from heard h where not exists (
              select from room_members m where m.room_id = h.room_id and m.account_id = h.author_id)) as strangers,
           (select count(*) from direct_rooms d where (
              select array_agg(account_id order by account_id) from room_members m where m.room_id = d.room_id
            ) is distinct from array[d.low_id, d.high_id]) as mismatched,
           (select count(*) from room_members m where not exists (select from accounts where id = m.account_id)) as nobodies`;
  const expected = {
    rooms,
    direct: rooms / 2,
    members: (rooms / 2) * (2 + GROUP),
    messages,
    friendships,
    sociable: rooms === 0 ? 0 : BUSY_ROOMS,
    miscounted: 0,
    strangers: 0,
    mismatched: 0,
    nobodies: 0,
  };
  return { found, expected };
}
