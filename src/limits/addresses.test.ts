import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { networkOf, networksOf } from './addresses.ts';

test('an IPv4 address is itself, however it is written', () => {
  for (const address of ['192.0.2.1', '::ffff:192.0.2.1', '0:0:0:0:0:FFFF:192.0.2.1'])
    assert.equal(networkOf(address), '192.0.2.1');
});

test('an IPv6 address is its /64', () => {
  assert.equal(networkOf('2001:DB8:0:01::1'), '2001:db8:0:1::/64');
  assert.equal(networkOf('2001:db8::1:2:3:4:5'), '2001:db8:0:1::/64');
  assert.equal(networkOf('fe80::1%eth0'), 'fe80:0:0:0::/64');
  assert.equal(networkOf('::1'), '0:0:0:0::/64');
  assert.equal(networkOf('64:ff9b::192.0.2.1'), '64:ff9b:0:0::/64');
});

test('an IPv6 address is in a /64, a /56 and a /48, an IPv4 address in none but its own', () => {
  assert.deepEqual(networksOf('2001:db8:1:a2b3::1'), [
    '2001:db8:1:a2b3::/64',
    '2001:db8:1:a200::/56',
    '2001:db8:1::/48',
  ]);
  assert.deepEqual(networksOf('2001:db8::ff:1:2:3:4'), ['2001:db8:0:ff::/64', '2001:db8:0:0::/56', '2001:db8:0::/48']);
  assert.deepEqual(networksOf('::ffff:192.0.2.1'), ['192.0.2.1']);
  assert.deepEqual(networksOf('no address'), ['unknown']);
});

test('all invalid addresses share one network', () => {
  for (const address of ['', 'unknown', '_hidden', '1.2.3', '2001:db8', 'x'.repeat(10_000)])
    assert.equal(networkOf(address), 'unknown');
});

test('two IPv6 addresses are one exactly when their first 64 bits are', () => {
  const half = fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 4, maxLength: 4 });
  const text = (groups: number[]) => groups.map((group) => group.toString(16)).join(':');
  fc.assert(
    fc.property(half, half, half, half, (a, b, hostA, hostB) => {
      // Of those IPv4 addresses are written in, only the notation with dots is taken for one.
      const [first, second] = [networkOf(text([...a, ...hostA])), networkOf(text([...b, ...hostB]))];
      assert.equal(first === second, text(a) === text(b));
      assert.equal(first, networkOf(text([...a, ...hostB])));
    }),
  );
});
