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

test('a request that is given up in the middle of its body ends neither the process nor the server', async (t) => {
  const server = createServer(async (request, response) => {
    try {
      for await (const _ of request) throw new Error('enough');
    } catch {
      // The request has lost its socket.
    }
    response.end();
  });
  serveInTurn(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.after(() => server.close().closeAllConnections());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await fetch(url, { method: 'POST', body: 'x'.repeat(100_000) });
  assert.equal((await fetch(url)).status, 200);
});
