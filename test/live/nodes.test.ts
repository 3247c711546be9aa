/** Several nodes on one database and one Redis behave like one server. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { createClient } from '@redis/client';
import { atEnd, eventually } from '../support/conditions.ts';
import { postJson, startServerWith, startTestServer, type TestServer } from '../support/harness.ts';
import {
  connect,
  join,
  loungeAccount,
  PASSWORD,
  relaySignIn,
  relaySignUp,
  relayToken,
  say,
} from '../support/people.ts';
import { NEEDS_REDIS, REDIS_URL } from '../support/redis.ts';
import type { TestSocket } from '../support/socket.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';

const TALKERS = 4;
const MESSAGES_EACH = 50;

async function startNodes(t: TestContext, settings: Record<string, string>[]): Promise<TestServer[]> {
  const first = await startTestServer(t, { REDIS_URL, SOCKET_RATE: '10000', ...settings[0] });
  const others = settings.slice(1).map((own) => startServerWith(t, { ...first.settings, ...own }));
  return [first, ...(await Promise.all(others))];
}

/** Settings of a node whose connection to Redis can be cut. */
async function cuttable(t: TestContext): Promise<{ proxy: TcpProxy; settings: Record<string, string> }> {
  const url = new URL(REDIS_URL);
  const proxy = await TcpProxy.open({ host: url.hostname, port: Number(url.port) });
  atEnd(t, () => proxy.close());
  url.host = `127.0.0.1:${proxy.port}`;
  return { proxy, settings: { REDIS_URL: url.href } };
}

/** Messages that the socket received. */
function heard(socket: TestSocket): string[] {
  return socket.json.flatMap((frame) => {
    if (typeof frame.body === 'string') return [frame.body];
    return frame.type === 'chat_message' ? [(frame.msg as { text: string }).text] : [];
  });
}

/** Messages of the authors whose names are like this, in order. */
async function stored({ sql }: TestServer, names: string): Promise<string[]> {
  const found = await sql<{ body: string }[]>`
    select body from messages m join accounts a on a.id = m.author_id where username like ${names} order by m.seq`;
  return found.map(({ body }) => body);
}

/** An attacker's connection to the installation's Redis. */
async function redisClient(t: TestContext) {
  const client = await createClient({ url: REDIS_URL, RESP: 3 }).connect();
  atEnd(t, () => client.destroy());
  return client;
}

async function loungeOn(t: TestContext, node: TestServer, name: string): Promise<TestSocket> {
  return join(t, node, (await loungeAccount(node, name)).token);
}

