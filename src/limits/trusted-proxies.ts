/** Trusted proxies: only peers in TRUST_PROXY (by the address of the connection) may set `X-Forwarded-…` headers. */
import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';
import type { WriteOnceAMinute } from './once-a-minute.ts';

/**
 * Whether the hop with that address is a trusted proxy. `hop` 0 is the peer of the connection; the next ones are the entries of
 * `X-Forwarded-For`, from the last to the first.
 */
export type Trust = (address: string | undefined, hop?: number) => boolean;

/**
 * `setting`: `true` trusts any peer, `false` none, a list these addresses and networks (`loopback`: IPv4 and IPv6). `true` is one
 * hop: only the entry that the peer appended is trusted, since the client can write the earlier ones.
 */
export function trustedProxies(setting: boolean | readonly string[]): Trust {
  if (typeof setting === 'boolean') return (_address, hop = 0) => setting && hop === 0;
  const list = new BlockList();
  for (const word of setting.flatMap((one) => (one === 'loopback' ? ['127.0.0.0/8', '::1'] : [one]))) {
    const [address, prefix] = word.split('/') as [string, string?];
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(prefix), family);
  }
  return (address) => address !== undefined && list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

/** Detects from requests that TRUST_PROXY is wrong, and logs what to change. */
export function watchProxies(trusts: Trust, write: WriteOnceAMinute): (request: IncomingMessage) => void {
  return ({ headers, socket }) => {
    const peer = socket.remoteAddress;
    if (peer === undefined) return;
    const forwards = headers['x-forwarded-for'] !== undefined;
    if (forwards && !trusts(peer))
      write(
        'untrusted proxy',
        `TRUST_PROXY does not name ${peer}, which sends X-Forwarded-For: if that is your proxy, add it, as all of its ` +
          'clients count as one until then',
      );
    if (!forwards && trusts(peer))
      write(
        'silent proxy',
        `TRUST_PROXY trusts ${peer}, which sends no X-Forwarded-For: if that is your proxy, let it send the header, as all ` +
          'of its clients count as one; if not, do not trust that address',
      );
  };
}
