/** Outgoing hooks ask no address that is not public, however it is written, unless the operator allows its network. */
import assert from 'node:assert/strict';
import type { lookup } from 'node:dns';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, isIP } from 'node:net';
import { type TestContext, test } from 'node:test';
import { createHookClient } from '../../src/core/hooks/hook-client.ts';
import { createOutgoing } from '../../src/limits/outgoing.ts';
import { atEnd } from '../support/conditions.ts';

/** Hosts, as a URL has them. */
const HOSTILE = [
  // Loopback, in all spellings.
  ...['127.0.0.1', '127.1', '127.0.1', '2130706433', '017700000001', '0x7f000001', '0x7f.0.0.1', '0177.0.0.1'],
  ...['127.0.0.1.', '127.255.255.254', '0x7f.1', '0177.1', '127.0.0.0x1', '１２７.0.0.1', '127。0。0。1'],
  // This host, private networks, those of providers, link-local ones and metadata of clouds.
  ...[
    '0.0.0.0',
    '0',
    '0.0.0.1',
    '10.0.0.1',
    '10.255.255.255',
    '0xa000001',
    '012.0.0.1',
    '172.16.0.1',
    '172.31.255.255',
  ],
  ...['192.168.0.1', '192.168.1.254', '3232235521', '100.64.0.1', '100.127.255.255', '100.100.100.200'],
  ...['169.254.0.1', '169.254.169.254', '0xa9fea9fe', '2852039166', '169.254.170.2', '168.63.129.16'],
  // Of protocols, documentation, benchmarks; multicast, reserved, broadcast.
  ...['192.0.0.1', '192.0.0.192', '192.0.2.1', '198.51.100.1', '203.0.113.1', '198.18.0.1', '192.88.99.1'],
  ...['224.0.0.1', '239.255.255.255', '240.0.0.1', '255.255.255.255'],
  // IPv6: loopback, unspecified, link-local, unique local, multicast, documentation, discarded.
  ...['[::1]', '[::]', '[0:0:0:0:0:0:0:1]', '[fe80::1]', '[febf::1]', '[fec0::1]', '[fc00::1]', '[fd00:ec2::254]'],
  ...['[fdff::1]', '[ff02::1]', '[2001:db8::1]', '[3fff::1]', '[100::1]', '[fe80::1%25lo]'],
  // IPv4 within IPv6: mapped, compatible, translated, NAT64, 6to4, Teredo.
  ...['[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[::ffff:a9fe:a9fe]', '[::127.0.0.1]', '[::ffff:0:127.0.0.1]'],
  ...['[64:ff9b::7f00:1]', '[64:ff9b::a9fe:a9fe]', '[64:ff9b:1::7f00:1]', '[2002:7f00:1::]', '[2002:a9fe:a9fe::1]'],
  ...['[2001::7f00:1]', '[5f00::1]'],
];
/** URLs of hosts that would be good. */
const HOSTILE_URLS = [
  ...['http://93.184.216.34/', 'https://93.184.216.34:22/', 'https://93.184.216.34:25/', 'https://a:b@93.184.216.34/'],
  ...['ftp://93.184.216.34/', 'file:///etc/passwd', 'gopher://127.0.0.1:70/', 'data:,x', 'javascript:alert(1)', '//x/'],
];

/** Answers at two addresses of this machine. @returns the port, and the addresses at which somebody connected */
async function startTrap(t: TestContext, location?: (port: number) => string) {
  const met: string[] = [];
  const answering: RequestListener = (_request, answer) => {
    if (location === undefined) answer.writeHead(204).end();
    else answer.writeHead(302, { location: location(port) }).end();
  };
  const servers = [createServer(answering), createServer(answering)] as const;
  await once(servers[0].listen(0, '127.0.0.1'), 'listening');
  const { port } = servers[0].address() as AddressInfo;
  await once(servers[1].listen(port, '127.0.0.2'), 'listening');
  for (const server of servers) server.on('connection', ({ localAddress = '' }) => met.push(localAddress));
  atEnd(t, async () => {
    for (const server of servers) server.close();
  });
  return { port, met };
}

