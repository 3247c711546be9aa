/** Settings of the database or the role, and unusual years, have no effect on Koine. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join as joinPath } from 'node:path';
import { type TestContext, test } from 'node:test';
import { hash } from '@node-rs/argon2';
import { openDatabase } from '../../src/store/database.ts';
import * as board from '../support/board-people.ts';
import { atEnd, folder } from '../support/conditions.ts';
import { postJson, privatePlaces, SETTINGS, startServerWith, type TestServer } from '../support/harness.ts';
import { koine, run } from '../support/koine.ts';
import * as messenger from '../support/messenger-people.ts';
import { connect, join, PASSWORD, relaySignIn } from '../support/people.ts';
import * as social from '../support/social-people.ts';

/** Each of them would break something if it were effective. */
const OF_THE_DATABASE: Readonly<Record<string, string>> = {
  datestyle: 'German, DMY',
  intervalstyle: 'sql_standard',
  timezone: 'Asia/Kathmandu',
  search_path: 'pg_temp',
  standard_conforming_strings: 'off',
  default_transaction_isolation: 'serializable',
  default_transaction_read_only: 'on',
  session_replication_role: 'replica',
  bytea_output: 'escape',
  exit_on_error: 'on',
  client_encoding: 'LATIN1',
};
const OF_THE_ROLE: Readonly<Record<string, string>> = {
  datestyle: 'SQL, DMY',
  statement_timeout: '400ms',
  lock_timeout: '1ms',
  idle_session_timeout: '100ms',
  idle_in_transaction_session_timeout: '100ms',
  transaction_timeout: '400ms',
  extra_float_digits: '-15',
  row_security: 'off',
  array_nulls: 'off',
  transform_null_equals: 'on',
};

async function setHostile(url: string): Promise<void> {
  const sql = openDatabase(url, 1);
  const name = new URL(url).pathname.slice(1);
  const set = (whose: string, settings: Readonly<Record<string, string>>) =>
    Promise.all(
      Object.entries(settings).map(([setting, value]) =>
        sql.unsafe(`alter ${whose} set ${setting} = ${setting === 'search_path' ? value : `'${value}'`}`),
      ),
    );
  await set(`database ${name}`, OF_THE_DATABASE);
  await set(`role current_user in database ${name}`, OF_THE_ROLE);
  await sql.end();
}

const TIMES = [
  '2024-11-05T06:07:08.009Z',
  '1970-01-01T00:00:00.000Z',
  '0099-12-31T23:59:59.999Z',
  '0050-01-01T00:00:00.000Z',
  '0001-01-01T00:00:00.000Z',
  '0000-12-31T23:59:59.999Z',
  '-000043-03-15T12:00:00.000Z',
];

async function imported(): Promise<string> {
  const passwordHash = await hash(PASSWORD, { memoryCost: 8, timeCost: 1, parallelism: 1 });
  const records = [
    ...['ann', 'bob'].map((username) => ({
      type: 'account',
      username,
      email: `${username}@example.org`,
      passwordHash,
      createdAt: TIMES[3],
    })),
    ...TIMES.map((createdAt, uid) => ({ type: 'post', uid, author: 'ann', body: `post ${uid}`, createdAt })),
    { type: 'comment', id: 1, post: 3, author: 'bob', body: 'comment', createdAt: TIMES[6] },
    { type: 'room', uid: 'two', kind: 'direct', members: ['ann', 'bob'], createdAt: TIMES[5] },
    ...['lobby', 'two'].flatMap((room) =>
      TIMES.map((createdAt, id) => ({
        type: 'message',
        id: `${room} ${id}`,
        room,
        author: 'ann',
        body: `${id}`,
        createdAt,
      })),
    ),
  ];
  return records.map((record) => JSON.stringify(record)).join('\n');
}

test('settings of the database and the role, and years before 100 and before Christ, change no behaviour', async (t) => {
  const places = await privatePlaces(t);
  await setHostile(places.DATABASE_URL);
  const settings = { ...SETTINGS, ...places };
  const { code, err } = await run('bin/koine.js', ['import', '-'], settings, await imported());
  assert.deepEqual([code, err], [0, '']);
  const server = await startServerWith(t, settings);
  await t.test('board, social and messenger list posts by their times', () => postsOf(server));
  await t.test('relay, lounge, social and messenger show the times of messages', () => messagesOf(t, server));
  await t.test('an export has the times and can be imported', () => exported(t, server));
  await t.test('sessions use our settings', () => sessions(server));
});

async function postsOf(server: TestServer): Promise<void> {
  const token = await board.boardToken(server, 'ann');
  const onBoard = await board.messages(server, '', token);
  const cookie = await socialCookie(server, 'ann');
  const inSocial = (await social.call<social.Post[]>(server, 'GET', '/posts/all', { headers: { cookie } })).json;
  const { access } = await messenger.signIn(server, 'ann');
  const inMessenger = (await board.call<messenger.Post[]>(server, 'GET', '/profiles/api/posts/', { token: access }))
    .json;
  const newestFirst = TIMES.toReversed();
  assert.deepEqual(
    onBoard.map(({ timestamp }) => timestamp),
    newestFirst,
  );
  assert.deepEqual(
    inSocial.map(({ created_at }) => created_at),
    newestFirst,
  );
  assert.deepEqual(
    inMessenger.map(({ created_at }) => created_at),
    newestFirst,
  );
  assert.deepEqual(
    onBoard[3]?.comments.map(({ timestamp }) => timestamp),
    [TIMES[6]],
  );
}

