/** People, rooms and posts that no call of the tables is about, with rows in every table. */
import type { Db, Sql } from '../../src/store/database.ts';
import { ROWS } from '../support/every-table.ts';
import { assertSameSet } from '../support/set-difference.ts';
import { PRIVATE_WORDS } from './cast.ts';

/** Ids of bystanders; 3 is a bot. */
const [ANN, BOB, DAN, FAY] = [1, 2, 4, 5];

/** Each row as `table json`. */
type Rows = ReadonlySet<string>;

/** Columns that change by themselves, or by anybody's calls. */
const CHANGING: Readonly<Record<string, readonly string[]>> = {
  // Whoever lists posts sees them.
  posts: ['views'],
};

/** The rows that are watched. */
const ONLY: Readonly<Record<string, string>> = {
  // Not those of the lobby and the board, nor of whoever gets events from friends and rooms.
  streams: `id in (select id from rooms where kind <> 'lobby' union all select stream_id from accounts where id in (${ANN}, ${DAN}))`,
  search_positions: `room_id in (select id from rooms where kind <> 'lobby')`,
};

/** Tables without rows of bystanders. */
const WITHOUT: Readonly<Record<string, string>> = {
  community: 'the one row is of the server, and owners change it',
  history: 'measures of the server',
  koine_migrations: 'of the server',
  nodes: 'servers come and go',
  places: 'whoever is connected to a server that is gone, is deleted with it',
  post_search_queue: 'the index of search empties it',
};

/** Nothing of it is due, so that the server under test leaves it alone. */
const LASTING = `
  update pushes set due_at = now() + interval '1 day', expires_at = now() + interval '1 day';
  update uploads set expires_at = now() + interval '1 day';
  update used_tickets set expires_at = now() + interval '1 day';
  update cleanups set phase = 'done';
  update outgoing_hooks set due_at = now() + interval '1 day', stream_id = (select id from rooms where name = 'club');
  update streams set head = 1 where id in (select room_id from messages union all select stream_id from events);
  delete from post_search_queue`;

/** As many messages, files and so on as give each number in a room of the tables a counterpart in a room of bystanders. */
const NUMBERS = 200;
const NUMBERED = `
  insert into accounts (username, username_key, skeleton) values ('dan', 'dan', 'dan'), ('fay', 'fay', 'fay');
  insert into room_members (room_id, account_id, role) select r.id, a.id, case a.id when ${ANN} then 'owner' else 'member' end
    from rooms r, accounts a where r.name = 'club' and a.id in (${ANN}, ${BOB}, ${FAY});
  insert into messages (room_id, seq, author_id, body, created_at, has_more)
    select r.id, n, ${ANN}, 'said', now(), true from rooms r, generate_series(1, ${NUMBERS}) n where r.kind <> 'lobby';
  update streams set head = ${NUMBERS} where id in (select id from rooms where kind <> 'lobby');
  insert into mentions (account_id, room_id, seq) select ${BOB}, room_id, seq from messages where has_more;
  insert into reactions (room_id, seq, emoji, account_id) select room_id, seq, '👍', ${BOB} from messages where has_more;
  insert into pins (room_id, seq, account_id) select room_id, seq, ${ANN} from messages where has_more;
  insert into objects (key, preview_key, account_id, width, height, bytes, loose_since)
    select 'sent ' || id, 'preview ' || id, ${ANN}, 1, 1, 1, null from messages where has_more;
  insert into message_files (room_id, seq, position, object_key)
    select room_id, seq, 0, 'sent ' || id from messages where has_more;
  insert into message_search (message_id, room_id, author_id, created_at, words)
    select id, room_id, author_id, created_at, to_tsvector('koine', body) from messages where has_more;
  insert into search_positions (room_id, seq) select id, ${NUMBERS} from rooms where kind <> 'lobby';
  insert into notifications (account_id, kind, actor_id, room_id, seq)
    select ${BOB}, 'mention', ${ANN}, room_id, seq from messages m join rooms r on r.id = m.room_id where r.name = 'club';
  insert into events (stream_id, seq, kind, payload)
    select stream_id, n, 'kind', '{}' from accounts, generate_series(1, ${NUMBERS}) n where id in (${ANN}, ${BOB});
  update streams set head = ${NUMBERS} where id in (select stream_id from accounts where id in (${ANN}, ${BOB}))`;

/** Ties everybody else, `others`, to the bystanders, and the first message of the chat. */
const TIES = `
  create temporary view others as select id from accounts where id > ${FAY};
  insert into blocks (account_id, blocked_id) select id, ${DAN} from others;
  insert into mutes (account_id, muted_id) select id, ${DAN} from others;
  insert into friend_requests (from_id, to_id) select id, ${ANN} from others;
  insert into likes (post_id, account_id) select p.id, o.id from others o, posts p where author_id = ${ANN};
  insert into bookmarks (post_id, account_id) select p.id, o.id from others o, posts p where author_id = ${ANN};
  insert into room_members (room_id, account_id) select r.id, o.id from others o, rooms r where r.name = 'club';
  update room_marks set read_seq = 0 where room_id = (select id from rooms where name = 'club');
  insert into reactions (room_id, seq, emoji, account_id)
    select room_id, seq, '👍', o.id from others o, messages m join rooms r on r.id = m.room_id where r.name = 'club';
  insert into room_invites (code, room_id, creator_id, expires_at)
    select repeat('x', 16) || o.id, r.id, o.id, now() + interval '1 day' from others o, rooms r where r.name = 'club';
  insert into outgoing_hooks (stream_id, creator_id, url, kinds, secret, seq, due_at)
    select r.id, o.id, 'https://example.org', array['message.created'], 'secret', 0, now() + interval '1 day'
      from others o, rooms r where r.name = 'club';
  update messages set has_more = true where body = '${PRIVATE_WORDS}';
  insert into mentions (account_id, room_id, seq) select ${FAY}, room_id, seq from messages where body = '${PRIVATE_WORDS}';
  insert into pins (room_id, seq, account_id) select room_id, seq, ${FAY} from messages where body = '${PRIVATE_WORDS}'`;

