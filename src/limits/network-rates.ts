/**
 * Rate limits by a client's networks: its own and, for IPv6, the enclosing ones, which have larger limits. An attempt refused
 * for a network does not count for the enclosing ones, so that one line cannot use up the budget of a whole site.
 */
import { type Rates, requireAllowed, type Use } from './rates.ts';

/** One for each of `NETWORK_SIZES`, in the same order. */
export type NetworkRates = readonly Rates[];

/** The use of each network, up to the first one that refuses. */
export type NetworkUses = readonly Use[];

/** Points that a failed attempt at a password costs; a successful one gets most of them back. */
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

/** `uses`: the result of `takeOfNetworks`. */
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
