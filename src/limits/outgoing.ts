/**
 * Addresses that the server may call because somebody named them: public ones, and networks that the operator allows. Names are resolved
 * here for the connection itself, so that no later answer of the name service can lead elsewhere.
 */
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { createNames, type ResolveName } from './names.ts';

export type Outgoing = ReturnType<typeof createOutgoing>;

/** Networks of IPv4 that are not public (IANA's registry of special-purpose addresses), with multicast. */
const SPECIAL_IPV4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  // By this public address, Azure serves its own machines.
  '168.63.129.16/32',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
];
/** The only public addresses of IPv6 are these, without the networks below: those with an IPv4 address inside, and those for documents. */
const GLOBAL_IPV6 = ['2000::/3'];
const SPECIAL_IPV6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'];
/** The well-known ports that may be called: those of the web. */
const WEB_PORTS = ['', '80', '443'];
const LOWEST_PORT = 1_024;
const LOOPBACK = ['127.0.0.0/8', '::1'];

/** The address, or one that its name stands for, may not be called. */
export class AddressRefused extends Error {
  override readonly name = 'AddressRefused';
}

/** `networks`: addresses and networks that may be called beside the public ones; `loopback`: this machine. */
export function createOutgoing(networks: readonly string[], resolve: ResolveName = createNames()) {
  const global = listOf(GLOBAL_IPV6);
  const special = listOf([...SPECIAL_IPV4, ...SPECIAL_IPV6]);
  const named = listOf(networks.flatMap((one) => (one === 'loopback' ? LOOPBACK : [one])));

  /** Whether the operator named the address. */
  function isNamed(address: string): boolean {
    return isIP(address) !== 0 && !address.includes('%') && named.check(address, familyOf(address));
  }

  /** False too for what is no address. */
  function permits(address: string): boolean {
    if (isIP(address) === 0 || address.includes('%')) return false;
    if (isNamed(address)) return true;
    const family = familyOf(address);
    return (family === 'ipv4' || global.check(address, family)) && !special.check(address, family);
  }

  /** For `request()` of node:http and node:https: an error `AddressRefused` if any address of the name is not permitted. */
  const lookup: LookupFunction = (name, options, callback) =>
    resolve(name, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, []);
      const [first] = addresses;
      if (first === undefined || !addresses.every(({ address }) => permits(address)))
        return callback(new AddressRefused(), []);
      if (options.all) callback(null, addresses);
      else callback(null, first.address, first.family);
    });

  return {
    permits,
    lookup,
    /**
     * Whether the URL may be called, as far as it says itself: by https, or by http at an address that the operator named; without a
     * password; at a port of the web, or one that any program may open. Names are looked at by `lookup` when they are called; addresses are
     * not passed to it.
     */
    permitsUrl: ({ protocol, hostname, port, username, password }: URL): boolean => {
      const host = hostname.replace(/^\[(.*)\]$/, '$1');
      if (hostname === '' || username !== '' || password !== '') return false;
      if (!WEB_PORTS.includes(port) && Number(port) < LOWEST_PORT) return false;
      if (protocol === 'http:') return isNamed(host);
      return protocol === 'https:' && (isIP(host) === 0 || permits(host));
    },
  };
}

function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const one of networks) {
    const [address, prefix] = one.split('/') as [string, string?];
    if (prefix === undefined) list.addAddress(address, familyOf(address));
    else list.addSubnet(address, Number(prefix), familyOf(address));
  }
  return list;
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}
