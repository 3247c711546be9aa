/** Changes at the same time: of what is deleted meanwhile, and the same one several times. None is an internal error. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { makeCast } from '../authorization/cast.ts';
import type { Role } from '../authorization/table.ts';
import { TABLES } from '../authorization/tables.ts';
import { prepareVanishing, whileVanished } from '../authorization/vanishing.ts';
import { answerTo, isRead } from '../authorization/walk.ts';
import { declaredOperations } from '../fuzz/operations.ts';
import { startTestServer } from '../support/harness.ts';
import { type call, member } from '../support/koine-people.ts';
import { somebodyWaits, whileNothingIsWritten } from '../support/locks.ts';
import { assertNone } from '../support/set-difference.ts';

/** In whose name a row is tried: the first of them who may. */
const WRITERS: readonly Role[] = ['owner', 'member', 'admin', 'stranger'];

test('changes at the same time answer as their documents say', async (t) => {
  const { cast, tables, changes } = await prepare(t);
  await t.test('if an account that they refer to is gone, or anything else', async () => {
    const gone = [['accounts'], tables.filter((name) => name !== 'accounts')];
    assert.ok(tables.includes('accounts') && tables.includes('posts') && tables.includes('rooms'), tables.join());
    const wrong: string[] = [];
    let refused = 0;
    for (const change of changes)
      for (const names of gone) {
        // Nobody knows the account yet that such a request makes.
        if (names.includes('accounts') && change.isOpen) continue;
        const send = await change.prepare();
        const answer = await whileVanished(cast.server.sql, names, send);
        wrong.push(...change.problemsOf(answer).map((problem) => `${problem} without ${names.join()}`));
        if (answer.status >= 400) refused += 1;
      }
    assertNone('changes that do not answer as they should', wrong);
    assert.ok(refused > 50, `${refused} were refused`);
  });

  await t.test('if each is sent three times at once', async () => {
    const wrong: string[] = [];
    let overlapping = 0;
    for (const change of changes) {
      const send = await change.prepare();
      const { answers, waited } = await whileNothingIsWritten(cast.server.sql, () => [send(), send(), send()]);
      wrong.push(...answers.flatMap(change.problemsOf));
      if (waited > 1) overlapping += 1;
    }
    assertNone('changes that do not answer as they should', wrong);
    assert.ok(overlapping > 20, `${overlapping} overlapped`);
  });
});

type Answer = Awaited<ReturnType<typeof answerTo>>;

/** A server whose changes are tried by somebody who may make them. */
async function prepare(t: TestContext) {
  const server = await startTestServer(t);
  const operations = await declaredOperations(server.url);
  const cast = await makeCast(server);
  const tables = await prepareVanishing(server.sql);
  const changes = TABLES.flatMap(({ carries, rows }) =>
    rows.flatMap((row) => {
      const role = WRITERS.find((one) => row.expected[one] < 400);
      if (isRead(row) || role === undefined) return [];
      const trial = { cast, role, me: cast.me(role) };
      const path = row.route.replace(/:(\w+)/g, '{$1}').replace(/\/$/, '');
      const operation = operations.find((one) => `${one.method} ${one.path.replace(/\/$/, '')}` === path);
      return {
        isOpen: row.expected.anonymous < 400,
        prepare: async () => {
          const ask = await row.ask(trial);
          return () => answerTo(t, trial, row, { ask, carries });
        },
        problemsOf: (answer: Answer): string[] => {
          // A success is checked elsewhere.
          if (answer.status < 400) return [];
          const problem = operation?.check(answer) ?? (answer.status === 500 ? 'failed' : null);
          return problem === null
            ? []
            : [`${row.label} (${role}): ${problem}: ${answer.body.toString().slice(0, 200)}`];
        },
      };
    }),
  );
  return { cast, tables, changes };
}

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
