/** `koine import`: from a file of records, or from another relay server. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { hash } from '@node-rs/argon2';
import { RECORDS } from '../../src/core/import/records.ts';
import { openDatabase, type Sql } from '../../src/store/database.ts';
import { call, type Message } from '../support/board-people.ts';
import { atEnd, folder } from '../support/conditions.ts';
import { emptyDatabase, privatePlaces, startTestServer } from '../support/harness.ts';
import { koine, run } from '../support/koine.ts';
import { connect, PASSWORD, relaySignIn } from '../support/people.ts';
import { miscounted } from '../support/stored-bytes.ts';

const POST = '11111111-0000-4000-8000-000000000001';
const GROUP = '22222222-0000-4000-8000-000000000002';
const DIRECT = '33333333-0000-4000-8000-000000000003';
const NOTHING = Object.fromEntries(Object.keys(RECORDS).map((kind) => [kind, 0]));
const AT = '2020-05-01T10:00:00.000Z';

async function records() {
  const passwordHash = await hash(PASSWORD, { memoryCost: 8, timeCost: 1, parallelism: 1 });
  return [
    { type: 'account', username: 'ann', email: 'ann@example.org', passwordHash, createdAt: AT },
    { type: 'account', username: 'Bob' },
    { type: 'account', username: 'eve' },
    { type: 'friendship', between: ['ann', 'bob'], createdAt: AT },
    { type: 'post', uid: POST, author: 'ann', title: 'Title', body: 'body', createdAt: AT },
    { type: 'comment', id: '1', post: POST, author: 'bob', body: 'comment', createdAt: AT },
    { type: 'like', post: POST, by: 'eve' },
    { type: 'room', uid: GROUP, kind: 'group', title: 'Group', members: ['ann', 'bob'], createdAt: AT },
    { type: 'room', uid: DIRECT, kind: 'direct', members: ['bob', 'ann'] },
    { type: 'member', room: GROUP, account: 'eve' },
    { type: 'message', id: '1', room: GROUP, author: 'eve', body: 'in the group', createdAt: AT },
    { type: 'message', id: '2', room: 'lobby', author: 'ann', body: 'one', createdAt: AT },
    { type: 'message', id: '3', room: 'lobby', author: 'bob', body: 'two', createdAt: '2020-05-01T11:00:00.000Z' },
  ];
}

function ndjson(values: readonly unknown[]): string {
  return values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value))).join('\n');
}

/** An account with a password hash of that cost. */
function argon2Account(cost: string) {
  return { type: 'account', username: 'gus', passwordHash: `$argon2id$v=19$${cost}$c2FsdHNhbHQ$${'A'.repeat(43)}` };
}

async function countsIn(sql: Sql): Promise<unknown> {
  const [row] = await sql`
    select (select count(*) from accounts) as accounts, (select count(*) from friendships) as friendships,
           (select count(*) from posts) as posts, (select count(*) from comments) as comments,
           (select count(*) from likes) as likes, (select count(*) from rooms) as rooms,
           (select count(*) from room_members) as members, (select count(*) from messages) as messages`;
  return { ...row };
}

test('an import creates working accounts and content, and is idempotent', async (t) => {
  const server = await startTestServer(t);
  const file = join(await folder(t), 'people.ndjson');
  await writeFile(file, ndjson(await records()));
  const first = await koine(server.settings, 'import', file, '--json');
  assert.deepEqual([first.code, first.err], [0, '']);
  const { added, there, refused } = JSON.parse(first.out);
  assert.deepEqual([there, refused], [0, 0]);
  assert.deepEqual(await miscounted(server.sql), []);
  assert.deepEqual(added, {
    account: 3,
    friendship: 1,
    post: 1,
    comment: 1,
    like: 1,
    room: 2,
    member: 1,
    message: 3,
  });
  const counts = await countsIn(server.sql);
  const second = await koine(server.settings, 'import', file, '--json');
  assert.equal(JSON.parse(second.out).there, 13);
  assert.deepEqual(await countsIn(server.sql), counts);

  const [post] = (await call<Message[]>(server, 'GET', '/messages/')).json;
  assert.deepEqual([post?.text, post?.owner.username, post?.likes_count], ['Title\n\nbody', 'ann', 1]);
  assert.deepEqual(
    post?.comments.map(({ text, owner }) => [text, owner.username]),
    [['comment', 'Bob']],
  );
  const socket = await connect(t, server, (await relaySignIn(server, 'ann')).body);
  await socket.frameCount(2);
  assert.deepEqual(
    socket.json.map(({ from, body, timestamp }) => [from, body, timestamp]),
    [
      ['ann', 'one', Date.parse(AT)],
      ['Bob', 'two', Date.parse(AT) + 3_600_000],
    ],
  );
  assert.equal((await relaySignIn(server, 'Bob')).status, 401);
});

