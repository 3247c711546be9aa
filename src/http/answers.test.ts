/** Responses to slow clients: timeout and backpressure. */
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import Fastify from 'fastify';
import { atEnd, eventually } from '../../test/support/conditions.ts';
import { head, openRaw } from '../../test/support/raw.ts';
import { toAppError } from '../errors.ts';
import { type AnswerLimits, boundAnswers } from './answers.ts';

/** More than the kernel buffers of both ends hold. */
const LARGE = 40_000_000;

type Served = {
  url: string;
  /** How many are open. */
  connections(): Promise<number>;
};

async function serve(t: TestContext, limits: AnswerLimits): Promise<Served> {
  const app = Fastify({ forceCloseConnections: true });
  boundAnswers(app, { answered: () => {}, limits });
  app.setErrorHandler((error, _request, reply) => {
    const { status, code } = toAppError(error);
    return reply.code(status).send({ code });
  });
  const text = 'x'.repeat(LARGE);
  app.get('/large', async () => text);
  app.get('/medium', async () => text.slice(0, 1_000_000));
  app.get('/small', async () => 'small');
  atEnd(t, () => app.close());
  const connections = promisify(app.server.getConnections.bind(app.server));
  return { url: await app.listen({ host: '127.0.0.1', port: 0 }), connections };
}

async function status({ url }: Pick<Served, 'url'>, path: string): Promise<number> {
  const response = await fetch(`${url}${path}`);
  await response.arrayBuffer();
  return response.status;
}

test('unread large responses are bounded in total, and small ones are still served', async (t) => {
  const server = await serve(t, { bytes: 2_000_000, patience: 60_000 });
  const deaf = await openRaw(t, server);
  deaf.socket.pause();
  deaf.write(head('GET', '/large'));
  await eventually('the bound', async () => (await status(server, '/medium')) === 503);
  assert.equal(await status(server, '/small'), 200);
  deaf.socket.destroy();
  await eventually('room again', async () => (await status(server, '/medium')) === 200);
  assert.deepEqual(await Promise.all([1, 2].map(() => status(server, '/medium'))), [200, 200]);
  // Each of these responses has ended, and so has its connection: neither frees the bytes of the other once more.
  await eventually('no connection', async () => (await server.connections()) <= 1);
  const again = await openRaw(t, server);
  again.socket.pause();
  again.write(head('GET', '/large'));
  await eventually('the bound again', async () => (await status(server, '/medium')) === 503);
});

test('a client that stops reading its response is disconnected, and a slow client is not', async (t) => {
  const server = await serve(t, { bytes: 1_000_000_000, patience: 3_000 });
  const deaf = connect(Number(new URL(server.url).port), '127.0.0.1');
  atEnd(t, () => deaf.destroy());
  deaf.on('error', () => {});
  deaf.pause();
  deaf.write(head('GET', '/large'));
  let received = 0;
  const slow = await openRaw(t, server);
  slow.socket.on('data', (data) => {
    received += data.length;
    slow.socket.pause();
    setTimeout(() => slow.socket.resume(), 1);
  });
  slow.write(head('GET', '/large', { connection: 'close' }));
  await slow.untilGone();
  assert.ok(received > LARGE, `${received} bytes`);
  await eventually('the deaf one to be disconnected', async () => (await server.connections()) === 0);
  let rest = 0;
  deaf.on('data', (data) => {
    rest += data.length;
  });
  deaf.resume();
  await new Promise((resolve) => deaf.once('close', resolve));
  assert.ok(rest < LARGE, `${rest} bytes`);
});