const ACCOUNTS = { of: 'accounts', while: `n.id > ${FAY}` };
const POSTS = { of: 'posts', while: `n.author_id > ${FAY}` };
const MESSAGES = { of: 'messages', while: `n.author_id > ${FAY} and n.deleted_at is null` };
const GROUPS = { of: 'rooms', while: `n.creator_id > ${FAY} and n.kind = 'group' and n.deleted_at is null` };

/** Rows of bystanders beside every row `n` of others in the table `of`; they stay as long as `while` holds. */
const BESIDE = [
  { row: 'blocks (account_id, blocked_id)', values: `${DAN}, n.id`, ...ACCOUNTS },
  { row: 'mutes (account_id, muted_id)', values: `${DAN}, n.id`, ...ACCOUNTS },
  { row: 'friend_requests (from_id, to_id)', values: `${BOB}, n.id`, ...ACCOUNTS },
  { row: 'friendships (low_id, high_id)', values: `${FAY}, n.id`, ...ACCOUNTS },
  { row: 'likes (post_id, account_id)', values: `n.id, ${ANN}`, ...POSTS },
  { row: 'bookmarks (post_id, account_id)', values: `n.id, ${ANN}`, ...POSTS },
  { row: 'reactions (room_id, seq, emoji, account_id)', values: `n.room_id, n.seq, '👍', ${FAY}`, ...MESSAGES },
  { row: 'room_marks (account_id, room_id, read_seq, notify)', values: `${BOB}, n.id, 0, 'all'`, ...GROUPS },
  // He is the last to become the owner.
  {
    row: 'room_members (room_id, account_id, joined_at, role)',
    values: `n.id, ${BOB}, timestamptz '2100-01-01', 'member'`,
    ...GROUPS,
  },
];

/** In a new database, before anybody else is there. */
export async function makeBystanders(sql: Sql): Promise<Rows> {
  await sql.begin((tx) => tx.unsafe([ROWS, LASTING, NUMBERED].join(';')));
  return rowsOf(sql);
}

/** Ties everybody else to the bystanders. @returns all rows that have to stay as they are */
export async function tieToBystanders(sql: Sql, bystanders: Rows): Promise<Rows> {
  // In one snapshot, without what the server does meanwhile.
  return sql.begin('isolation level repeatable read', async (tx) => {
    const untied = await rowsOf(tx);
    await tx.unsafe(TIES);
    const tied = await rowsOf(tx);
    await keepBeside(tx);
    return new Set([...tied].filter((row) => bystanders.has(row) || !untied.has(row)));
  });
}

async function keepBeside(tx: Db): Promise<void> {
  await tx.unsafe(`
    create function insert_beside() returns trigger language plpgsql as $$
    begin
      execute tg_argv[0] using new;
      return null;
    end $$`);
  for (const [index, { row, values, of, while: holds }] of BESIDE.entries()) {
    const insert = (from: string) => `insert into ${row} select ${values} from ${from} n where ${holds}`;
    await tx.unsafe(`
      ${insert(of)};
      create trigger insert_beside_${index} after insert on ${of}
        for each row execute function insert_beside($insert$${insert('(select ($1).*)')}$insert$)`);
  }
}

/** The rows of the bystanders that have changed or gone, and the rows that have lost what was beside them. */
export async function disturbed(sql: Sql, bystanders: Rows): Promise<string[]> {
  const rows = await rowsOf(sql);
  const found = [...bystanders].filter((row) => !rows.has(row));
  for (const { row, values, of, while: holds } of BESIDE) {
    const [table = ''] = row.split(' ');
    const without = await sql.unsafe<{ n: string }[]>(`
      select to_jsonb(n)::text as n from ${of} n
       where ${holds} and not exists (select from ${table} where ${row.slice(table.length)} = (${values}))`);
    found.push(...without.map(({ n }) => `${row} of ${of} ${n}`));
  }
  return found;
}

/** @throws AssertionError if a table beside the exceptions has no row of bystanders */
export async function assertComplete(sql: Sql, bystanders: Rows): Promise<void> {
  const filled = new Set([...bystanders].map((row) => row.split(' ')[0]));
  const empty = (await tablesOf(sql)).filter((table) => !filled.has(table));
  assertSameSet(['the tables without bystanders', empty], ['the exceptions', Object.keys(WITHOUT)]);
}

async function rowsOf(sql: Db): Promise<Rows> {
  const tables = (await tablesOf(sql)).filter((table) => !(table in WITHOUT));
  const selects = tables.map((table) => {
    const changing = (CHANGING[table] ?? []).map((column) => ` - '${column}'`).join('');
    return `select '${table} ' || (to_jsonb(t)${changing})::text as row from ${table} t where ${ONLY[table] ?? 'true'}`;
  });
  const rows = await sql.unsafe<{ row: string }[]>(selects.join(' union all '));
  return new Set(rows.map(({ row }) => row));
}

async function tablesOf(sql: Db): Promise<string[]> {
  const rows = await sql<{ name: string }[]>`
    select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') order by 1`;
  return rows.map(({ name }) => name);
}
