/** A raid: 200 accounts join by one leaked link and post. A moderator ends it with three calls, and what they wrote is gone everywhere. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { secondClient } from '../sdk/clients.ts';
import { type Message as BoardMessage, call as boardCall, boardToken } from '../support/board-people.ts';
import { eventually } from '../support/conditions.ts';
import { startServerWith, startTestServer, type TestServer } from '../support/harness.ts';
import { call, Member, member, type Page, type Session } from '../support/koine-people.ts';
import * as messenger from '../support/messenger-people.ts';
import { connect, join, PASSWORD, relaySignIn } from '../support/people.ts';
import { call as socialCall } from '../support/social-people.ts';

const RAIDERS = 200;
/** Sign-ups at a time: they wait for passwords to be hashed. */
const AT_ONCE = 8;

type Cleanup = { id: string; done: boolean; accounts: number; texts: number };
type Message = { seq: number; body: string; deletedAt?: string };

/** Everybody joins by the link, speaks in the lobby, and some post and comment. */
async function raid(
  server: TestServer,
  { code, lobby, post }: { code: string; lobby: string; post: string },
): Promise<Member[]> {
  const raiders: Member[] = [];
  const one = async (n: number) => {
    const body = { username: `raider${n}`, email: `raider${n}@example.org`, password: PASSWORD, invite: code };
    const made = await call<Session>(server, 'POST', '/accounts', { body });
    assert.equal(made.status, 201, JSON.stringify(made.json));
    const raider = new Member(server, made.json);
    await raider.do('POST', `/rooms/${lobby}/messages`, { body: `raid ${n}` });
    if (n % 10 === 0) await raider.do('POST', '/posts', { body: `raid ${n}` });
    if (n % 10 === 5) await raider.do('POST', `/posts/${post}/comments`, { body: `raid ${n}` });
    raiders.push(raider);
  };
  for (let n = 0; n < RAIDERS; n += AT_ONCE)
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, RAIDERS - n) }, (_, i) => one(n + i)));
  return raiders;
}