/** A name service. `addressesOf`: of the n-th time that a name is asked for, from 0. */
function nameService(addressesOf: Record<string, (time: number) => readonly string[]>) {
  const asked: string[] = [];
  const resolve = (name: string, _options: object, answer: (error: null, found: object[]) => void) => {
    const time = asked.filter((one) => one === name).length;
    asked.push(name);
    const found = addressesOf[name]?.(time) ?? [];
    answer(
      null,
      found.map((address) => ({ address, family: isIP(address) })),
    );
  };
  return { asked, resolve: resolve as unknown as typeof lookup };
}

test('no hostile address is asked', async (t) => {
  assert.ok(HOSTILE.length >= 60, String(HOSTILE.length));
  const trap = await startTrap(t);
  const client = createHookClient(createOutgoing([]));
  for (const host of HOSTILE)
    for (const url of [`https://${host}/`, `https://${host}:${trap.port}/hook`, `http://${host}:${trap.port}/`]) {
      assert.notEqual(client.refuseUrl(url), null, url);
      const { status, error } = await client.post(url, {}, '{}');
      assert.deepEqual([status, error], [null, 'the address is not allowed'], url);
    }
  for (const url of HOSTILE_URLS) assert.notEqual(client.refuseUrl(url), null, url);
  for (const url of ['https://93.184.216.34/', 'https://[2606:2800:220:1::1]:8443/x', 'https://example.org/'])
    assert.equal(client.refuseUrl(url), null, url);
  assert.deepEqual(trap.met, []);
  const allowed = createHookClient(createOutgoing(['127.0.0.0/8']));
  for (const host of HOSTILE.slice(0, 15))
    assert.equal(
      (await allowed.post(`http://${host}:${trap.port}/`, {}, '')).error === 'the address is not allowed',
      false,
    );
});

test('names: every address is checked, and the one that was checked is asked, whatever the name says next', async (t) => {
  const trap = await startTrap(t);
  const names = nameService({
    'inside.test': () => ['10.0.0.1'],
    'metadata.test': () => ['169.254.169.254'],
    'mapped.test': () => ['::ffff:127.0.0.1'],
    'mixed.test': () => ['93.184.216.34', '127.0.0.1'],
    'six.test': () => ['93.184.216.34', 'fd00::1'],
    'nothing.test': () => [],
    'changes.test': (time) => (time === 0 ? ['127.0.0.2'] : ['127.0.0.1']),
    'later.test': (time) => (time === 0 ? ['127.0.0.1'] : ['127.0.0.2']),
  });
  const client = createHookClient(createOutgoing(['127.0.0.2/32'], names.resolve));
  const ask = async (name: string) => (await client.post(`https://${name}:${trap.port}/`, {}, '{}')).error;
  for (const name of ['inside', 'metadata', 'mapped', 'mixed', 'six', 'nothing', 'later'])
    assert.equal(await ask(`${name}.test`), 'the address is not allowed', name);
  assert.deepEqual(trap.met, []);
  assert.match((await ask('changes.test')) ?? '', /^no connection/, 'nobody there speaks TLS');
  assert.deepEqual(trap.met, ['127.0.0.2']);
  assert.equal(names.asked.filter((name) => name === 'changes.test').length, 1, 'it is looked up once');
  assert.equal(await ask('changes.test'), 'the address is not allowed');
});

test('a redirect is an answer like any other: nobody follows it', async (t) => {
  const trap = await startTrap(t, (port) => `http://127.0.0.1:${port}/`);
  const client = createHookClient(createOutgoing(['127.0.0.2']));
  const { status } = await client.post(`http://127.0.0.2:${trap.port}/`, { 'content-length': '2' }, '{}');
  assert.deepEqual([status, trap.met], [302, ['127.0.0.2']]);
});
