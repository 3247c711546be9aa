/** Fair scheduling between client addresses. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import Fastify from 'fastify';
import { atEnd, eventually } from '../../test/support/conditions.ts';
import { head, openRaw } from '../../test/support/raw.ts';
import { toAppError } from '../errors.ts';
import { MemoryRates } from '../limits/rates.ts';
import { boundAnswers } from './answers.ts';
import { shareFairly, WORK_LIMITS, type WorkLimits } from './fair-work.ts';

const UNPAID = { points: 1_000_000, seconds: 1 };

/** `small` and `large` answer when the test releases them; `page` answers at once. Clients are named by the request. */
async function serve(t: TestContext, workLimits: Partial<WorkLimits> = {}) {
  const app = Fastify({ forceCloseConnections: true });
  const requestRates = new MemoryRates({ points: 1_000, seconds: 60 });
  const clientOf = ({ headers }: { headers: NodeJS.Dict<string | string[]> }) => String(headers.client);
  const limits = { on: true, requestRates, clientOf };
  const answered = shareFairly(app, limits, { ...WORK_LIMITS, bytes: UNPAID, ...workLimits });
  boundAnswers(app, { answered });
  app.setErrorHandler((error, _request, reply) => {
    const { status, code, retryAfter } = toAppError(error);
    return reply
      .code(status)
      .header('retry-after', retryAfter ?? '')
      .send({ code });
  });
  const inWork = new Map<string, (() => void)[]>();
  const work = (name: string, text: string) => {
    inWork.set(name, []);
    app.get(`/${name}`, async () => {
      await new Promise<void>((resolve) => inWork.get(name)?.push(resolve));
      return text;
    });
  };
  work('small', 'small');
  work('large', 'x'.repeat(1_048_576));
  app.get('/page', async () => 'x'.repeat(1_048_576));
  app.post('/write', async () => 'written');
  app.addContentTypeParser('multipart/form-data', (_request, body, done) => body.resume().on('end', () => done(null)));
  app.post('/upload', { config: { streamsForms: true } }, async () => 'stored');
  atEnd(t, () => app.close());
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const ask = async (path: string, client: string) => {
    const answer = await fetch(`${url}${path}`, { headers: { client } });
    await answer.arrayBuffer();
    return answer;
  };
  const held = (name: string) => inWork.get(name)?.length ?? 0;
  const release = (name: string) => {
    for (const go of inWork.get(name)?.splice(0) ?? []) go();
  };
  /** The first response of a route teaches the scheduler its size. */
  const learn = async (name: string) => {
    const first = ask(`/${name}`, 'nobody');
    await eventually('the first', async () => held(name) === 1);
    release(name);
    await first;
  };
  return { url, ask, held, release, learn, requestRates };
}

test('an address has eight concurrent requests and a FIFO queue; other addresses are not affected', async (t) => {
  const { ask, held, release, learn } = await serve(t);
  await learn('small');
  const many = Array.from({ length: 20 }, () => ask('/small', 'busy'));
  await eventually('eight', async () => held('small') === 8);
  const other = ask('/small', 'other');
  await eventually('the other', async () => held('small') === 9);
  for (const expected of [8, 4, 0]) {
    release('small');
    await eventually(`${expected} more`, async () => held('small') === expected);
  }
  assert.equal((await other).status, 200);
  for (const answer of await Promise.all(many)) assert.equal(answer.status, 200);
});

test('an address runs one request at a time on a route with large responses, even before their size is known', async (t) => {
  const { ask, held, release } = await serve(t);
  const first = [1, 2, 3].map(() => ask('/large', 'busy'));
  const other = ask('/large', 'other');
  await eventually('one of each', async () => held('large') === 2);
  for (const expected of [1, 1, 0]) {
    release('large');
    await eventually('the next', async () => held('large') === expected);
  }
  assert.deepEqual(
    (await Promise.all([...first, other])).map(({ status }) => status),
    [200, 200, 200, 200],
  );
});

