// The data set of the search suite: messages of made-up words in many rooms, and their index.
import type { Sql } from '../src/store/database.ts';

export const ROOMS = 1_000;
/** Rooms of the account 1. */
export const MY_ROOMS = 50;
const AUTHORS = 1_000;
const WORDS = 12;
/** Of each language. The n-th most frequent word is said (3n²)^(-1/3) times as often as all. */
const VOCABULARY = 100_000;
const CHUNK = 200_000;

/** Pseudo-words: the digits of a scrambled number as letters. The SQL below makes the same. */
const LETTERS = { english: 'bcdfgklmnprtaiou', russian: 'бвгдклмнпртсаиоу' };
const SCRAMBLE = 2_654_435_761n;

function word(n: number, letters: string): string {
  const digits = ((BigInt(n) * SCRAMBLE) % 2n ** 32n).toString(16);
  return [...digits].map((digit) => letters[Number.parseInt(digit, 16)]).join('');
}

export const english = (n: number) => word(n, LETTERS.english);
export const russian = (n: number) => word(n, LETTERS.russian);

/** The index is made as a whole, which is some times as fast as by the server's lane. */
export async function fillSearch(sql: Sql, messages: number, onProgress: (done: number) => void): Promise<void> {
  await sql`set statement_timeout = 0`;
  await sql`set session_replication_role = replica`;
  await sql`set maintenance_work_mem = '512MB'`;
  await sql.unsafe(ACCOUNTS_AND_ROOMS);
  await sql`drop index message_search_words, message_search_room, message_search_newest, message_search_author`;
  for (let first = 1; first <= messages; first += CHUNK) {
    await sql.unsafe(SAY, [first, Math.min(first + CHUNK - 1, messages)]);
    onProgress(first + CHUNK - 1);
  }
  await sql.unsafe(INDEX);
  await sql`vacuum analyze`;
}

const ACCOUNTS_AND_ROOMS = `
  create function bench_word(n int, letters text) returns text language sql immutable parallel safe as
    $$ select translate(to_hex(n::bigint * ${SCRAMBLE} % 4294967296), '0123456789abcdef', letters) $$;
  with own as (insert into streams (head) select 0 from generate_series(1, ${AUTHORS}) returning id)
  insert into accounts (username, username_key, stream_id)
  select 'author' || n, 'author' || n, id from (select id, row_number() over (order by id) as n from own) as numbered;
  with made as (insert into streams (head) select 0 from generate_series(1, ${ROOMS}) returning id)
  insert into rooms (id, kind, name, title) select id, 'group', 'bench' || id, 'Room ' || id from made;
  insert into room_members (room_id, account_id)
  select id, 1 from (select id from rooms where kind = 'group' order by id limit ${MY_ROOMS}) as mine`;

/** Messages from $1 to $2: in all rooms in turn, half of them in each language. */
const SAY = `
  with said as (
    insert into messages (room_id, seq, author_id, body, created_at)
    select room.id, 1 + n / ${ROOMS}, 2 + n % ${AUTHORS}, text.body,
           timestamptz '2024-01-01' + n * interval '1 second'
      from generate_series($1::int, $2::int) as n
      join (select id, row_number() over (order by id) - 1 as nth from rooms where kind = 'group') as room
        on room.nth = n % ${ROOMS}
     cross join lateral (
       select string_agg(bench_word(
                -- Of the word, so that the aggregate is of the inner query.
                1 + floor(${VOCABULARY} * random() ^ 3)::int + 0 * word,
                case n % 2 when 0 then '${LETTERS.english}' else '${LETTERS.russian}' end), ' ') as body
         from generate_series(1, ${WORDS}) as word where n > 0) as text
    returning id, room_id, author_id, created_at, body
  )
  insert into message_search (message_id, room_id, author_id, created_at, words)
  select id, room_id, author_id, created_at,
         to_tsvector('koine', body) || array_to_tsvector(array[chr(1) || room_id, chr(2) || author_id])
    from said`;

const INDEX = `
  create index message_search_room on message_search (room_id, created_at desc, message_id desc);
  create index message_search_newest on message_search (created_at desc, message_id desc);
  create index message_search_author on message_search (author_id);
  create index message_search_words on message_search using gin (words) with (fastupdate = off);
  update streams s set head = m.head from (select room_id, max(seq) as head from messages group by room_id) as m
   where m.room_id = s.id;
  insert into search_positions (room_id, seq) select id, head from streams where id in (select id from rooms)`;
