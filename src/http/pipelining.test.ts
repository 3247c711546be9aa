import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { test } from 'node:test';
import { serveInTurn } from './pipelining.ts';

const REQUEST = 'GET / HTTP/1.1\r\nhost:\r\n\r\n';

test('only a few hundred requests of a pipelined flood are parsed, however much one read returns', async (t) => {
  const server = createServer((_request, response) => response.end());
  serveInTurn(server);
  let parsed = 0;
  server.prependListener('request', () => {
    parsed += 1;
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.after(() => server.close());
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1').resume();
  client.on('error', () => {});
  client.write(REQUEST.repeat(10_000));
  await once(client, 'close');
  assert.ok(parsed >= 65 && parsed < 500, `${parsed} parsed`);
});
