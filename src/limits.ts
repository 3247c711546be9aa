/** The counters that the settings ask for, and who a client is to them: the address behind the proxies that are trusted. */
import type { IncomingMessage } from 'node:http';
import proxyAddr from '@fastify/proxy-addr';
import type { Config } from './config.ts';
import { networkOf } from './core/addresses.ts';
import type { CoreOptions } from './core/core.ts';
import { WRONG } from './core/sign-in-guard.ts';
import type { WriteOnceAMinute } from './operations/once-a-minute.ts';
import { MemoryRates, type Rate, type Rates } from './store/rates.ts';
import { trustedProxies, watchProxies } from './trusted-proxies.ts';

export type Limits = ReturnType<typeof createLimits>;

/** Makes the counter of that name. */
export type NewRates = (name: string, rate: Rate) => Rates;

export type LimitsOptions = {
  /** Makes those that nodes may share: not those of every request, which would each wait for the others' figures. */
  readonly shared?: NewRates | undefined;
  /** For lines in the log. */
  readonly write?: WriteOnceAMinute;
};

export function createLimits(
  { limits, trustProxy }: Pick<Config, 'limits' | 'trustProxy'>,
  { shared = (_name, rate) => new MemoryRates(rate), write = () => {} }: LimitsOptions = {},
) {
  const { signInsPerAddress } = limits;
  const rates = {
    requests: new MemoryRates(limits.accountRequests),
    uploads: shared('uploads', limits.uploads),
    pair: shared('sign-ins-per-pair', limits.signInsPerPair),
    account: shared('sign-ins-per-account', limits.signInsPerAccount),
    address: shared('sign-ins-per-address', { ...signInsPerAddress, points: signInsPerAddress.points * WRONG }),
    signUps: shared('sign-ups', limits.signUps),
  } satisfies CoreOptions['rates'];
  const isProxy = trustedProxies(trustProxy);
  return {
    ...limits,
    rates,
    requestRates: new MemoryRates(limits.requests),
    /** Whether the other end may speak for clients of its own. */
    isProxy,
    /** Tells in the log where a request shows that TRUST_PROXY is wrong. */
    watchProxy: watchProxies(isProxy, write),
    /** Who asks. */
    clientOf: (request: IncomingMessage): string => networkOf(proxyAddr.all(request, isProxy).at(-1) ?? ''),
  };
}