test('a refused line is reported with its reason, and the others are imported', async (t) => {
  const { DATABASE_URL } = await privatePlaces(t);
  const wrong = [
    ['not json', /line 1: it is not JSON/],
    [{ type: 'robot' }, /line 2: its type must be one of account, /],
    [{ type: 'account' }, /line 3: account .*username/],
    [{ type: 'account', username: 'a/b' }, /line 4: username must not contain/],
    [{ type: 'account', username: 'ann', email: 'x@y' }, null],
    [{ type: 'account', username: 'bob', email: 'X@Y' }, /line 6: its e-mail belongs to another/],
    [{ type: 'account', username: 'eve', passwordHash: '$2b$10$abc' }, /line 7: passwordHash must be an argon2 hash/],
    [{ type: 'post', uid: POST, author: 'dan', body: 'x' }, /line 8: there is no account "dan"/],
    [{ type: 'room', uid: GROUP, kind: 'group', members: ['ann'] }, null],
    [{ type: 'account', username: 'dan' }, null],
    [{ type: 'message', id: '1', room: GROUP, author: 'dan', body: 'x' }, /line 11: its author is not a member/],
    [
      { type: 'message', id: '2', room: GROUP, author: 'ann', body: 'x', createdAt: 'then' },
      /line 12: "then" is not a time/,
    ],
    [{ type: 'message', id: '3', room: GROUP, author: 'ann', body: 'x' }, null],
    [{ type: 'account', username: '\u0430nn' }, /line 14: its username looks like that of another account/],
    [{ type: 'account', username: '\u3164' }, /line 15: username must not be blank/],
    [{ type: 'message', id: '4', room: GROUP, author: 'ann', body: '\u2800' }, /line 16: body must not be blank/],
    [{ type: 'message', id: '5', room: GROUP, author: 'ann', body: 'a\u001b[2J' }, /line 17: body must not contain/],
    [{ type: 'account', username: 'fay', bio: '\u0007' }, /line 18: bio must not contain/],
    [argon2Account('m=4194304,t=1,p=1'), /line 19: passwordHash costs too much/],
    [argon2Account('m=262144,t=9,p=1'), /line 20: passwordHash costs too much/],
    [argon2Account('m=1,t=1,p=1'), /line 21: passwordHash must be an argon2 hash/],
    [argon2Account('m=65536,t=4,p=1'), null],
  ] as const;
  const input = ndjson(wrong.map(([line]) => line));
  const { code, out, err } = await run('bin/koine.js', ['import', '-'], { DATABASE_URL }, input);
  assert.equal(code, 1);
  const lines = err.trim().split('\n');
  for (const [index, pattern] of wrong.flatMap(([, pattern]) => pattern ?? []).entries())
    assert.match(lines[index] ?? '', pattern);
  assert.equal(out, 'imported 3 accounts, 1 room, 1 message; 0 existed already, 17 were refused\n');
  const missing = await koine({ DATABASE_URL }, 'import', 'no/such/file');
  assert.deepEqual([missing.code, missing.err.split('\n').length], [1, 2]);
});

test('koine import relay imports the database of another relay server', async (t) => {
  const url = await emptyDatabase(t);
  const relay = openDatabase(url, 1);
  atEnd(t, () => relay.end());
  await relay.unsafe(`
    create table users (username varchar(8) primary key not null, password varchar(64) not null,
      created_at timestamp default current_timestamp);
    create table messages (id serial primary key, "from" varchar(8) not null, body text not null, timestamp bigint not null);
    insert into users (username, password, created_at) values ('ann', 'x', '2020-01-01'), ('bob', 'x', null);
    insert into messages ("from", body, timestamp) values ('ann', 'in seconds', 1600000000), ('bob', 'in ms', 1600000001000),
      ('gone', 'from nobody', 1600000002)`);
  const server = await startTestServer(t);
  const first = await koine(server.settings, 'import', 'relay', url);
  assert.deepEqual([first.code, first.err], [1, 'message 3: there is no account "gone"\n']);
  assert.match(first.out, /^imported 2 accounts, 2 messages; 0 existed already, 1 were refused\n$/);
  assert.match((await koine(server.settings, 'import', 'relay', url)).out, /^imported nothing; 4 existed already/);
  await run('bin/koine.js', ['user', 'reset-password', 'ann'], server.settings, `${PASSWORD}\n`);
  const socket = await connect(t, server, (await relaySignIn(server, 'ann')).body);
  await socket.frameCount(2);
  assert.deepEqual(
    socket.json.map(({ from, body, timestamp }) => [from, body, timestamp]),
    [
      ['ann', 'in seconds', 1_600_000_000_000],
      ['bob', 'in ms', 1_600_000_001_000],
    ],
  );
});

test('an export of a person can be imported elsewhere', async (t) => {
  const [here, there] = [await privatePlaces(t), await privatePlaces(t)];
  await run('bin/koine.js', ['import', '-'], here, ndjson(await records()));
  const place = join(await folder(t), 'ann');
  await koine(here, 'user', 'export', 'ann', place);
  const others = ndjson((await records()).slice(1, 3));
  const theirs = await readFile(join(place, 'records', '0001.ndjson'), 'utf8');
  const { code, err } = await run('bin/koine.js', ['import', '-'], there, `${others}\n${theirs}`);
  assert.deepEqual([code, err], [0, '']);
  const sql = openDatabase(there.DATABASE_URL, 1);
  atEnd(t, () => sql.end());
  assert.deepEqual(await countsIn(sql), {
    accounts: 3,
    friendships: 1,
    posts: 1,
    comments: 0,
    likes: 0,
    rooms: 3,
    members: 5,
    messages: 1,
  });
});

