/** Whose `X-…` headers are believed: the peers that TRUST_PROXY names, judged by the address of the connection itself. */
import { BlockList, isIP } from 'node:net';

export type Trust = (address: string | undefined) => boolean;

/** `setting`: everybody, nobody, or these addresses and networks (`loopback` is both of its). */
export function trustedProxies(setting: boolean | readonly string[]): Trust {
  if (typeof setting === 'boolean') return () => setting;
  const list = new BlockList();
  for (const word of setting.flatMap((one) => (one === 'loopback' ? ['127.0.0.0/8', '::1'] : [one]))) {
    const [address, prefix] = word.split('/') as [string, string?];
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(prefix), family);
  }
  return (address) => address !== undefined && list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}
