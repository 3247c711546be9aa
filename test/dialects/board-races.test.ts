/** Concurrency on the board: no call fails, no row is orphaned, and counters are correct. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { admin, call, type Member, member, members, messages, type Reply } from '../support/board-people.ts';
import { eventually } from '../support/conditions.ts';
import { crowdTokens } from '../support/crowd.ts';
import { startServerWith, type TestServer } from '../support/harness.ts';
import { sharedServer } from '../support/shared-server.ts';

const emptyServer = sharedServer();

async function checkWorld({ sql }: TestServer): Promise<void> {
  const wrong = await sql`
    select p.id, p.likes_count, p.comments_count from posts p
     where p.likes_count <> (select count(*) from likes l where l.post_id = p.id)
        or p.comments_count <> (select count(*) from comments c where c.post_id = p.id)`;
  assert.deepEqual([...wrong], []);
  const [orphans] = await sql`
    select (select count(*)::int from likes where post_id not in (select id from posts)) as likes,
           (select count(*)::int from comments where post_id not in (select id from posts)) as comments`;
  assert.deepEqual({ ...orphans }, { likes: 0, comments: 0 });
}

function statuses(replies: readonly Reply<unknown>[]): number[] {
  return replies.map(({ status }) => status).sort();
}

test('200 users concurrently like a message and then unlike it', async () => {
  const server = await emptyServer();
  const ann = await member(server, 'ann');
  const names = Array.from({ length: 200 }, (_, n) => `u${n}`);
  const tokens = await crowdTokens(server, names);
  const { id } = await ann.post('hot');
  const likeAll = () =>
    Promise.all(
      tokens.map((token) => call<{ likes_count: number }>(server, 'POST', `/messages/${id}/like`, { token })),
    );
  const counts = (replies: Awaited<ReturnType<typeof likeAll>>) =>
    replies.map(({ json }) => json.likes_count).sort((a, b) => a - b);
  const upwards = names.map((_, n) => n + 1);
  assert.deepEqual(counts(await likeAll()), upwards);
  assert.equal((await messages(server))[0]?.likes_count, 200);
  await checkWorld(server);
  assert.deepEqual(
    counts(await likeAll()),
    upwards.map((n) => n - 1),
  );
  await checkWorld(server);
});

test("concurrent toggles of one user's like end in a consistent state", async () => {
  const server = await emptyServer();
  const ann = await member(server, 'ann');
  const { id } = await ann.post('hello');
  const replies = await Promise.all(Array.from({ length: 31 }, () => ann.like(id)));
  assert.deepEqual(statuses(replies), Array(31).fill(200));
  const [message] = await messages(server, '', ann.token);
  assert.deepEqual([message?.likes_count, message?.is_liked_by_user], [1, true]);
  await checkWorld(server);
});

test('of two admins who delete a message concurrently one succeeds and the other gets not found', async () => {
  const server = await emptyServer();
  const ann = await member(server, 'ann');
  const [one, two] = [await admin(server, 'one'), await admin(server, 'two')];
  for (let round = 0; round < 20; round += 1) {
    const { id } = await ann.post('hello');
    const replies = await Promise.all([one.call('DELETE', `/messages/${id}`), two.call('DELETE', `/messages/${id}`)]);
    assert.deepEqual(statuses(replies), [204, 404]);
  }
});

type Step = { who: number; what: 'like' | 'comment' | 'edit' | 'delete' | 'uncomment'; post: number };

const step: fc.Arbitrary<Step> = fc.record({
  who: fc.integer({ min: 0, max: 4 }),
  what: fc.oneof(
    { weight: 4, arbitrary: fc.constant('like' as const) },
    { weight: 4, arbitrary: fc.constant('comment' as const) },
    { weight: 1, arbitrary: fc.constant('edit' as const) },
    { weight: 1, arbitrary: fc.constant('delete' as const) },
    { weight: 2, arbitrary: fc.constant('uncomment' as const) },
  ),
  post: fc.integer({ min: 0, max: 2 }),
});

test('concurrent operations on a few messages on two nodes keep counters and rows consistent', {
  timeout: 60_000,
}, async (t) => {
  const server = await emptyServer();
  const second = await startServerWith(t, { ...server.settings });
  const people = await members(server, 'ann', 'bob', 'eve');
  people.push(await admin(server, 'root'), await admin(server, 'boss'));
  const ann = people[0] as Member;

  async function take(
    { who, what, post }: Step,
    posts: readonly number[],
    comments: readonly number[],
    node: { url: string },
  ): Promise<number> {
    const { token } = people[who] as Member;
    const path = `/messages/${posts[post]}`;
    const calls = {
      like: () => call(node, 'POST', `${path}/like`, { token }),
      comment: () => call(node, 'POST', `${path}/comments/`, { token, body: { text: 'x' } }),
      edit: () => call(node, 'PUT', path, { token, body: { text: 'edited' } }),
      delete: () => call(node, 'DELETE', path, { token }),
      uncomment: () => call(node, 'DELETE', `/comments/${comments[post]}`, { token }),
    };
    return (await calls[what]()).status;
  }

  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 40 }), async (steps) => {
      const posts = await Promise.all([0, 1, 2].map(async (n) => (await ann.post(`post ${n}`)).id));
      const comments = await Promise.all(posts.map(async (id) => (await ann.comment(id, 'first')).id));
      const nodes = [server, second];
      const answers = await Promise.all(
        steps.map((one, index) => take(one, posts, comments, nodes[index % 2] as TestServer)),
      );
      assert.deepEqual(
        answers.filter((status) => ![200, 201, 204, 403, 404].includes(status)),
        [],
      );
      await checkWorld(server);
    }),
    { numRuns: 40 },
  );
});

/** By SQL, as an operator would, with retries on deadlocks. */
async function deleteAccount({ sql }: TestServer, id: number): Promise<void> {
  await eventually('the account to go', () =>
    sql`delete from accounts where id = ${id}`.then(
      () => true,
      (error: { code?: string }) => {
        if (error.code !== '40P01') throw error;
        return false;
      },
    ),
  );
}

test('deleting accounts removes their likes and comments while others write', async () => {
  const server = await emptyServer();
  const ann = await member(server, 'ann');
  const posts = await Promise.all([1, 2, 3].map((n) => ann.post(`post ${n}`)));
  const people = await members(server, ...Array.from({ length: 12 }, (_, n) => `p${n}`));
  for (const one of people) {
    await one.like(posts[0]?.id as number);
    await one.comment(posts[0]?.id as number, 'well');
  }
  const writing = people.map(async (one) => {
    const own = await one.post('own');
    const seen: number[] = [];
    for (const { id } of [...posts, own]) {
      const replies = await Promise.all([one.like(id), one.call('POST', `/messages/${id}/comments/`, { text: 'x' })]);
      seen.push(...replies.map(({ status }) => status));
    }
    return seen;
  });
  const leaving = people.slice(0, 6).map(async ({ id }, index) => {
    for (let n = 0; n < index; n += 1) await messages(server);
    await deleteAccount(server, id);
  });
  const written = await Promise.allSettled(writing);
  await Promise.all(leaving);
  const answers = written.flatMap((one) =>
    one.status === 'fulfilled' ? one.value : Number.parseInt(one.reason.message, 10),
  );
  assert.deepEqual(
    answers.filter((status) => ![200, 201, 401, 404].includes(status)),
    [],
  );
  await checkWorld(server);
});
