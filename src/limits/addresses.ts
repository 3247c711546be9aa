/** Client addresses and their networks, as rate limits count them. */
import { isIPv4, isIPv6 } from 'node:net';

const IPV4_IN_IPV6 = /^(?:0*:)+(?:ffff:)?(\d+\.\d+\.\d+\.\d+)$/i;
const GROUPS = 8;
const GROUP_BITS = 16;

/**
 * The counted network sizes, and each one's limit as a multiple of a single line's: with IPv6, a line has a /64, a household or
 * a rented server often a /56, and a site a /48. An IPv4 address counts as a single line.
 */
export const NETWORK_SIZES = [
  { bits: 64, times: 1 },
  { bits: 56, times: 4 },
  { bits: 48, times: 16 },
] as const;

/**
 * The network of one line: an IPv4 address itself, or the /64 of an IPv6 address. Invalid addresses (a header may hold anything)
 * share one network.
 */
export function networkOf(address: string): string {
  return networksOf(address)[0] as string;
}

/** The networks of an address, in the order of `NETWORK_SIZES`: all for IPv6, else only `networkOf`. */
export function networksOf(address: string): string[] {
  const [bare = ''] = address.split('%');
  if (isIPv4(bare)) return [bare];
  if (!isIPv6(bare)) return ['unknown'];
  const [, ipv4] = IPV4_IN_IPV6.exec(bare) ?? [];
  if (ipv4 !== undefined) return [ipv4];
  const groups = groupsOf(bare);
  return NETWORK_SIZES.map(({ bits }) => prefixOf(groups, bits));
}

/** The network of an address as its owner may see it: a /24 of IPv4, a /48 of IPv6. Null: not an address. */
export function shownNetwork(address: string): string | null {
  const networks = networksOf(address);
  const widest = networks.at(-1) as string;
  if (networks.length > 1) return widest;
  return isIPv4(widest) ? `${widest.slice(0, widest.lastIndexOf('.'))}.0/24` : null;
}

function prefixOf(groups: readonly string[], bits: number): string {
  const kept = Math.ceil(bits / GROUP_BITS);
  const prefix = groups.slice(0, kept);
  const rest = kept * GROUP_BITS - bits;
  prefix[kept - 1] = ((Number.parseInt(groups[kept - 1] as string, 16) >> rest) << rest).toString(16);
  return `${prefix.join(':')}::/${bits}`;
}

/** All eight groups, without leading zeros. A trailing IPv4 address stands for two groups of zeros. */
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
