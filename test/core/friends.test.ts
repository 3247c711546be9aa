/** Friendships are symmetric and atomic under concurrency. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Actor } from '../../src/core/model.ts';
import { outcomes, refusal, startTwoCores, type TestNode } from '../support/core-harness.ts';

const NOBODY = '00000000-0000-4000-8000-000000000000';

async function friendNames(node: TestNode, of: Actor): Promise<string[]> {
  return (await node.core.friends.listFriends(of, { uid: of.uid })).map((friend) => friend.username);
}

test('friendships', async (t) => {
  const nodes = await startTwoCores(t);
  const [node] = nodes;

  await t.test('a friendship is made and ended for both members at once', async () => {
    const [ann, bob] = [await node.person('Ann1'), await node.person('Bob1')];
    const { friends } = node.core;

    const added = await friends.addFriend(bob, { username: ' ANN1 ' });
    const person = {
      id: ann.id,
      uid: ann.uid,
      username: 'Ann1',
      email: 'Ann1@example.org',
      name: null,
      avatarUrl: null,
      avatarKey: null,
      bot: false,
    };
    assert.deepEqual(added, { isAsked: false, person });
    assert.deepEqual(await friendNames(node, ann), ['Bob1']);
    assert.deepEqual(await friendNames(node, bob), ['Ann1']);
    assert.equal(await friends.areFriends(ann, { uid: ann.uid }, { username: 'bob1' }), true);
    assert.equal(await friends.areFriends(ann, { uid: bob.uid }, { uid: ann.uid }), true);

    const removed = await friends.removeFriend(ann, { uid: bob.uid.toUpperCase() });
    assert.equal(removed.username, 'Bob1');
    assert.deepEqual(await friendNames(node, ann), []);
    assert.deepEqual(await friendNames(node, bob), []);
    assert.equal(await friends.areFriends(ann, { uid: ann.uid }, { uid: bob.uid }), false);
  });

  await t.test('nobody can befriend themselves, a friend or a missing account, or unfriend a stranger', async () => {
    const [ann, bob] = [await node.person('ann2'), await node.person('bob2')];
    const { friends } = node.core;
    await assert.rejects(friends.addFriend(ann, { uid: ann.uid }), refusal('self_friend'));
    await assert.rejects(friends.removeFriend(ann, { uid: bob.uid }), refusal('not_friends'));
    await assert.rejects(friends.removeFriend(ann, { uid: ann.uid }), refusal('not_friends'));
    await friends.addFriend(ann, { uid: bob.uid });
    await assert.rejects(friends.addFriend(ann, { uid: bob.uid }), refusal('already_friends'));
    await assert.rejects(friends.addFriend(bob, { uid: ann.uid }), refusal('already_friends'));
    for (const ref of [{ uid: NOBODY }, { uid: "'; drop" }, { uid: '' }, { username: 'eve' }, { username: '\0' }]) {
      await assert.rejects(friends.addFriend(ann, ref), refusal('not_found'));
      await assert.rejects(friends.removeFriend(ann, ref), refusal('not_found'));
      await assert.rejects(friends.areFriends(ann, ref, { uid: ann.uid }), refusal('not_found'));
      await assert.rejects(friends.areFriends(ann, { uid: ann.uid }, ref), refusal('not_found'));
      await assert.rejects(friends.listFriends(ann, ref), refusal('not_found'));
    }
    assert.equal(await friends.areFriends(ann, { uid: ann.uid }, { uid: ann.uid }), false);
  });

  await t.test("every member can list another's friends by id, page by page", async () => {
    const people: Actor[] = [];
    for (const name of ['a', 'b', 'c', 'd', 'e']) people.push(await node.person(name));
    const [a, b, c, d, e] = people as [Actor, Actor, Actor, Actor, Actor];
    for (const friend of [e, a, d, b]) await node.core.friends.addFriend(c, { uid: friend.uid });
    const of = (after: number, limit: number) => node.core.friends.listFriends(a, { username: 'c' }, { after, limit });
    const page = async (after: number, limit: number) => (await of(after, limit)).map((friend) => friend.username);
    assert.deepEqual(await page(0, 10), ['a', 'b', 'd', 'e']);
    assert.deepEqual(await page(0, 3), ['a', 'b', 'd']);
    assert.deepEqual(await page(d.id, 3), ['e']);
    assert.deepEqual(await page(Number.MAX_SAFE_INTEGER, 3), []);
    // For every page size, and friends with lower and higher ids.
    for (const limit of [1, 2, 3, 4, 5]) {
      const seen: string[] = [];
      let after = 0;
      for (
        let friends = await of(after, limit);
        friends.length > 0 && seen.length < 5;
        friends = await of(after, limit)
      ) {
        assert.ok(friends.length <= limit);
        seen.push(...friends.map((friend) => friend.username));
        after = friends.at(-1)?.id as number;
      }
      assert.deepEqual(seen, ['a', 'b', 'd', 'e'], `pages of ${limit}`);
    }
    for (const after of [-1, 0.5, Number.NaN]) await assert.rejects(page(after, 3), refusal('invalid'));
  });

  await t.test('a deleted account is nobody’s friend', async () => {
    const [ann, bob] = [await node.person('ann4'), await node.person('bob4')];
    await node.core.friends.addFriend(ann, { uid: bob.uid });
    await node.sql`delete from accounts where id = ${bob.id}`;
    assert.deepEqual(await friendNames(node, ann), []);
    await assert.rejects(node.core.friends.addFriend(bob, { uid: ann.uid }), refusal('not_found'));
  });

  await t.test('two members who befriend each other concurrently on two nodes are friends once', async () => {
    for (let round = 0; round < 20; round += 1) {
      const [ann, bob] = [await nodes[0].person(`amy ${round}`), await nodes[0].person(`ben ${round}`)];
      const adding = [0, 1, 2, 3].map((turn) =>
        turn % 2 === 0
          ? nodes[0].core.friends.addFriend(ann, { uid: bob.uid })
          : nodes[1].core.friends.addFriend(bob, { uid: ann.uid }),
      );
      assert.deepEqual(await outcomes(adding), { done: 1, already_friends: 3 });
      const removing = [ann, bob, ann].map((actor, turn) =>
        (nodes[turn % 2] as TestNode).core.friends.removeFriend(actor, { uid: (actor === ann ? bob : ann).uid }),
      );
      assert.deepEqual(await outcomes(removing), { done: 1, not_friends: 2 });
    }
  });

  await t.test('concurrent additions and removals of a friendship each succeed as often as reported', async () => {
    const people: Actor[] = [];
    for (let index = 0; index < 4; index += 1) people.push(await nodes[0].person(`p${index}`));
    const person = fc.integer({ min: 0, max: 3 });
    const step = fc.record({ adds: fc.boolean(), actor: person, friend: person, node: fc.integer({ min: 0, max: 1 }) });

    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 24 }), async (steps) => {
        await nodes[0].sql`delete from friendships`;
        const balance = new Map<string, number>();
        await Promise.all(
          steps.map(async ({ adds, actor, friend, node }) => {
            const [by, of] = [people[actor] as Actor, people[friend] as Actor];
            const { friends } = (nodes[node] as TestNode).core;
            const change = adds ? friends.addFriend(by, { uid: of.uid }) : friends.removeFriend(by, { uid: of.uid });
            const { done = 0 } = await outcomes([change]);
            const pair = `${Math.min(by.id, of.id)}-${Math.max(by.id, of.id)}`;
            balance.set(pair, (balance.get(pair) ?? 0) + (adds ? done : -done));
          }),
        );
        const rows = await nodes[0].sql<{ pair: string }[]>`select low_id || '-' || high_id as pair from friendships`;
        const stored = new Set(rows.map(({ pair }) => pair));
        for (const [pair, count] of balance) assert.equal(count, stored.has(pair) ? 1 : 0, pair);
      }),
      { numRuns: 60 },
    );
  });
});