/** Traces of the raid in each dialect's lists. */
async function traces(
  server: TestServer,
  ann: Member,
  { lobby, post }: { lobby: string; post: string },
): Promise<Record<string, number>> {
  const username = ann.me.username;
  const { access } = await messenger.signIn(server, username);
  const token = await boardToken(server, username);
  const headers = { authorization: `Bearer ${ann.token}` };
  const social = await socialCall<object>(server, 'GET', '/posts/all', { headers });
  const raids = (texts: readonly string[]) => texts.filter((text) => text.includes('raid')).length;
  const textsOf = async (path: string, bearer: string) => {
    const { json } = await boardCall(server, 'GET', path, { token: bearer });
    return raids(JSON.stringify(json).split(/[{,]/));
  };
  const board = await boardCall<BoardMessage[]>(server, 'GET', '/messages/?limit=100', { token });
  return {
    koine: raids((await ann.get<Page<Message>>(`/rooms/${lobby}/messages?limit=100`)).items.map(({ body }) => body)),
    feed: raids((await ann.all<{ body: string }>('/posts?from=all')).map(({ body }) => body)),
    comments: raids((await ann.all<{ body: string }>(`/posts/${post}/comments`)).map(({ body }) => body)),
    messenger: await textsOf('/messenger/api/chatrooms/lobby/messages/', access),
    board: raids(board.json.flatMap(({ text, comments }) => [text, ...comments.map((one) => one.text)])),
    social: raids(JSON.stringify(social.json).split(/[{,]/)),
  };
}

test('three calls end a raid of 200, and nothing of it is left in any dialect or open client', async (t) => {
  const server = await startTestServer(t);
  const other = await startServerWith(t, server.settings);
  const [mod, ann] = (await Promise.all([member(server, 'mod'), member(server, 'ann')])) as [Member, Member];
  await server.sql`update accounts set role = 'admin' where username = 'mod'`;
  const { items } = await ann.get<Page<{ id: string }>>('/rooms');
  const lobby = items[0]?.id as string;
  const { id: post } = await ann.do<{ id: string }>('POST', '/posts', { body: 'hello' });
  await ann.do('POST', `/rooms/${lobby}/messages`, { body: 'before' });
  const { code } = await mod.do<{ code: string }>('POST', '/invites', {});

  // Open clients of three dialects, on the other node.
  const app = await secondClient(t, { url: other.url, token: ann.token });
  await app.client.rooms.open(lobby);
  await app.client.feed.open('all');
  const lounge = await join(t, other, ann.token);
  const raiders = await raid(server, { code, lobby, post });
  const intruder = await join(t, other, raiders[0]?.token as string);
  const shown = () => [
    ...Object.values(app.state.timelines[lobby]?.items ?? []).map(({ body }) => body),
    ...Object.values(app.state.posts).map(({ body }) => body),
  ];
  await app.until('the raid', () => shown().filter((body) => body.includes('raid')).length >= 100);
  const during = await traces(server, ann, { lobby, post });
  assert.ok(
    Object.values(during).every((count) => count > 0),
    JSON.stringify(during),
  );

  await mod.do('PATCH', '/community', { registration: 'closed' });
  await mod.do('PATCH', `/rooms/${lobby}`, { posting: 'moderators' });
  const raids = { sanction: 'ban', purge: true, reason: 'a raid' };
  const begun = await mod.do<Cleanup>('POST', `/invites/${code}/raids`, raids);

  const ended = await eventually('the end of the raid', async () => {
    const cleanup = await mod.get<Cleanup>(`/cleanups/${begun.id}`);
    return cleanup.done && cleanup;
  });
  assert.deepEqual([ended.accounts, ended.texts], [RAIDERS, RAIDERS + RAIDERS / 5]);
  assert.equal((await intruder.untilClosed()).code, 4001);
  assert.equal((await raiders[7]?.call('GET', '/me'))?.status, 401);
  assert.deepEqual(new Set(Object.values(await traces(server, ann, { lobby, post }))), new Set([0]));
  await app.until('a clean screen', () => !shown().some((body) => body.includes('raid')));
  const { body: relayAccess } = await relaySignIn(server, 'ann');
  const relay = await connect(t, server, relayAccess);
  await relay.until('the backfill', ({ frames }) => frames.length > 0);
  assert.ok(!relay.frames.some((frame) => frame.includes('raid')), 'the backfill of a new socket');
  assert.equal(lounge.closed, null, 'nobody else was disturbed');
  assert.equal((await ann.call('GET', '/me')).status, 200);
});

test('a cleanup that was interrupted goes on where it ended', async (t) => {
  const server = await startTestServer(t);
  const [mod, eve] = (await Promise.all([member(server, 'mod'), member(server, 'eve')])) as [Member, Member];
  await server.sql`update accounts set role = 'moderator' where username = 'mod'`;
  const { items } = await eve.get<Page<{ id: string }>>('/rooms');
  const path = `/rooms/${items[0]?.id}/messages`;
  for (const body of ['long ago', 'lately', 'just now']) await eve.do('POST', path, { body });
  await server.sql`update messages set created_at = now() - interval '3 hours' where body = 'long ago'`;
  await server.sql`
    insert into cleanups (account_id, since, purges, phase)
    select id, now() - interval '1 hour', true, 'purging' from accounts where username = 'eve'`;
  await server.close();
  const next = await startServerWith(t, server.settings);
  await eventually('the rest', async () => (await next.sql`select from cleanups where phase <> 'done'`).length === 0);
  const left = await next.sql<{ body: string }[]>`select body from messages where deleted_at is null order by seq`;
  assert.deepEqual(
    left.map(({ body }) => body),
    ['long ago'],
  );
  assert.ok(mod.id !== '');
});
