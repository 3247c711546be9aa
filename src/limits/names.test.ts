import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { test } from 'node:test';
import { createNames, type ResolveName } from './names.ts';

const HEADER = 12;
const ADDRESS = [8, 8, 4, 4];
/** Type A, of the Internet, for a minute; its name is that of the question. */
const ANSWER = Buffer.from([0xc0, HEADER, 0, 1, 0, 1, 0, 0, 0, 60, 0, ADDRESS.length, ...ADDRESS]);
const A = 1;

/** The first label of the name, and the type that is asked for. */
function questionOf(message: Buffer): { label: string; end: number; type: number } {
  const label = message.subarray(HEADER + 1, HEADER + 1 + message.readUInt8(HEADER)).toString();
  const end = message.indexOf(0, HEADER) + 5;
  return { label, end, type: message.readUInt16BE(end - 4) };
}

/** A name service that has an address for `quick`, and no answer for others. */
async function startNameService() {
  const silent = new Set<string>();
  const socket = createSocket('udp4');
  socket.on('message', (message, { address, port }) => {
    const { label, end, type } = questionOf(message);
    if (label !== 'quick') return void silent.add(label);
    const answers = type === A ? 1 : 0;
    const head = Buffer.from([message[0] ?? 0, message[1] ?? 0, 0x81, 0x80, 0, 1, 0, answers, 0, 0, 0, 0]);
    socket.send(Buffer.concat([head, message.subarray(HEADER, end), ...(answers ? [ANSWER] : [])]), port, address);
  });
  await once(socket.bind(0, '127.0.0.1'), 'listening');
  return { silent, server: `127.0.0.1:${socket.address().port}`, close: () => socket.close() };
}

const ask = (resolve: ResolveName, name: string) =>
  new Promise((done, fail) => resolve(name, { all: true }, (error, found) => (error ? fail(error) : done(found))));

test('names of which no service answers delay no others, and fail in the end', async (t) => {
  const service = await startNameService();
  t.after(service.close);
  const resolve = createNames([service.server]);
  let ended = 0;
  const dead = Array.from({ length: 40 }, (_, n) => ask(resolve, `dead-${n}.example`).finally(() => ended++));
  const outcomes = Promise.allSettled(dead);
  assert.deepEqual(await ask(resolve, 'quick.example'), [{ address: '8.8.4.4', family: 4 }]);
  assert.equal(ended, 0);
  assert.ok((await outcomes).every((one) => one.status === 'rejected' && one.reason.code === 'ETIMEOUT'));
  assert.equal(service.silent.size, 40);
});

test('what the operator says of a name comes first', async (t) => {
  const service = await startNameService();
  t.after(service.close);
  const found = await ask(createNames([service.server]), 'localhost');
  assert.ok((found as { address: string }[]).some(({ address }) => address === '127.0.0.1'));
  assert.equal(service.silent.size, 0);
});
