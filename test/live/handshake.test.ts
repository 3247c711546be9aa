/** The opening handshake of RFC 6455: an invalid one gets an HTTP response with the reason, in the dialect's words. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startTestServer } from '../support/harness.ts';
import { head, openRaw, upgradeHead } from '../support/raw.ts';

const PROPER = upgradeHead('/connect');

function without(name: string, more = ''): string {
  return PROPER.replace(new RegExp(`^${name}: .*\r\n`, 'im'), more);
}

test('the opening handshake', async (t) => {
  const server = await startTestServer(t);

  await t.test('the accept key matches the example of RFC 6455', async (t) => {
    const raw = await openRaw(t, server);
    raw.write(PROPER);
    assert.equal(await raw.status(), 101);
    assert.match(raw.text, /^sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=\r$/im);
  });

  await t.test('a handshake accepts header names and values in any case, and among others', async (t) => {
    const odd = [
      PROPER.toUpperCase()
        .replace('/CONNECT', '/connect')
        .replace(/^SEC-WEBSOCKET-KEY.*$/m, 'SEC-WEBSOCKET-KEY: dGhlIHNhbXBsZSBub25jZQ=='),
      without('connection', 'connection: keep-alive, Upgrade\r\n'),
      upgradeHead('/connect?x=1&x=2&%E4=%ff'),
      upgradeHead('/connect/'),
    ];
    for (const request of odd) {
      const raw = await openRaw(t, server);
      raw.write(request);
      assert.equal(await raw.status(), 101, request);
      raw.socket.destroy();
    }
  });

  await t.test('an unsupported version of the protocol is answered with the supported one', async (t) => {
    for (const version of ['8', '0', '14', '-13', 'x', '', '13, 8'])
      for (const path of ['/connect', '/join', '/ws']) {
        const raw = await openRaw(t, server);
        raw.write(upgradeHead(path, { 'sec-websocket-version': version }));
        assert.equal(await raw.status(), 426, version);
        assert.match(raw.text, /^sec-websocket-version: 13\r$/im);
        assert.match(raw.text, /^upgrade: websocket\r$/im);
        await raw.untilGone();
      }
    const raw = await openRaw(t, server);
    raw.write(without('sec-websocket-version'));
    assert.equal(await raw.status(), 426);
  });

  await t.test('an invalid handshake is refused, and the connection closes', async (t) => {
    const key = 'sec-websocket-key';
    const wrong: Record<string, [number, string]> = {
      'no key': [409, without(key)],
      'an empty key': [409, without(key, `${key}: \r\n`)],
      'a key too short': [409, without(key, `${key}: c2hvcnQ=\r\n`)],
      'a key that is no base64': [409, without(key, `${key}: !!!!!!!!!!!!!!!!!!!!!!==\r\n`)],
      'two keys': [409, without(key, `${key}: dGhlIHNhbXBsZSBub25jZQ==\r\n`.repeat(2))],
      'two versions': [426, without('sec-websocket-version', 'sec-websocket-version: 13\r\n'.repeat(2))],
      'HTTP/1.0': [409, PROPER.replace('HTTP/1.1', 'HTTP/1.0')],
      'another method': [405, PROPER.replace('GET', 'PUT')],
      'a body': [409, upgradeHead('/connect', { 'content-length': '5' })],
      'a body in chunks': [409, upgradeHead('/connect', { 'transfer-encoding': 'chunked' })],
      'subprotocols that are none': [409, upgradeHead('/connect', { 'sec-websocket-protocol': 'a,,b' })],
      'headers of 20 kB': [431, upgradeHead('/connect', { cookie: 'x'.repeat(20_000) })],
    };
    for (const [what, [status, request]] of Object.entries(wrong)) {
      const raw = await openRaw(t, server);
      raw.write(request);
      assert.equal(await raw.status(), status, what);
      await raw.untilGone();
    }
  });

  await t.test('a request without a WebSocket upgrade is answered as a plain request', async (t) => {
    const plain = {
      'no upgrade': head('GET', '/connect', { connection: 'upgrade', 'sec-websocket-version': '13' }),
      'no connection': without('connection'),
      'a connection that is kept alive only': without('connection', 'connection: keep-alive\r\n'),
      'an upgrade to something else': without('upgrade', 'upgrade: h2c\r\n'),
    };
    for (const [what, request] of Object.entries(plain)) {
      const raw = await openRaw(t, server);
      raw.write(request);
      assert.equal(await raw.status(), 426, what);
      assert.match(raw.text, /^upgrade: websocket\r$/im, what);
    }
  });
});
