/**
 * Looks up names that somebody chose. The look-ups of `dns.lookup` share few threads of the process, so two name services that do not
 * answer would keep all others waiting; here nobody waits for another.
 */
import { type LookupAddress, type LookupOptions, promises } from 'node:dns';
import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';

/** As `dns.lookup` for all addresses. */
export type ResolveName = (
  name: string,
  options: LookupOptions & { all: true },
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/** Ms of the first try; the second one has twice as long. */
const TIMEOUT = 2_000;
const TRIES = 2;
const HOSTS = '/etc/hosts';
/** The name service has no such name, or there is no name service: the system may know it otherwise. */
const UNKNOWN: readonly unknown[] = ['ENOTFOUND', 'ENODATA', 'ECONNREFUSED'];

/** `servers`: of names, `address:port`; the system's by default. */
export function createNames(servers?: readonly string[]): ResolveName {
  const resolver = new promises.Resolver({ timeout: TIMEOUT, tries: TRIES });
  if (servers) resolver.setServers(servers);

  async function resolve(name: string): Promise<LookupAddress[]> {
    const known = await findInHosts(name);
    if (known.length > 0) return known;
    const answers = await Promise.allSettled([
      ofFamily(4, resolver.resolve4(name)),
      ofFamily(6, resolver.resolve6(name)),
    ]);
    const found = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
    if (found.length > 0) return found;
    const failure = answers.map((answer) => (answer.status === 'rejected' ? answer.reason : null));
    const cause = failure.find((error) => !UNKNOWN.includes(error?.code));
    if (cause) throw cause;
    return promises.lookup(name, { all: true });
  }

  return (name, _options, callback) =>
    void resolve(name).then(
      (addresses) => callback(null, addresses),
      (error: NodeJS.ErrnoException) => callback(error, []),
    );
}

async function ofFamily(family: 4 | 6, answer: Promise<string[]>): Promise<LookupAddress[]> {
  return (await answer).map((address) => ({ address, family }));
}

/** The addresses of the name in the hosts file, which the operator keeps. */
async function findInHosts(name: string): Promise<LookupAddress[]> {
  const lines = (await readFile(HOSTS, 'utf8').catch(() => '')).split('\n');
  return lines.flatMap((line) => {
    const [address = '', ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
    const family = isIP(address);
    return family !== 0 && names.some((one) => one.toLowerCase() === name.toLowerCase()) ? [{ address, family }] : [];
  });
}
