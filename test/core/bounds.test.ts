/** Bounds from both sides: the maximum is served, one more is refused, and afterwards there is room again. */
import assert from 'node:assert/strict';
import { createHook } from 'node:async_hooks';
import { test } from 'node:test';
import type { Actor } from '../../src/core/model.ts';
import { eventually } from '../support/conditions.ts';
import { outcomes, refusal, startCore } from '../support/core-harness.ts';
import { somebodyWaits, whileStreamIsHeld } from '../support/locks.ts';
import { PASSWORD } from '../support/people.ts';
import { openUnpublishedSocket } from '../support/socket.ts';

const LOBBY = 2;
const BOARD = 3;
const HOME = '127.0.0.1';

/** Per lane: the queue length, and a way to enqueue one more. */
const LANES = {
  messages: { most: 20_000, add: ({ core }: Node, ann: Actor) => core.lobby.send(ann, 'x') },
  board: { most: 2_000, add: ({ core }: Node, ann: Actor) => core.posts.create(ann, { body: 'x' }) },
};
type Node = Awaited<ReturnType<typeof startCore>>;

test('each lane accepts exactly its maximum of waiting entries and loses none of them', async (t) => {
  const node = await startCore(t);
  const [ann] = (await node.crowd(['ann'])) as [Actor];
  assert.deepEqual(node.core.load.lanes.map(({ name }) => name).sort(), Object.keys(LANES).sort());
  for (const [name, { most, add }] of Object.entries(LANES)) {
    const taken = Array.from({ length: most }, () => add(node, ann));
    await assert.rejects(async () => add(node, ann), refusal('overloaded'), name);
    assert.deepEqual(await outcomes(taken), { done: most }, name);
    await add(node, ann);
  }
  const [row] = await node.sql`
    select (select count(*)::int from messages) as messages, (select count(*)::int from posts) as board`;
  assert.deepEqual(row, { messages: LANES.messages.most + 1, board: LANES.board.most + 1 });
});

/** The type that argon2's thread pool work has in async hooks. */
const NATIVE_WORK = 'undefined';

/** Number of hashes computed in this process during `act`. */
async function hashesOf(act: () => Promise<unknown>): Promise<number> {
  let count = 0;
  const hook = createHook({
    init: (_id, type) => {
      if (type === NATIVE_WORK) count += 1;
    },
  }).enable();
  await act();
  hook.disable();
  return count;
}

test('bounds of sockets, views and sign-ins', async (t) => {
  const node = await startCore(t);

  await t.test('a socket is read until 64 messages are in progress, and again after that', async (t) => {
    const [ann] = (await node.crowd(['ann'])) as [Actor];
    const url = `${node.wsUrl}/chat/lobby?token=${await node.token(ann)}`;
    for (const count of [63, 64, 65, 400]) {
      const socket = await openUnpublishedSocket(t, url);
      await socket.frameCount(1);
      const lane = node.core.load.lanes.find(({ name }) => name === 'messages');
      await whileStreamIsHeld(node, LOBBY, async (sql) => {
        socket.send('first');
        await somebodyWaits(sql);
        for (let index = 1; index < count; index += 1) socket.send(`${index} ${'x'.repeat(1_500)}`);
        // The first is in the batch that waits for the stream.
        const most = Math.min(count, 64) - 1;
        await eventually(`${most} of ${count} to be in work`, async () => (lane?.waiting() ?? 0) >= most);
        for (let turn = 0; turn < 100; turn += 1) await new Promise(setImmediate);
        // Frames read together with the last one are accepted as well.
        const beyond = (lane?.waiting() ?? 0) - most;
        assert.ok(beyond <= Math.min(count - 1 - most, 64), `${beyond} more of ${count}`);
        return async () => {};
      });
      await socket.frameCount(1 + count);
      socket.send('more');
      await socket.frameCount(2 + count);
      await socket.close();
    }
  });

  await t.test('a view during the flush of views is counted as well', async () => {
    const [ann, bob] = (await node.crowd(['amy', 'ben'])) as [Actor, Actor];
    const { posts } = node.core;
    const [one, two] = [await posts.create(ann, { body: 'one' }), await posts.create(ann, { body: 'two' })];
    await posts.get(bob, one, ['views']);
    await whileStreamIsHeld(node, BOARD, async (sql) => {
      const storing = node.core.flush();
      await somebodyWaits(sql);
      await posts.get(bob, two, ['views']);
      assert.equal(node.core.load.queues.views?.(), 2);
      return () => storing;
    });
    await node.core.flush();
    const seen = await node.sql<{ views: number }[]>`select views from posts order by id`;
    assert.deepEqual(
      seen.map(({ views }) => views),
      [1, 1],
    );
  });

  await t.test(
    'a sign-in to a missing account computes as many hashes as to an existing one, by every path and with a full queue',
    async () => {
      const [eva, bob, cem, dan] = (await node.crowd(['eva', 'bob', 'cem', 'dan'])) as [Actor, Actor, Actor, Actor];
      const { accounts, access } = node.core;
      await access.disable(bob.id);
      await node.sql`update accounts set password_hash = null where id = ${cem.id}`;
      const known = [eva, bob, cem, dan].map(({ username }) => username);
      const proof = (password: string) => ({ password, address: HOME });
      const ways: Record<string, (name: string, password: string) => Promise<unknown>> = {
        name: (name, password) => accounts.prove({ username: name }, proof(password)),
        'e-mail': (name, password) => accounts.prove({ email: `${name}@example.org` }, proof(password)),
        'name or e-mail': (name, password) => accounts.prove({ usernameOrEmail: name }, proof(password)),
      };
      // The second password is tried unnormalised, too.
      for (const [password, hashes] of [
        ['not the password', 1],
        ['not the pa\u0308ssword', 2],
      ] as const)
        for (const [way, attempt] of Object.entries(ways))
          for (const name of [...known, 'nobody'])
            assert.equal(
              await hashesOf(() => assert.rejects(attempt(name, password), refusal('bad_credentials'))),
              hashes,
              `${way} of ${name}`,
            );
      assert.equal(await hashesOf(() => accounts.prove({ username: 'eva' }, proof(PASSWORD))), 1);

      // More sign-ins than the queue holds, of both kinds: each wrong password costs a hash, each refusal none.
      const attempts: Record<string, Promise<unknown>[]> = { dan: [], nobody: [] };
      const results: Partial<Record<string, number>>[] = [];
      const spent = await hashesOf(async () => {
        for (let index = 0; index < 1_000; index += 1)
          for (const [name, own] of Object.entries(attempts))
            own.push(accounts.prove({ username: name }, proof('wrong one')));
        results.push(...(await Promise.all(Object.values(attempts).map(outcomes))));
      });
      for (const result of results) assert.deepEqual(Object.keys(result).sort(), ['bad_credentials', 'overloaded']);
      assert.equal(
        spent,
        results.reduce((sum, { bad_credentials = 0 }) => sum + bad_credentials, 0),
      );
    },
  );
});
