/** Guarantees of the lobby under concurrency: everybody receives the stored messages once, in one order. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crowdTokens } from '../support/crowd.ts';
import { startServerWith, startTestServer, type TestServer } from '../support/harness.ts';
import { connect, join, relayUser, say } from '../support/people.ts';
import type { TestSocket } from '../support/socket.ts';

const MESSAGES_EACH = 10;

/** The chat messages that a socket received, in any dialect, as `author: text`. */
function chat(socket: TestSocket): string[] {
  return socket.json.flatMap((frame) => {
    if (typeof frame.body === 'string') return [`${frame.from}: ${frame.body}`];
    if (frame.type !== 'chat_message') return [];
    const { from_user, text } = frame.msg as { from_user: string; text: string };
    return [`${from_user}: ${text}`];
  });
}

/** Counts frames first: parsing all of them on each new one would dominate the test. */
function hasHeard(socket: TestSocket, count: number): boolean {
  return socket.json.length >= count && chat(socket).length >= count;
}

async function stored(server: TestServer): Promise<string[]> {
  const rows = await server.sql<{ line: string }[]>`
    select a.username || ': ' || m.body as line from messages m join accounts a on a.id = m.author_id order by m.seq`;
  return rows.map(({ line }) => line);
}

/** Of each dialect. Deliveries grow with its square. */
const SENDERS = 40;

test('80 concurrent senders all receive every message once, in the stored order', async (t) => {
  const server = await startTestServer(t);
  const names = (letter: string) => Array.from({ length: SENDERS }, (_, index) => `${letter}${index}`);
  const [ofRelay, ofLounge] = [await crowdTokens(server, names('r')), await crowdTokens(server, names('l'))];
  const relay = await Promise.all(ofRelay.map((token) => connect(t, server, token)));
  const lounge = await Promise.all(ofLounge.map((token) => join(t, server, token)));
  const total = (relay.length + lounge.length) * MESSAGES_EACH;

  for (let round = 0; round < MESSAGES_EACH; round += 1) {
    for (const [index, socket] of relay.entries()) socket.send(`${index} says ${round}`);
    for (const socket of lounge) say(socket, `says ${round}`);
  }
  await Promise.all([...relay, ...lounge].map((socket) => socket.until('all messages', (one) => hasHeard(one, total))));
  await Promise.all([...relay, ...lounge].map((socket) => socket.settled()));

  const truth = await stored(server);
  assert.equal(truth.length, total);
  assert.equal(new Set(truth).size, total);
  for (const socket of [...relay, ...lounge]) assert.deepEqual(chat(socket), truth);
});

test('messages of one socket keep their order', async (t) => {
  const server = await startTestServer(t, { SOCKET_RATE: '1000' });
  const ann = await relayUser(t, server, 'ann');
  const sent = Array.from({ length: 500 }, (_, index) => `message ${index}`);
  for (const text of sent) ann.send(text);
  await ann.until('all echoes', (socket) => hasHeard(socket, sent.length));
  assert.deepEqual(
    chat(ann),
    sent.map((text) => `ann: ${text}`),
  );
});

test('a member who joins a busy room receives history and live messages without gaps or duplicates', async (t) => {
  const server = await startTestServer(t, { SOCKET_RATE: '10000', RELAY_HISTORY: '100000' });
  const talkers = await Promise.all(['a', 'b', 'c', 'd'].map((name) => relayUser(t, server, name)));
  const tokens = await crowdTokens(
    server,
    Array.from({ length: 20 }, (_, index) => `j${index}`),
  );
  let said = 0;
  let talking = true;
  /** Each sender sends again on its own echo, so that messages are always in flight. */
  const talks = talkers.map(async (socket, index) => {
    for (let own = 0; talking; own += 1) {
      said += 1;
      socket.send(`${index}.${own}`);
      await socket.frameWith({ body: `${index}.${own}` });
    }
  });
  const joiners: TestSocket[] = [];
  for (const token of tokens) {
    const socket = await connect(t, server, token);
    await socket.frameCount(Math.min(said, 5));
    joiners.push(socket);
  }
  talking = false;
  await Promise.all(talks);
  const truth = await stored(server);
  assert.equal(truth.length, said);
  for (const socket of [...talkers, ...joiners]) {
    await socket.until('everything', (one) => hasHeard(one, truth.length));
    await socket.settled();
    assert.deepEqual(chat(socket), truth);
  }
});

test('a graceful shutdown echoes every accepted message before it closes the sockets', async (t) => {
  const server = await startTestServer(t);
  const ann = await relayUser(t, server, 'ann');
  const sent = Array.from({ length: 100 }, (_, index) => `message ${index}`);
  for (const text of sent) ann.send(text);
  await ann.frameWith({ body: 'message 0' });
  await server.close();
  assert.deepEqual(await ann.untilClosed(), { code: 1012, reason: 'server is restarting' });
  const again = await startServerWith(t, server.settings);
  assert.deepEqual(chat(ann), await stored(again));
});
