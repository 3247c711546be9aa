// Data sets: data directories of Koine with deterministic rows. Each is created once and kept for later runs.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { hash } from '@node-rs/argon2';
import { openDatabase, type Sql } from '../src/store/database.ts';
import { startEmbeddedPostgres } from '../src/store/embedded/embedded-postgres.ts';
import { migrate } from '../src/store/migrate.ts';
import { Progress } from './progress.ts';
import { BUSY_ROOMS, CHAT_TABLES, chatTables, countChats, FIRST_STREAMS } from './seed-chats.ts';

interface BoardSizes {
  users: number;
  posts: number;
  comments: number;
  likes: number;
}

export interface SeedSizes extends BoardSizes {
  rooms: number;
  messages: number;
  friendships: number;
}

/** Everybody's password. Its hash is the cheapest possible, so that many sign-ins take no time. */
export const SEED_PASSWORD = 'correct horse battery';
/** Writes every tenth post; the other users share the rest. */
export const PROLIFIC_USER = 'user1';
const FEWEST_POSTS = 1_000;

export const usernameOf = (id: number): string => `user${id}`;
export const postsOfProlificUser = ({ posts }: SeedSizes): number => Math.floor((posts + 3) / 10);

/** The folder of data sets; delete it by hand. */
const STORE = '/var/tmp/koine-bench-seeds';

/** For bulk loading: a failed load is repeated, so nothing needs to survive a crash. */
const LOADING_SETTINGS = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_wal_size: '1GB',
  checkpoint_timeout: '1h',
  autovacuum: 'off',
  shared_buffers: '1GB',
  work_mem: '256MB',
  maintenance_work_mem: '256MB',
};

/** Triggers that make the further rows of accounts and members, a statement at once. The others are not needed. */
const KEPT_TRIGGERS = [
  ['accounts_begin_storage', 'accounts'],
  ['accounts_begin_lobby_marks', 'accounts'],
  ['room_members_begin_marks', 'room_members'],
  ['room_members_counted', 'room_members'],
] as const;

const run = promisify(execFile);

/** One table's rows, numbered from 1. */
export interface Table {
  name: string;
  rows: number;
  /** Rows per statement. */
  chunk: number;
  insert(sql: Sql, first: number, last: number): Promise<unknown>;
}

/** Derives the sizes that are not given. @throws if rows of these sizes are impossible */
export function completeSizes(given: Partial<SeedSizes>): SeedSizes {
  const posts = given.posts ?? 1_000_000;
  const users = given.users ?? Math.max(200, Math.floor(posts / 50));
  const rooms = given.rooms ?? 0;
  const sizes = {
    users,
    posts,
    comments: given.comments ?? posts * 3,
    likes: given.likes ?? posts * 2,
    rooms,
    messages: given.messages ?? rooms * 100,
    friendships: given.friendships ?? 0,
  };
  if (posts < FEWEST_POSTS) throw new Error(`a data set has at least ${FEWEST_POSTS} posts`);
  if (users < 2) throw new Error('a data set has at least 2 users');
  if (sizes.likes / posts > users - 1) throw new Error('more likes than users can give');
  if (rooms % (2 * BUSY_ROOMS) !== 0) throw new Error(`rooms are a multiple of ${2 * BUSY_ROOMS}`);
  if (rooms > users - 20) throw new Error('more rooms than users, less 20');
  if (sizes.messages > 0 && rooms === 0) throw new Error('messages need rooms');
  if (sizes.friendships > (users * (users - 1)) / 4) throw new Error('more friendships than users can have');
  return sizes;
}

/** Copies the data set of these sizes for a server to run on. `to` must not exist. */
export async function copyDataSet(source: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await run('cp', ['-a', '--reflink=auto', source, to]);
  await flush(to);
}

/**
 * The directory of the data set, which must not be changed; created if missing.
 * @param workDir where it is created, on the same file system; its owner cleans up after a failure
 */
export async function findDataSet(sizes: SeedSizes, workDir: string, cancelled: () => boolean): Promise<string> {
  const name = Object.entries(sizes).map(([table, rows]) => `${table}-${rows}`);
  const kept = join(STORE, `${name.join('-')}-${await fingerprint()}`);
  if (existsSync(kept)) return kept;
  const draft = await mkdtemp(join(workDir, 'seed-'));
  await makeDataSet(sizes, draft, cancelled);
  await flush(draft);
  await mkdir(STORE, { recursive: true });
  await rename(draft, kept).catch((error: NodeJS.ErrnoException) => {
    // A concurrent run has created the same rows.
    if (!existsSync(kept)) throw error;
  });
  return kept;
}

async function makeDataSet(sizes: SeedSizes, dataDir: string, cancelled: () => boolean): Promise<void> {
  const postgres = await startEmbeddedPostgres(join(dataDir, 'postgres'), { settings: LOADING_SETTINGS });
  const sql = openDatabase(postgres.connection, 1);
  try {
    await migrate(sql);
    await prepare(sql);
    const progress = new Progress();
    for (const table of tables(sizes)) await fill(sql, table, progress, cancelled);
    await finish(sql, progress);
    await requireSound(sql, sizes);
  } finally {
    await sql.end({ timeout: 5 });
    await postgres.stop();
  }
  await rm(join(dataDir, 'postgres.log'), { force: true });
}

