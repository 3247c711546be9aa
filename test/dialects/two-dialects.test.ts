/** relay and lounge share one lobby. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { postJson, startTestServer } from '../support/harness.ts';
import {
  connect,
  join,
  loungeAccount,
  loungeUser,
  PASSWORD,
  relaySignIn,
  relaySignUp,
  relayToken,
  relayUser,
  say,
} from '../support/people.ts';
import { sharedServer } from '../support/shared-server.ts';
import type { TestSocket } from '../support/socket.ts';

const emptyServer = sharedServer();

test('messages sent through relay reach lounge at once, and vice versa', async (t) => {
  const server = await emptyServer();
  const ann = await relayUser(t, server, 'ann');
  const bob = await loungeUser(t, server, 'Bob Smith');
  ann.send('from relay');
  const inRelay = await ann.frameWith({ body: 'from relay' });
  const inLounge = await bob.frameWith({ type: 'chat_message' });
  assert.deepEqual(inLounge.msg, { from_user: 'ann', text: 'from relay' });
  assert.equal(Date.parse(String(inLounge.sent_at)), inRelay.timestamp);

  say(bob, 'from lounge');
  const back = await ann.frameWith({ from: 'Bob Smith', body: 'from lounge' });
  const own = await bob.frameWith({ msg: { from_user: 'Bob Smith', text: 'from lounge' } });
  assert.equal(Date.parse(String(own.sent_at)), back.timestamp);
});

test('everybody receives the messages of both dialects in one order', async (t) => {
  const server = await startTestServer(t, { SOCKET_RATE: '1000' });
  const relays = await Promise.all(['r1', 'r2', 'r3'].map((name) => relayUser(t, server, name)));
  const lounges = await Promise.all(['l1', 'l2', 'l3'].map((name) => loungeUser(t, server, name)));
  for (let index = 0; index < 50; index += 1) {
    for (const [n, socket] of relays.entries()) socket.send(`r${n} ${index}`);
    for (const [n, socket] of lounges.entries()) say(socket, `l${n} ${index}`);
  }
  const heard = (socket: TestSocket) =>
    socket.json.flatMap(({ body, type, msg }) => {
      if (type === undefined) return [body];
      return type === 'chat_message' ? [(msg as { text: string }).text] : [];
    });
  const all = [...relays, ...lounges];
  await Promise.all(all.map((socket) => socket.until('300 messages', (it) => heard(it).length >= 300)));
  const stored = await server.sql<{ body: string }[]>`select body from messages order by seq`;
  for (const socket of all)
    assert.deepEqual(
      heard(socket),
      stored.map((row) => row.body),
    );
});

test("a lounge account signs in through relay, and its history has lounge's messages", async (t) => {
  const server = await emptyServer();
  const lounge = await loungeUser(t, server, 'Ann Longer Than Eight');
  say(lounge, 'before');
  await lounge.frameWith({ type: 'chat_message' });
  const { status, body } = await relaySignIn(server, 'ann longer than eight');
  assert.equal(status, 200);
  const relay = await connect(t, server, body);
  await relay.frameWith({ from: 'Ann Longer Than Eight', body: 'before' });
});

test('a token of one dialect works in the other', async (t) => {
  const server = await emptyServer();
  const inLounge = await join(t, server, await relayToken(server, 'ann'));
  const inRelay = await connect(t, server, (await loungeAccount(server, 'Bob')).token);
  say(inLounge, 'hello Bob');
  await inRelay.frameWith({ from: 'ann', body: 'hello Bob' });
});

test('an account of relay has no e-mail to log in to lounge with', async () => {
  const server = await emptyServer();
  await relaySignUp(server, 'ann');
  for (const email of ['ann', 'null', ' '])
    assert.equal((await postJson(`${server.url}/login`, { email, password: PASSWORD })).status, 401);
});

test('a name in use in one dialect is in use in the other', async () => {
  const server = await emptyServer();
  await relaySignUp(server, 'ann');
  const inLounge = { email: 'ann@example.org', username: 'ANN', password: PASSWORD };
  assert.equal((await postJson(`${server.url}/createUser`, inLounge)).status, 409);
  await loungeAccount(server, 'Bob');
  const answer = await postJson(`${server.url}/signup`, { username: 'bob', password: 'x' });
  assert.equal(await answer.text(), 'Already exists');
});

test('lounge shows relay users joining, present and leaving, and relay is not notified', async (t) => {
  const server = await startTestServer(t);
  const bob = await loungeUser(t, server, 'Bob');
  const ann = await relayUser(t, server, 'ann');
  await bob.frameWith({ type: 'user_joined', msg: { username: 'ann' } });
  const eve = await loungeUser(t, server, 'Eve');
  assert.deepEqual(eve.json[0]?.msg, { list: ['Bob', 'ann'] });
  await ann.settled();
  assert.deepEqual(ann.frames, []);
  await ann.close();
  await eve.frameWith({ type: 'user_left', msg: { username: 'ann' } });
});

test('a user who is in through both dialects leaves with the last socket', async (t) => {
  const server = await emptyServer();
  const bob = await loungeUser(t, server, 'Bob');
  const token = await relayToken(server, 'ann');
  const relay = await connect(t, server, token);
  await bob.frameWith({ type: 'user_joined', msg: { username: 'ann' } });
  const lounge = await join(t, server, token);
  await relay.close();
  say(lounge, 'still here');
  await bob.frameWith({ type: 'chat_message' });
  await lounge.close();
  await bob.frameWith({ type: 'user_left' });
  const types = bob.json.map(({ type }) => type);
  assert.deepEqual(types.slice(2), ['user_joined', 'chat_message', 'user_left']);
});
