/** Cost of pages: a fixed number of statements, without table scans. */

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { loadConfig } from '../../src/config/config.ts';
import { createShowPerson } from '../../src/core/accounts/accounts.ts';
import type { Core } from '../../src/core/core.ts';
import { createCore } from '../../src/core/create-core.ts';
import { eventLog } from '../../src/core/events/event-log.ts';
import type { KoineHub } from '../../src/core/events/events.ts';
import { MemoryBroker } from '../../src/hub/brokers/memory.ts';
import { Hub } from '../../src/hub/hub.ts';
import { createLimits } from '../../src/limits/limits.ts';
import { createOutgoing } from '../../src/limits/outgoing.ts';
import { openDiskBlobs } from '../../src/store/blobs-disk.ts';
import { openDatabase, type Sql } from '../../src/store/database.ts';
import { openDiskPartials } from '../../src/store/partials-disk.ts';
import { openSpool } from '../../src/store/spool.ts';
import { atEnd } from '../support/conditions.ts';
import { privatePlaces } from '../support/harness.ts';

type Statement = { text: string; parameters: readonly unknown[] };
type World = { core: Core; sql: Sql; statementsOf(work: () => Promise<unknown>): Promise<Statement[]> };

/** core on its own database, with recorded statements. */
async function startCore(t: TestContext): Promise<World> {
  const settings = await privatePlaces(t);
  const config = loadConfig({ ...settings, ARGON2_MEMORY: '8', ARGON2_PASSES: '1' });
  const statements: Statement[] = [];
  const sql = openDatabase(settings.DATABASE_URL, 2, {
    onStatement: (text, parameters) => statements.push({ text, parameters }),
  });
  const hub: KoineHub = new Hub(new MemoryBroker(), eventLog(sql, createShowPerson(config)), config.sockets);
  atEnd(t, async () => {
    await hub.close();
    await sql.end();
  });
  const media = {
    blobs: await openDiskBlobs(config.dataDir, () => ''),
    spool: await openSpool(config.dataDir),
    limits: config.uploads,
    privateUrl: () => '',
    defaultAvatarUrl: () => '',
  };
  const partials = await openDiskPartials(join(config.dataDir, 'uploads'));
  const { rates, storagePerAccount } = createLimits(config);
  const key = new Uint8Array(32);
  const secrets = {
    tokenSecret: key,
    networkKey: key,
    sealKey: key,
    mailKey: null,
    outgoing: createOutgoing([]),
    pushKey: null,
    tokenTtl: 60,
    passwordCost: config.passwords,
  };
  const options = { ...secrets, storagePerAccount, media, partials, rates };
  return {
    core: createCore(sql, hub, { node: randomUUID(), ...config, ...options }),
    sql,
    statementsOf: async (work) => {
      statements.length = 0;
      await work();
      return [...statements];
    },
  };
}

/** Accounts have equal numbers of posts, posts equal numbers of comments and likes. */
async function seed(sql: Sql, { accounts, posts }: { accounts: number; posts: number }): Promise<void> {
  await sql`
    insert into accounts (username, username_key, password_hash)
    select 'user' || n, 'user' || n, 'none' from generate_series(1, ${accounts}::int) as n`;
  await sql`
    insert into posts (author_id, body)
    select n % ${accounts}::int + 1, 'post ' || n from generate_series(1, ${posts}::int) as n`;
  await sql`
    insert into comments (post_id, author_id, body)
    select n % ${posts}::int + 1, n * 7 % ${accounts}::int + 1, 'comment ' || n
      from generate_series(1, ${posts * 3}::int) as n`;
  await sql`
    insert into likes (post_id, account_id)
    select n % ${posts}::int + 1, n * 11 % ${accounts}::int + 1 from generate_series(1, ${posts * 2}::int) as n
    on conflict do nothing`;
  await sql.unsafe('vacuum analyze');
}

type Pages = Record<string, (core: Core, page: { skip: number; limit: number }) => Promise<unknown>>;

const READER = { id: 1, uid: '00000000-0000-4000-8000-000000000000', username: 'user1', isAdmin: false };
const PAGES: Pages = {
  'the accounts': (core, page) => core.accounts.list(READER, page),
  'the posts': (core, page) => core.posts.list(READER, page, ['comments']),
  'the posts by pages': (core, { skip, limit }) =>
    core.posts.list(READER, { page: Math.floor(skip / limit), size: limit }, []),
  'the posts, for a stranger': (core, page) => core.posts.list(null, page, ['comments']),
  'the posts of one': async (core, page) =>
    core.posts.listOf(READER, await core.accounts.getAccountByUsername('USER1'), page, ['comments']),
};

test('a page costs the same number of statements, however much is on it', async (t) => {
  const { core, sql, statementsOf } = await startCore(t);
  await seed(sql, { accounts: 3, posts: 300 });
  // Each new connection queries its types once.
  await Promise.all([core.accounts.list(null, { skip: 0, limit: 1 }), core.accounts.list(null, { skip: 0, limit: 1 })]);
  const expected: Record<string, number> = {
    'the accounts': 1,
    'the posts': 2,
    'the posts by pages': 1,
    'the posts, for a stranger': 2,
    'the posts of one': 3,
  };
  for (const [name, read] of Object.entries(PAGES))
    for (const page of [
      { skip: 0, limit: 1 },
      { skip: 0, limit: 100 },
      { skip: 50, limit: 50 },
    ]) {
      const statements = await statementsOf(() => read(core, page));
      assert.equal(statements.length, expected[name], `${name} ${JSON.stringify(page)}`);
    }
  for (const [name, read] of Object.entries(PAGES)) {
    const statements = await statementsOf(() => read(core, { skip: 9_999, limit: 100 }));
    assert.ok(statements.length <= (expected[name] as number), `${name}, beyond the end`);
  }
});

test('no list scans a table, whatever its offset', async (t) => {
  const { core, sql, statementsOf } = await startCore(t);
  await seed(sql, { accounts: 12_000, posts: 24_000 });
  for (const [name, read] of Object.entries(PAGES))
    for (const skip of [0, 10_000]) {
      for (const statement of await statementsOf(() => read(core, { skip, limit: 100 })))
        for (const plan of await plansOf(sql, statement))
          assert.doesNotMatch(plan, /Seq Scan/, `${name}, skipping ${skip}: ${statement.text}`);
    }
});

/** The plan for these parameters, and PostgreSQL's generic plan. */
async function plansOf(sql: Sql, { text, parameters }: Statement): Promise<string[]> {
  const own = await sql.unsafe(`explain (format json) ${text}`, parameters as never[]);
  const general = await sql.unsafe(`explain (generic_plan, format json) ${text}`);
  return [own, general].map((rows) => JSON.stringify(rows, null, 1));
}
