/** Addresses as limits count them. */
import { isIPv4, isIPv6 } from 'node:net';

const IPV4_IN_IPV6 = /^(?:0*:)+(?:ffff:)?(\d+\.\d+\.\d+\.\d+)$/i;
const GROUPS = 8;
const NETWORK_GROUPS = 4;

/**
 * Who is behind an address: an IPv4 address itself, the /64 of an IPv6 one, since a single line is given that many. What is
 * no address (a header may hold anything) counts as one.
 */
export function networkOf(address: string): string {
  const [bare = ''] = address.split('%');
  if (isIPv4(bare)) return bare;
  if (!isIPv6(bare)) return 'unknown';
  const [, ipv4] = IPV4_IN_IPV6.exec(bare) ?? [];
  return ipv4 ?? `${groupsOf(bare).slice(0, NETWORK_GROUPS).join(':')}::/64`;
}

/** All eight groups, without leading zeros. Of an IPv4 address at the end only the number of groups counts. */
function groupsOf(address: string): string[] {
  const [head = '', tail = ''] = address
    .replace(/\d+\.\d+\.\d+\.\d+$/, '0:0')
    .toLowerCase()
    .split('::');
  const before = head.split(':').filter(Boolean);
  const after = tail.split(':').filter(Boolean);
  const zeros = Array.from({ length: GROUPS - before.length - after.length }, () => '0');
  return [...before, ...zeros, ...after].map((group) => Number.parseInt(group, 16).toString(16));
}