test('large responses delay the next ones and count as several requests', async (t) => {
  const { ask, requestRates } = await serve(t, { bytes: { points: 16, seconds: 0.5 } });
  const begin = performance.now();
  for (let index = 0; index < 4; index += 1) assert.equal((await ask('/page', 'busy')).status, 200);
  // The first request is free, the second finds no budget and is served; two of the others wait for half a second each.
  assert.ok(performance.now() - begin > 750, `${performance.now() - begin} ms`);
  assert.equal(requestRates.take('busy', 0).used, 64);
  assert.equal(requestRates.take('other', 0).used, 0);
});

test('a request that waits too long or behind too many is refused with Retry-After, and its connection closes', async (t) => {
  const { url, ask, held, release, learn } = await serve(t, { waiting: 2, patience: 300 });
  await learn('small');
  const inWork = Array.from({ length: 8 }, () => ask('/small', 'busy'));
  await eventually('eight', async () => held('small') === 8);
  const waiting = [1, 2].map(() => ask('/small', 'busy'));
  const raw = await openRaw(t, { url });
  await eventually('the ninth to wait', async () => {
    const refused = await Promise.race([ask('/small', 'busy'), Promise.all(waiting)]);
    return refused instanceof Response && refused.status === 429 && refused.headers.get('retry-after') === '2';
  });
  for (const answer of await Promise.all(waiting)) assert.equal(answer.status, 429);
  raw.write(head('GET', '/small', { client: 'busy' }));
  await raw.untilGone();
  assert.match(raw.text, /^HTTP\/1\.1 429 .*connection: close.*rate_limited/is);
  release('small');
  for (const answer of await Promise.all(inWork)) assert.equal(answer.status, 200);
});

test('a client that disconnects while it waits or is served frees its slot', async (t) => {
  const { url, ask, held, release, learn } = await serve(t);
  await learn('small');
  const gone = await Promise.all(Array.from({ length: 10 }, () => openRaw(t, { url })));
  for (const raw of gone) raw.write(head('GET', '/small', { client: 'busy' }));
  await eventually('eight', async () => held('small') === 8);
  for (const raw of gone) raw.socket.destroy();
  // A page needs all slots; none of the others is ever answered.
  assert.equal((await ask('/page', 'busy')).status, 200);
  release('small');
});

test('a request with a body neither waits nor takes a slot', async (t) => {
  const { url, ask, held, release, learn } = await serve(t);
  await learn('small');
  const inWork = Array.from({ length: 9 }, () => ask('/small', 'busy'));
  await eventually('eight', async () => held('small') === 8);
  const written = await fetch(`${url}/write`, { method: 'POST', headers: { client: 'busy' }, body: 'text' });
  assert.equal(written.status, 200);
  release('small');
  await eventually('the last', async () => held('small') === 1);
  release('small');
  await Promise.all(inWork);
});

test('large bodies of an address are paid for before they are parsed; small ones and those of other addresses are not delayed', async (t) => {
  // Four pieces at once, and never another.
  const { url } = await serve(t, { bytes: { points: 4, seconds: 1e9 }, patience: 200 });
  const write = async (client: string, kib: number, path = '/write', type = 'application/json') => {
    const body = JSON.stringify('x'.repeat(kib * 1_024));
    const headers = { client, 'content-type': type };
    return (await fetch(`${url}${path}`, { method: 'POST', headers, body })).status;
  };
  // The last one that fits puts the address into debt.
  assert.deepEqual([await write('busy', 200), await write('busy', 200)], [200, 200]);
  assert.equal(await write('busy', 200), 429);
  assert.equal(await write('busy', 10), 200);
  // A form is free only where it is streamed.
  assert.equal(await write('busy', 200, '/write', 'multipart/form-data; boundary=x'), 429);
  assert.equal(await write('busy', 200, '/upload', 'multipart/form-data; boundary=x'), 200);
  assert.equal(await write('other', 200), 200);
});