test('three nodes, of which two may lose Redis', NEEDS_REDIS, async (t) => {
  const { proxy, settings } = await cuttable(t);
  const nodes = await startNodes(t, [{}, settings, settings]);
  const [one, two] = nodes as [TestServer, TestServer, TestServer];

  await t.test('a message sent on one node reaches the others at once', async (t) => {
    const ann = await connect(t, one, await relayToken(one, 'ann'));
    const bob = await loungeOn(t, two, 'bob');
    const before = performance.now();
    for (let count = 0; count < 5; count += 1) {
      ann.send(`hello ${count}`);
      await bob.until('Ann', (socket) => heard(socket).includes(`hello ${count}`));
      say(bob, `hi ${count}`);
      await ann.until('Bob', (socket) => heard(socket).includes(`hi ${count}`));
    }
    // Polling once a second would have taken ten seconds or more.
    assert.ok(performance.now() - before < 3_000);
  });

  await t.test(
    'a client that can write to Redis can neither forge nor hide a message nor sign anybody out',
    async (t) => {
      const token = await relayToken(one, 'cid');
      const cid = await connect(t, one, token);
      const dee = await loungeOn(t, two, 'dee');
      const redis = await redisClient(t);
      const sent: { channel: string; message: Buffer }[] = [];
      await redis.pSubscribe('koine:*', (message, channel) => sent.push({ channel: `${channel}`, message }), true);
      cid.send('the real one');
      await dee.until('Cid', (socket) => heard(socket).includes('the real one'));
      const real = sent.find(({ message }) => message.includes('the real one'));
      assert.ok(real, 'the message went through Redis');
      const { seq } = JSON.parse(/\[.*/.exec(real.message.toString())?.[0] ?? '[]')[0].events[0] as { seq: number };
      const text = real.message
        .toString('latin1')
        .replace('the real one', 'forged by me')
        .replace(`"seq":${seq}`, `"seq":${seq + 1}`);
      await redis.publish(real.channel, Buffer.from(text, 'latin1'));
      const [account] = await one.sql<[{ id: number }]>`select id from accounts where username = 'dee'`;
      const [accounts] = await one.sql<[{ head: number }]>`select head::int from streams where id = 1`;
      const ended = { seq: accounts.head + 1, kind: 'session.ended', data: { accountId: account.id, sessionId: null } };
      const accountsChannel = real.channel.replace(/\d+$/, '1');
      await redis.publish(accountsChannel, `${'f'.repeat(16)}${JSON.stringify([{ events: [ended] }])}`);
      cid.send('the next real one');
      await dee.until('Cid', (socket) => heard(socket).includes('the next real one'));
      assert.deepEqual(heard(dee), ['the real one', 'the next real one']);
      assert.equal(dee.closed, null, 'a forged end of the session ended nothing');
      const headers = { authorization: `Bearer ${token}` };
      await fetch(`${two.url}/api/auth/logout`, { method: 'DELETE', headers });
      assert.equal((await cid.untilClosed()).code, 4001);
    },
  );

  await t.test(
    'while Redis comes and goes, messages from three nodes reach everybody once, in one order',
    async (t) => {
      const talkers = await Promise.all(
        Array.from({ length: TALKERS * nodes.length }, (_, index) =>
          loungeOn(t, nodes[index % nodes.length] as TestServer, `talker ${index}`),
        ),
      );
      for (let round = 0; round < MESSAGES_EACH; round += 1) {
        for (const [index, socket] of talkers.entries()) say(socket, `${index}.${round}`);
        await talkers[0]?.until('its echo', (socket) => heard(socket).includes(`0.${round}`));
        if (round % 10 === 3) proxy.cut();
        if (round === 20) await proxy.refuse();
        if (round === 30) await proxy.restore();
      }
      const total = talkers.length * MESSAGES_EACH;
      await Promise.all(talkers.map((socket) => socket.until('everything', (one) => heard(one).length >= total)));
      await Promise.all(talkers.map((socket) => socket.settled()));
      const truth = await stored(one, 'talker %');
      assert.equal(truth.length, total);
      for (const socket of talkers) assert.deepEqual(heard(socket), truth);
    },
  );
});

test(
  'a node without Redis starts, serves, and receives events of the others through the database',
  NEEDS_REDIS,
  async (t) => {
    const { proxy, settings } = await cuttable(t);
    await proxy.refuse();
    const [one, two] = (await startNodes(t, [settings, settings])) as [TestServer, TestServer];
    const ann = await connect(t, one, await relayToken(one, 'ann'));
    const bob = await loungeOn(t, two, 'bob');
    ann.send('is there anybody?');
    await ann.frameWith({ body: 'is there anybody?' });
    await bob.until('Ann', (socket) => heard(socket).includes('is there anybody?'), 2_000);
    await proxy.restore();
    await eventually('words that come at once', async () => {
      const before = performance.now();
      const count = heard(bob).length;
      ann.send('and now?');
      await bob.until('Ann', (socket) => heard(socket).length > count);
      return performance.now() - before < 300;
    });
  },
);

// Rate limits

const LIMITED = {
  RATE_LIMITS: 'on',
  TRUST_PROXY: 'on',
  MESSAGES_PER_ACCOUNT: '80',
  SIGN_IN_TRIES: '3',
  SIGN_UPS_PER_ADDRESS: '2',
};

async function signIn(node: TestServer, username: string, password: string, address: string): Promise<number> {
  const from = { 'x-forwarded-for': address };
  return (await postJson(`${node.url}/signin`, { username, password }, from)).status;
}

/** Wrong passwords, alternating between the nodes. */
async function guesses(nodes: TestServer[], username: string, address: string, count: number): Promise<number[]> {
  const statuses: number[] = [];
  for (let index = 0; index < count; index += 1)
    statuses.push(await signIn(nodes[index % nodes.length] as TestServer, username, `guess ${index}`, address));
  return statuses;
}

test('three nodes with rate limits', NEEDS_REDIS, async (t) => {
  const { proxy, settings } = await cuttable(t);
  const nodes = await startNodes(t, [{ ...LIMITED, ...settings }, {}, {}]);
  const [one, two] = nodes as [TestServer, TestServer, TestServer];
  for (const name of ['ann', 'ivy']) await relaySignUp(one, name);

  await t.test('rate limits of an account apply over all nodes, and nothing waits for Redis', async () => {
    const { body: token } = await relaySignIn(one, 'ann');
    const began = performance.now();
    let taken = 0;
    for (let round = 0; round < 60; round += 1)
      for (const node of nodes) {
        const answer = await postJson(
          `${node.url}/messenger/api/chatrooms/lobby/messages/`,
          { content: 'x' },
          { authorization: `Bearer ${token}` },
        );
        if (answer.status === 201) taken += 1;
      }
    // The refill of the bucket meanwhile, and up to an eighth on each other node that is not shared yet.
    const back = ((performance.now() - began) / 60_000) * 80;
    assert.ok(taken >= 80 && taken <= 80 + back + 2 * 10 + 3, `${taken} were taken, ${back} had come back`);
  });

  await t.test('sign-in tries and sign-ups count over all nodes', async () => {
    assert.deepEqual(await guesses(nodes, 'ann', '192.0.2.66', 5), [401, 401, 401, 429, 429]);
    assert.equal(await signIn(two, 'ann', PASSWORD, '192.0.2.1'), 200);
    const signUp = async (node: TestServer, username: string) =>
      (await postJson(`${node.url}/signup`, { username, password: PASSWORD }, { 'x-forwarded-for': '192.0.2.1' }))
        .status;
    assert.deepEqual([await signUp(one, 'bob'), await signUp(two, 'cid'), await signUp(one, 'dee')], [200, 200, 429]);
  });

  await t.test(
    'while Redis is unreachable or unresponsive people sign in, and each node limits by itself',
    async () => {
      proxy.hold();
      assert.equal(await signIn(one, 'ivy', PASSWORD, '192.0.2.1'), 200);
      assert.deepEqual(await guesses([one, two], 'ivy', '192.0.2.76', 8), [...Array(6).fill(401), 429, 429]);
      await proxy.refuse();
      assert.equal(await signIn(one, 'ivy', PASSWORD, '192.0.2.1'), 200);
      assert.deepEqual(await guesses([one], 'ivy', '192.0.2.77', 4), [401, 401, 401, 429]);
    },
  );
});
