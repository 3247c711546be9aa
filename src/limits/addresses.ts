/** Addresses as limits count them. */
import { isIPv4, isIPv6 } from 'node:net';

const IPV4_IN_IPV6 = /^(?:0*:)+(?:ffff:)?(\d+\.\d+\.\d+\.\d+)$/i;
const GROUPS = 8;
const GROUP_BITS = 16;

/**
 * Whose networks are counted, and how many times as much each may do as a single line: of IPv6, a line has a /64, a household or
 * a rented server often a /56, and a site a /48. An IPv4 address is one of the first kind alone.
 */
export const NETWORK_SIZES = [
  { bits: 64, times: 1 },
  { bits: 56, times: 4 },
  { bits: 48, times: 16 },
] as const;

/**
 * Who is behind an address: an IPv4 address itself, the /64 of an IPv6 one, since a single line is given that many. What is
 * no address (a header may hold anything) counts as one.
 */
export function networkOf(address: string): string {
  return networksOf(address)[0] as string;
}

/** The networks that an address is in, in the order of `NETWORK_SIZES`: all of them of IPv6, else `networkOf` alone. */
export function networksOf(address: string): string[] {
  const [bare = ''] = address.split('%');
  if (isIPv4(bare)) return [bare];
  if (!isIPv6(bare)) return ['unknown'];
  const [, ipv4] = IPV4_IN_IPV6.exec(bare) ?? [];
  if (ipv4 !== undefined) return [ipv4];
  const groups = groupsOf(bare);
  return NETWORK_SIZES.map(({ bits }) => prefixOf(groups, bits));
}

function prefixOf(groups: readonly string[], bits: number): string {
  const kept = Math.ceil(bits / GROUP_BITS);
  const shown = groups.slice(0, kept);
  const rest = kept * GROUP_BITS - bits;
  shown[kept - 1] = ((Number.parseInt(groups[kept - 1] as string, 16) >> rest) << rest).toString(16);
  return `${shown.join(':')}::/${bits}`;
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