async function fill(sql: Sql, { name, rows, chunk, insert }: Table, progress: Progress, cancelled: () => boolean) {
  const step = progress.step(name, rows);
  for (let done = 0; done < rows; ) {
    if (cancelled()) throw new Error('interrupted');
    const last = Math.min(rows, done + chunk);
    await insert(sql, done + 1, last);
    done = last;
    step.reach(done);
  }
}

/** Constraints are checked once at the end (see `requireSound`), and counters are inserted with the posts. */
async function prepare(sql: Sql): Promise<void> {
  await sql`set statement_timeout = 0`;
  await sql`set session_replication_role = replica`;
  for (const [trigger, table] of KEPT_TRIGGERS)
    await sql.unsafe(`alter table ${table} enable always trigger ${trigger}`);
  await sql`
    create function pg_temp.pick(n bigint, salt bigint, below bigint) returns bigint language sql immutable
    return (hashint8extended(n, salt) & 9223372036854775807) % below`;
  await sql`
    create function pg_temp.uid(name text) returns uuid language sql immutable
    return overlay(overlay(md5(name) placing '4' from 13) placing '8' from 17)::uuid`;
  await sql.unsafe(`
    create function pg_temp.words(n bigint, salt bigint, shortest bigint, longest bigint) returns text language sql
    immutable return substr('${LOREM}', 1 + pg_temp.pick(n, salt, ${LOREM.length} - longest)::int,
                            (shortest + pg_temp.pick(n, salt + 1, longest - shortest))::int)`);
  await sql`
    create function pg_temp.moment(seconds bigint) returns timestamptz language sql immutable
    return timestamptz '2025-01-01 00:00:00Z' + seconds * interval '1 second'`;
}

/** In this order: a post's row contains its comment and like counts. */
function tables(sizes: SeedSizes): Table[] {
  const { users, posts, comments, likes } = sizes;
  return [
    {
      name: 'users',
      rows: users,
      chunk: 20_000,
      insert: (sql, first, last) => insertUsers(sql, first, last, FIRST_STREAMS + sizes.rooms),
    },
    {
      name: 'comments',
      rows: comments,
      chunk: 50_000,
      insert: (sql, first, last) => insertComments(sql, first, last, { users, posts, comments }),
    },
    {
      name: 'likes',
      rows: likes,
      chunk: 50_000,
      insert: (sql, first, last) => insertLikes(sql, first, last, { users, posts, likes }),
    },
    {
      name: 'posts',
      rows: posts,
      chunk: 20_000,
      insert: (sql, first, last) => insertPosts(sql, first, last, users),
    },
    ...chatTables(sizes),
  ];
}

/** The own streams of accounts are behind `lastStream`. */
async function insertUsers(sql: Sql, first: number, last: number, lastStream: number): Promise<void> {
  const cost = { memoryCost: 8, timeCost: 1, parallelism: 1, salt: Buffer.alloc(16, 'koine') };
  const passwordHash = await hash(SEED_PASSWORD, cost);
  await sql`
    insert into streams (id) overriding system value
    select ${lastStream}::int + n from generate_series(${first}::int, ${last}) as n`;
  await sql`
    insert into accounts (id, uid, username, username_key, email, email_key, password_hash, created_at, stream_id)
    overriding system value
    select n, pg_temp.uid('user' || n), 'user' || n, 'user' || n, 'user' || n || '@example.com',
           'user' || n || '@example.com', ${passwordHash}, pg_temp.moment(0), ${lastStream}::int + n
      from generate_series(${first}::bigint, ${last}) as n`;
}

/**
 * Four of five comments are on posts of their time, spread over 41 neighbours; the fifth is on the hot post of its
 * hundred, which thus has more comments than a page shows. Any hundred consecutive posts have the same number of
 * comments.
 */
async function insertComments(
  sql: Sql,
  first: number,
  last: number,
  { users, posts, comments }: Omit<BoardSizes, 'likes'>,
): Promise<void> {
  await sql`
    insert into comments (id, post_id, author_id, body, created_at) overriding system value
    select n,
           case when pg_temp.pick(n, 1, 5) = 0 then least((now_at - 1) / 100, ${posts}::bigint / 100 - 1) * 100 + 50
                when near < 1 then 1 - near
                when near > ${posts} then 2 * ${posts}::bigint + 1 - near
                else near end,
           1 + pg_temp.pick(n, 2, ${users}),
           pg_temp.words(n, 3, 20, 140),
           pg_temp.moment(now_at * 30 + 3600)
      from generate_series(${first}::bigint, ${last}) as n
     cross join lateral (select (n * ${posts}::bigint + ${comments}::bigint - 1) / ${comments}::bigint as now_at) as a
     cross join lateral (select now_at + pg_temp.pick(n, 5, 41) - 20 as near) as b`;
}