test('the example in examples/ contains every kind of record and can be imported', async (t) => {
  const text = await readFile('examples/import.ndjson', 'utf8');
  const kinds = text
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { type: string }).type);
  assert.deepEqual([...new Set(kinds)].sort(), Object.keys(RECORDS).sort());
  const server = await startTestServer(t);
  const first = await koine(server.settings, 'import', 'examples/import.ndjson', '--json');
  assert.deepEqual([first.code, first.err], [0, '']);
  assert.equal(JSON.parse(first.out).refused, 0);
  const again = await koine(server.settings, 'import', 'examples/import.ndjson', '--json');
  assert.equal(JSON.parse(again.out).there, kinds.length);
  const [post] = (await call<Message[]>(server, 'GET', '/messages/')).json;
  assert.deepEqual(
    [post?.text, post?.timestamp, post?.comments.map(({ timestamp }) => timestamp)],
    ['Welcome\n\nHere we are now.', '2020-05-03T07:30:00.000Z', ['2020-05-03T08:00:00.000Z']],
  );
  // Uids are scoped by source; friendships and likes are pairs of people.
  const other = await koine(server.settings, 'import', 'examples/import.ndjson', '--source', 'other', '--json');
  assert.deepEqual(
    [other.code, JSON.parse(other.out).added],
    [0, { ...NOTHING, post: 1, comment: 1, like: 1, room: 1, member: 1, message: 2 }],
  );
  const help = await koine({}, 'import', '--help');
  for (const line of text.trim().split('\n')) assert.ok(help.out.includes(line), line);
});

test('a byte order mark, invalid UTF-8 and impossible dates are reported by line, without escape sequences', async (t) => {
  const { DATABASE_URL } = await privatePlaces(t);
  const post = (uid: unknown, createdAt: string) =>
    JSON.stringify({ type: 'post', uid, author: 'ann', body: 'x', createdAt });
  const lines: [string | Buffer, RegExp | null][] = [
    [`\ufeff${JSON.stringify({ type: 'account', username: 'ann' })}`, null],
    [Buffer.from('{"type":"account","username":"b\xf6b"}', 'latin1'), /^line 2: it is not UTF-8$/],
    [post(1, '2024-02-30T10:00:00Z'), /^line 3: "2024-02-30T10:00:00Z" is not a time: there is no such day or hour$/],
    [post(1, '2023-02-29'), /^line 4: "2023-02-29" is not a time/],
    [post(1, '2024-01-01T24:00:00Z'), /^line 5: .* no such day or hour/],
    [post(1, 'May 1, 2024'), /^line 6: "May 1, 2024" is not a time such as 2026-01-31T10:00:00Z$/],
    [post(2 ** 53, '2024-01-01'), /^line 7: post\.uid must /],
    [post(1.5, '2024-01-01'), /^line 8: post\.uid must /],
    [post('x'.repeat(201), '2024-01-01'), /^line 9: post\.uid must /],
    [post('', '2024-01-01'), /^line 10: post\.uid must /],
    [
      JSON.stringify({ type: 'room', uid: 'lobby', kind: 'group', members: ['ann'] }),
      /^line 11: a room cannot have the uid "lobby"/,
    ],
    [
      JSON.stringify({ type: 'friendship', between: ['ann', 'e\x1b[31mve\x9b\n\u202e'] }),
      /^line 12: there is no account "e\\u001b\[31mve\\u009b\\u000a\\u202e"$/,
    ],
    [post('24-05-01', '2024-05-01 10:00'), null],
    [post(13, '2024-05-01T10:00:00.123456789+05:45'), null],
  ];
  const input = Buffer.concat(lines.flatMap(([line]) => [Buffer.from(line), Buffer.from('\r\n')]));
  const { code, out, err } = await run('bin/koine.js', ['import', '-'], { DATABASE_URL }, input);
  const told = err.trim().split('\n');
  for (const [index, [, pattern]] of lines.entries())
    if (pattern !== null) assert.match(told.find((line) => line.startsWith(`line ${index + 1}:`)) ?? '', pattern);
  assert.deepEqual(
    [code, out, told.length],
    [1, 'imported 1 account, 2 posts; 0 existed already, 11 were refused\n', 11],
  );
  const sql = openDatabase(DATABASE_URL, 1);
  atEnd(t, () => sql.end());
  const rows = await sql<{ created_at: Date }[]>`select created_at from posts order by id`;
  assert.deepEqual(
    rows.map((row) => row.created_at.toISOString()),
    ['2024-05-01T10:00:00.000Z', '2024-05-01T04:15:00.123Z'],
  );
});
