/** The counters that the settings ask for, and who a client is to them: the address behind the proxies that are trusted. */
import type { IncomingMessage } from 'node:http';
import proxyAddr from '@fastify/proxy-addr';
import type { Config } from './config.ts';
import { networkOf } from './core/addresses.ts';
import type { CoreOptions } from './core/core.ts';
import { WRONG } from './core/sign-in-guard.ts';
import { MemoryRates } from './store/rates.ts';
import { trustedProxies } from './trusted-proxies.ts';

export type Limits = ReturnType<typeof createLimits>;

export function createLimits({ limits, trustProxy }: Pick<Config, 'limits' | 'trustProxy'>) {
  const { signInsPerAddress } = limits;
  const rates = {
    requests: new MemoryRates(limits.accountRequests),
    uploads: new MemoryRates(limits.uploads),
    pair: new MemoryRates(limits.signInsPerPair),
    account: new MemoryRates(limits.signInsPerAccount),
    address: new MemoryRates({ ...signInsPerAddress, points: signInsPerAddress.points * WRONG }),
    signUps: new MemoryRates(limits.signUps),
  } satisfies CoreOptions['rates'];
  const isProxy = trustedProxies(trustProxy);
  return {
    ...limits,
    rates,
    requestRates: new MemoryRates(limits.requests),
    /** Whether the other end may speak for clients of its own. */
    isProxy,
    /** Who asks. */
    clientOf: (request: IncomingMessage): string => networkOf(proxyAddr.all(request, isProxy).at(-1) ?? ''),
  };
}
