/** Requests that refer to a row which is deleted at the same time: refused in the dialect's own words, never an internal error. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeCast } from '../authorization/cast.ts';
import type { Role, Row } from '../authorization/table.ts';
import { TABLES } from '../authorization/tables.ts';
import { prepareVanishing, whileVanished } from '../authorization/vanishing.ts';
import { answerTo, isRead } from '../authorization/walk.ts';
import { declaredOperations } from '../fuzz/operations.ts';
import { startTestServer } from '../support/harness.ts';
import { type call, member } from '../support/koine-people.ts';
import { somebodyWaits } from '../support/locks.ts';
import { assertNone } from '../support/set-difference.ts';

/** In whose name a row is tried: the first of them who may. */
const WRITERS: readonly Role[] = ['owner', 'member', 'admin', 'stranger'];

test('every change answers as its document says if an account that it refers to is gone, or anything else', async (t) => {
  const server = await startTestServer(t);
  const operations = await declaredOperations(server.url);
  const cast = await makeCast(server);
  const tables = await prepareVanishing(server.sql);
  assert.ok(tables.includes('accounts') && tables.includes('posts') && tables.includes('rooms'), tables.join());
  const wrong: string[] = [];
  const counts = { refused: 0, done: 0 };
  for (const table of TABLES)
    for (const row of table.rows.filter((one) => !isRead(one))) {
      const role = WRITERS.find((one) => row.expected[one] < 400);
      if (role === undefined) continue;
      for (const gone of [['accounts'], tables.filter((name) => name !== 'accounts')]) {
        // Nobody knows the account yet that such a request makes.
        if (gone.includes('accounts') && row.expected.anonymous < 400) continue;
        const trial = { cast, role, me: cast.me(role) };
        const ask = await row.ask(trial);
        const { carries } = table;
        const answer = await whileVanished(server.sql, gone, () => answerTo(t, trial, row, { ask, carries }));
        // A success is checked elsewhere.
        const problem =
          answer.status < 400 ? null : (operationOf(row)?.check(answer) ?? (answer.status >= 500 ? 'failed' : null));
        if (problem !== null)
          wrong.push(`${row.label} (${role}), ${gone.join()}: ${problem}: ${answer.body.toString().slice(0, 200)}`);
        counts[answer.status < 400 ? 'done' : 'refused'] += 1;
      }
    }
  t.diagnostic(JSON.stringify(counts));
  assertNone('changes that do not answer as they should', wrong);
  assert.ok(counts.refused > 0 && counts.done > 0);

  function operationOf({ route }: Row) {
    const path = route.replace(/:(\w+)/g, '{$1}').replace(/\/$/, '');
    return operations.find((one) => `${one.method} ${one.path.replace(/\/$/, '')}` === path);
  }
});

test('a post or an account that is deleted while a request refers to it', async (t) => {
  const server = await startTestServer(t);
  const { sql } = server;
  const [ann, bob] = [await member(server, 'ann'), await member(server, 'bob')];
  const post = await ann.do<{ id: string }>('POST', '/posts', { body: 'soon gone' });

  /** Deletes a row, and commits when the request waits for that. */
  async function whileDeleted(table: 'posts' | 'accounts', uid: string, ask: () => ReturnType<typeof call>) {
    const { answer } = await sql.begin(async (tx) => {
      await tx`delete from ${tx(table)} where uid = ${uid}`;
      const asked = ask();
      await somebodyWaits(sql);
      return { answer: asked };
    });
    return (await answer).status;
  }

  await t.test('a bookmark of the post', async () => {
    assert.equal(await whileDeleted('posts', post.id, () => bob.call('PUT', `/posts/${post.id}/bookmark`)), 204);
    assert.equal((await bob.call('PUT', `/posts/${post.id}/bookmark`)).status, 404);
  });
  await t.test('a mute of the account', async () => {
    assert.equal(await whileDeleted('accounts', ann.id, () => bob.call('PUT', `/mutes/${ann.id}`)), 404);
  });
  await t.test('a token of the account itself', async () => {
    const body = { name: 'robot', scopes: ['read'] };
    assert.equal(await whileDeleted('accounts', bob.id, () => bob.call('POST', '/tokens', { body })), 401);
  });
});
