import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ResolveName } from './names.ts';
import { AddressRefused, createOutgoing } from './outgoing.ts';

const HOSTILE = [
  '127.0.0.1',
  '127.255.255.254',
  '0.0.0.0',
  '10.1.2.3',
  '100.64.0.1',
  '169.254.169.254',
  '172.31.0.1',
  '192.168.0.1',
  '198.18.0.1',
  '203.0.113.7',
  '224.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::ffff:127.0.0.1',
  '::ffff:8.8.8.8',
  '::127.0.0.1',
  '64:ff9b::7f00:1',
  '2002:7f00:1::',
  '2001:0:4136:e378:8000:63bf:3fff:fdd2',
  '2001:db8::1',
  'fc00::1',
  'fe80::1',
  'fe80::1%lo',
  'fec0::1',
  'ff02::1',
  'localhost',
  '',
];

/** A name service that answers with these addresses. */
const answering =
  (...addresses: string[]): ResolveName =>
  (_name, _options, callback) =>
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );

test('only public addresses are called, unless the operator allows a network', () => {
  const outgoing = createOutgoing([]);
  for (const address of HOSTILE) assert.equal(outgoing.permits(address), false, address);
  for (const address of ['8.8.8.8', '172.32.0.1', '2606:4700::1111', '2a00:1450::1'])
    assert.equal(outgoing.permits(address), true, address);
  const allowing = createOutgoing(['loopback', '10.0.0.0/8']);
  for (const address of ['127.0.0.1', '::1', '10.1.2.3', '8.8.8.8']) assert.ok(allowing.permits(address), address);
  assert.equal(allowing.permits('192.168.0.1'), false);
});

test('a URL is https without a password, and its address is public', () => {
  const { permitsUrl } = createOutgoing([]);
  for (const url of ['https://push.example/x', 'https://8.8.8.8/', 'https://[2606:4700::1111]/'])
    assert.ok(permitsUrl(new URL(url)), url);
  for (const url of [
    'http://push.example/',
    'ftp://push.example/',
    'https://a:b@push.example/',
    'https://127.1/',
    'https://0x7f000001/',
    'https://2130706433/',
    'https://0177.0.0.1/',
    'https://push.example:25/',
    'https://[::1]/',
    'https://[::ffff:7f00:1]/',
  ])
    assert.equal(permitsUrl(new URL(url)), false, url);
  assert.ok(createOutgoing(['loopback']).permitsUrl(new URL('http://127.0.0.1:8080/')));
});

test('a name is called only if all of its addresses may be', async () => {
  const ask = (addresses: string[], all: boolean) =>
    new Promise((resolve, reject) =>
      createOutgoing([], answering(...addresses)).lookup('push.example', { all }, (error, found) =>
        error ? reject(error) : resolve(found),
      ),
    );
  assert.equal(await ask(['8.8.8.8'], false), '8.8.8.8');
  assert.deepEqual(await ask(['8.8.8.8'], true), [{ address: '8.8.8.8', family: 4 }]);
  for (const addresses of [['127.0.0.1'], ['8.8.8.8', '10.0.0.1'], ['::1'], []])
    await assert.rejects(ask(addresses, true), AddressRefused);
});
