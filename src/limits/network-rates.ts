/**
 * Counters of a client's networks: its own and, of IPv6, those around it, which have larger limits. A try that is refused for
 * a network counts for none around it, so that one line alone cannot use up what a whole site has.
 */
import { type Rates, requireAllowed, type Use } from './rates.ts';

/** One for each of `NETWORK_SIZES`, in its order. */
export type NetworkRates = readonly Rates[];

/** How each of the networks stands, as far as they were counted: up to the first that refuses. */
export type NetworkUses = readonly Use[];

/** Points that a failed try at a password costs; a successful one is given most of them back. */
export const WRONG = 5;

export async function takeOfNetworks(rates: NetworkRates, keys: readonly string[], points = 1): Promise<NetworkUses> {
  const uses: Use[] = [];
  for (const [index, key] of keys.entries()) {
    const use = await (rates[index] as Rates).take(key, points);
    uses.push(use);
    if (!use.allowed) break;
  }
  return uses;
}

/** `uses`: what was taken. */
export async function giveBackToNetworks(
  rates: NetworkRates,
  { keys, uses }: { keys: readonly string[]; uses: NetworkUses },
  points: number,
): Promise<void> {
  await Promise.all(uses.map((_, index) => (rates[index] as Rates).giveBack(keys[index] as string, points)));
}

export function isAllowed(uses: NetworkUses): boolean {
  return uses.every(({ allowed }) => allowed);
}

/** @throws AppError `rate_limited` */
export function requireAllAllowed(uses: NetworkUses): NetworkUses {
  for (const use of uses) requireAllowed(use);
  return uses;
}