/** All posts have the same number of likes, give or take one. */
async function insertLikes(
  sql: Sql,
  first: number,
  last: number,
  { users, posts, likes }: Omit<BoardSizes, 'comments'>,
): Promise<void> {
  await sql`
    insert into likes (post_id, account_id, created_at)
    select post, 1 + (pg_temp.pick(post, 6, ${users}) + nth) % ${users}::bigint, pg_temp.moment(post * 30 + nth)
      from generate_series(${first}::bigint, ${last}) as n
     cross join lateral (select (n * ${posts}::bigint + ${likes}::bigint - 1) / ${likes}::bigint as post) as a
     cross join lateral (select n - 1 - (post - 1) * ${likes}::bigint / ${posts}::bigint as nth) as b`;
}

async function insertPosts(sql: Sql, first: number, last: number, users: number): Promise<void> {
  await sql`
    insert into posts (id, uid, author_id, body, created_at, likes_count, comments_count) overriding system value
    select n, pg_temp.uid('post' || n),
           case when n % 10 = 7 then 1 else 2 + pg_temp.pick(n, 7, ${users}::bigint - 1) end,
           pg_temp.words(n, 8, 100, 300), pg_temp.moment(n * 30), coalesce(l.count, 0), coalesce(c.count, 0)
      from generate_series(${first}::bigint, ${last}) as n
      left join (
        select post_id, count(*) from likes where post_id between ${first} and ${last} group by post_id
      ) l on l.post_id = n
      left join (
        select post_id, count(*) from comments where post_id between ${first} and ${last} group by post_id
      ) c on c.post_id = n`;
}

/** Brings the database to the state of a long-used one: statistics, visibility maps, sequences. */
async function finish(sql: Sql, progress: Progress): Promise<void> {
  const names = ['accounts', 'comments', 'likes', 'posts', ...CHAT_TABLES];
  for (const [trigger, table] of KEPT_TRIGGERS) await sql.unsafe(`alter table ${table} enable trigger ${trigger}`);
  const step = progress.step('vacuum', names.length);
  for (const [i, name] of names.entries()) {
    await sql.unsafe(`vacuum (freeze, analyze) ${name}`);
    step.reach(i + 1);
  }
  for (const name of ['accounts', 'comments', 'posts', 'streams', 'messages'])
    await sql.unsafe(
      `select setval(pg_get_serial_sequence('${name}', 'id'), (select max(id) from ${name})) from ${name} limit 1`,
    );
}

/** @throws if a size, a counter or a reference is wrong */
async function requireSound(sql: Sql, sizes: SeedSizes): Promise<void> {
  const [found] = await sql<[Record<keyof BoardSizes | 'miscounted' | 'orphans', number>]>`
    with commented as (select post_id, count(*) as n from comments group by post_id),
         liked as (select post_id, count(*) as n from likes group by post_id)
    select (select count(*) from accounts) as users,
           (select count(*) from posts) as posts,
           (select count(*) from comments) as comments,
           (select count(*) from likes) as likes,
           (select count(*) from posts p
              full join commented c on c.post_id = p.id
              full join liked l on l.post_id = coalesce(p.id, c.post_id)
             where p.id is null or p.comments_count <> coalesce(c.n, 0) or p.likes_count <> coalesce(l.n, 0)
           ) as miscounted,
           (select count(*) from (select author_id from posts union select author_id from comments
                                  union select account_id from likes) as named
             where not exists (select from accounts where id = named.author_id)) as orphans`;
  const { users, posts, comments, likes } = sizes;
  requireSame(found, { users, posts, comments, likes, miscounted: 0, orphans: 0 });
  const chats = await countChats(sql, sizes);
  requireSame(chats.found, chats.expected);
}

/** @throws if the data set differs from what is expected */
function requireSame(found: object, expected: object): void {
  const [left, right] = [JSON.stringify(found), JSON.stringify(expected)];
  if (left !== right) throw new Error(`the data set is not what it should be: ${left}, not ${right}`);
}

/** A hash of everything that determines the rows. */
async function fingerprint(): Promise<string> {
  const folder = join(import.meta.dirname, '..', 'migrations');
  const migrations = (await readdir(folder)).sort().map((name) => join(folder, name));
  const digest = createHash('sha256');
  const makers = ['seed.ts', 'seed-chats.ts'].map((name) => join(import.meta.dirname, name));
  for (const file of [...makers, ...migrations]) digest.update(await readFile(file));
  return digest.digest('hex').slice(0, 12);
}

/** Flushes to disk, so that no writeback happens during a measurement. */
async function flush(path: string): Promise<void> {
  await run('sync', ['-f', path]);
}

const LOREM = `Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor incididunt ut labore et dolore
magna aliqua. Ut enim ad minim veniam, quis nostrud exercitation ullamco laboris nisi ut aliquip ex ea commodo consequat.
Duis aute irure dolor in reprehenderit in voluptate velit esse cillum dolore eu fugiat nulla pariatur. Excepteur sint
occaecat cupidatat non proident, sunt in culpa qui officia deserunt mollit anim id est laborum.`;