async function socialCookie(server: TestServer, username: string): Promise<string> {
  const body = { email: `${username}@example.org`, password: PASSWORD };
  return social.cookieOf(await social.call(server, 'POST', '/auth/login', { body }));
}

async function messagesOf(t: TestContext, server: TestServer): Promise<void> {
  const inRelay = await connect(t, server, (await relaySignIn(server, 'ann')).body);
  await inRelay.frameCount(TIMES.length);
  assert.deepEqual(
    inRelay.json.map(({ timestamp }) => new Date(Number(timestamp)).toISOString()),
    TIMES,
  );
  const { access } = await messenger.signIn(server, 'ann');
  const [room] = (
    await board.call<messenger.Chatroom[]>(server, 'GET', '/messenger/api/chatrooms/', { token: access })
  ).json.filter(({ name }) => name !== 'lobby');
  const read = await board.call<messenger.Message[]>(server, 'GET', messenger.messagesOf(room as never), {
    token: access,
  });
  assert.deepEqual(
    read.json.map(({ timestamp }) => timestamp),
    TIMES,
  );

  const cookie = await socialCookie(server, 'ann');
  const { json: me } = await social.call<{ user: social.User }>(server, 'POST', '/auth/login', {
    body: { email: 'ann@example.org', password: PASSWORD },
  });
  const chats = await social.call<social.Chat[]>(server, 'GET', `/users/${me.user.id}/chats`, { headers: { cookie } });
  const messages = await social.call<social.Message[]>(server, 'GET', `/chats/${chats.json[0]?.id}/messages/0`, {
    headers: { cookie },
  });
  assert.deepEqual(
    messages.json.map(({ created_at }) => created_at),
    TIMES,
  );

  const answer = await postJson(`${server.url}/login`, { email: 'bob@example.org', password: PASSWORD });
  const inLounge = await join(t, server, ((await answer.json()) as { token: string }).token);
  inRelay.send('now');
  const { sent_at: sentAt } = await inLounge.frameWith({ msg: { from_user: 'ann', text: 'now' } });
  assert.ok(Math.abs(Date.parse(String(sentAt)) - Date.now()) < 60_000);
}

async function exported(t: TestContext, { settings }: TestServer): Promise<void> {
  const place = joinPath(await folder(t), 'ann');
  assert.equal((await koine(settings, 'user', 'export', 'ann', place)).code, 0);
  const records = await readFile(joinPath(place, 'records', '0001.ndjson'), 'utf8');
  const lines = records
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { type: string; createdAt: string });
  const timesOf = (kind: string) => lines.filter(({ type }) => type === kind).map(({ createdAt }) => createdAt);
  assert.deepEqual([timesOf('post'), timesOf('message').slice(0, TIMES.length)], [TIMES, TIMES]);
  const elsewhere = await privatePlaces(t);
  const taken = await run(
    'bin/koine.js',
    ['import', '-'],
    elsewhere,
    `{"type":"account","username":"bob"}\n${records}`,
  );
  assert.deepEqual([taken.code, taken.err], [0, '']);
}

async function sessions({ settings }: TestServer): Promise<void> {
  const sql = openDatabase(settings.DATABASE_URL as string, 1);
  try {
    const rows = await sql<{ name: string; setting: string }[]>`
      select name, setting from pg_settings
       where lower(name) = any(${[...Object.keys(OF_THE_DATABASE), ...Object.keys(OF_THE_ROLE)]}::text[])`;
    assert.deepEqual(Object.fromEntries(rows.map(({ name, setting }) => [name, setting])), {
      DateStyle: 'ISO, MDY',
      IntervalStyle: 'postgres',
      TimeZone: 'UTC',
      array_nulls: 'on',
      bytea_output: 'hex',
      client_encoding: 'UTF8',
      default_transaction_isolation: 'read committed',
      default_transaction_read_only: 'off',
      exit_on_error: 'off',
      extra_float_digits: '1',
      idle_in_transaction_session_timeout: '0',
      idle_session_timeout: '0',
      lock_timeout: '10000',
      row_security: 'on',
      search_path: '"$user", public',
      session_replication_role: 'origin',
      standard_conforming_strings: 'on',
      statement_timeout: '15000',
      transaction_timeout: '0',
      transform_null_equals: 'off',
    });
  } finally {
    await sql.end();
  }
}

test('the database URL can name the schema', async (t) => {
  const { DATABASE_URL } = await privatePlaces(t);
  const url = new URL(DATABASE_URL);
  url.searchParams.set('search_path', 'koine, public');
  const sql = openDatabase(url.href, 1);
  atEnd(t, () => sql.end());
  const [row] = await sql`select current_setting('search_path') as path`;
  assert.equal(row?.path, 'koine, public');
});
