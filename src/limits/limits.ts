/** The rate limits of the settings, and the client address that they count: the one behind trusted proxies. */
import type { IncomingMessage } from 'node:http';
import proxyAddr from '@fastify/proxy-addr';
import type { Config } from '../config/config.ts';
import { NETWORK_SIZES, networkOf } from './addresses.ts';
import { Buckets, type Share } from './buckets.ts';
import { FrameRates } from './frame-rates.ts';
import { WRONG } from './network-rates.ts';
import type { WriteOnceAMinute } from './once-a-minute.ts';
import { MemoryRates, type Rate, type Rates } from './rates.ts';
import { Tally } from './tally.ts';
import { trustedProxies, watchProxies } from './trusted-proxies.ts';

/** Seconds' worth of frames that may come at once. */
const BURST_SECONDS = 10;

export type Limits = ReturnType<typeof createLimits>;

/**
 * Limits shared between nodes. `rates` are awaited before an action; `share` reports afterwards, for actions that are too
 * frequent to wait.
 */
export type SharedRates = {
  readonly rates: (name: string, rate: Rate) => Rates;
  readonly share: (name: string, rate: Rate) => Share | null;
};

const OWN: SharedRates = { rates: (_name, rate) => new MemoryRates(rate), share: () => null };

export type LimitsOptions = {
  /** Limits that nodes share. Not the limit of requests: each request would wait for Redis. */
  readonly shared?: SharedRates | undefined;
  /** Writes warnings to the log. */
  readonly write?: WriteOnceAMinute;
};

export function createLimits(
  { limits, sockets, trustProxy }: Pick<Config, 'limits' | 'sockets' | 'trustProxy'>,
  { shared: { rates: shared, share } = OWN, write = () => {} }: LimitsOptions = {},
) {
  const { signInsPerAddress } = limits;
  const buckets = (name: string, rate: Rate) => new Buckets(rate, share(name, rate));
  const ofNetworks = (name: string, { points, seconds }: Rate) =>
    NETWORK_SIZES.map(({ bits, times }) => shared(`${name}-${bits}`, { points: points * times, seconds }));
  const rates = {
    requests: new MemoryRates(limits.accountRequests),
    uploads: shared('uploads', limits.uploads),
    pair: ofNetworks('sign-ins-per-pair', limits.signInsPerPair),
    knownPair: shared('sign-ins-per-known-pair', limits.signInsPerPair),
    account: shared('sign-ins-per-account', limits.signInsPerAccount),
    address: ofNetworks('sign-ins-per-address', { ...signInsPerAddress, points: signInsPerAddress.points * WRONG }),
    codes: shared('codes', limits.codes),
    signUps: ofNetworks('sign-ups', limits.signUps),
    letters: ofNetworks('letters', limits.letters),
    arrivals: buckets('arrivals', limits.arrivals),
    writes: {
      messages: buckets('messages', limits.messages),
      changes: buckets('changes', limits.changes),
      bytes: buckets('bytes', limits.textBytes),
    },
  };
  const isProxy = trustedProxies(trustProxy);
  return {
    ...limits,
    rates,
    requestRates: new MemoryRates(limits.requests),
    frames: new FrameRates({
      account: buckets('frames', { points: sockets.rate * BURST_SECONDS, seconds: BURST_SECONDS }),
      address: new Buckets(limits.anonymousFrames),
    }),
    /** Open sockets, and answers that wait for events, by client. */
    openSockets: new Tally(),
    /** Whether a peer is a trusted proxy. */
    isProxy,
    /** Warns when a request shows that TRUST_PROXY is wrong. */
    watchProxy: watchProxies(isProxy, write),
    /** The client's network, which limits count by. */
    clientOf: (request: IncomingMessage): string => networkOf(proxyAddr.all(request, isProxy).at(-1) ?? ''),
  };
}
