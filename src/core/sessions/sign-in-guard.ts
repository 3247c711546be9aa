/**
 * What keeps guessers out and owners in. Tries are counted for an account from one network, for the account, and for the
 * network; a wrong one counts as much as five right ones there. No account can be locked by others: one that many guess at
 * still gives each network a few tries. A network from which the account's owner signed in before has tries of its own at that
 * account: neither what others guess at the account elsewhere nor what neighbours guess at other accounts uses them up, and
 * what neighbours guess at the account itself uses up half of them. They have a bound too, so a neighbour gains only that half.
 */
import { createHash } from 'node:crypto';
import { AppError } from '../../errors.ts';
import { NETWORK_SIZES, networksOf } from '../../limits/addresses.ts';
import {
  giveBackToNetworks,
  isAllowed,
  type NetworkRates,
  type NetworkUses,
  requireAllAllowed,
  takeOfNetworks,
  WRONG,
} from '../../limits/network-rates.ts';
import { type Rates, rateLimited, requireAllowed } from '../../limits/rates.ts';
import type { KnownNetworks } from './known-networks.ts';

export type SignInGuard = ReturnType<typeof createSignInGuard>;

export type SignInRates = {
  /** Of an account from one network. */
  readonly pair: NetworkRates;
  /** Of an account from a network that its owner signed in from, when those are used up. */
  readonly knownPair: Rates;
  readonly account: Rates;
  /** In points: `WRONG` for a try, of which `RIGHT` remain once it was right. */
  readonly address: NetworkRates;
  /** New accounts from one network. */
  readonly signUps: NetworkRates;
};

const RIGHT = 1;
/** Tries of each network at an account that many guess at. */
const TRIES_UNDER_ATTACK = 2;

type Admitted = {
  /** Takes back that a try counts for the account, alone and from these networks. */
  readonly uncount: () => Promise<void>;
  /** Leaves of a try what a right one costs the networks. */
  readonly markRight: () => Promise<void>;
  readonly network: string;
  readonly rank: number;
};

export function createSignInGuard(rates: SignInRates, known: Pick<KnownNetworks, 'has' | 'add'>) {
  /** @throws AppError `rate_limited` */
  async function admit(login: string, address: string): Promise<Admitted> {
    const networks = networksOf(address);
    const network = networks[0] as string;
    // Of one length, however long a name was given.
    const account = createHash('sha256').update(login).digest('base64');
    const pairs = networks.map((one) => `${account} ${one}`);
    // Counted before anything is looked up.
    const byAddress = await takeOfNetworks(rates.address, networks, WRONG);
    const isKnown = await known.has(login, network);
    if (!isKnown) requireAllAllowed(byAddress);
    const byPair = await takeOfNetworks(rates.pair, pairs);
    const spare = isKnown && !isAllowed(byPair);
    if (spare) requireAllowed(await rates.knownPair.take(pairs[0] as string));
    else requireAllAllowed(byPair);
    const byAccount = await rates.account.take(account);
    if (!isKnown && !byAccount.allowed) refuseUnderAttack(byPair);

    return {
      uncount: async () => {
        await Promise.all([
          giveBackToNetworks(rates.pair, { keys: pairs, uses: byPair }, 1),
          spare ? rates.knownPair.giveBack(pairs[0] as string, 1) : undefined,
          rates.account.giveBack(account, 1),
        ]);
      },
      markRight: () => giveBackToNetworks(rates.address, { keys: networks, uses: byAddress }, WRONG - RIGHT),
      network,
      rank: isKnown ? 0 : rankOf(byAddress),
    };
  }

  /**
   * Runs a check of a password, if the tries of the account and the networks allow it. `login`: what the account is called by;
   * `check` is told the rank in which it waits for its turn.
   * @returns the account that `check` has found
   * @throws AppError `rate_limited`, or what `check` throws: anything but `overloaded` counts as a wrong try
   */
  async function attempt<T extends { readonly id: number }>(
    login: string,
    address: string,
    check: (rank: number) => Promise<T>,
  ): Promise<T> {
    const { uncount, markRight, network, rank } = await admit(login, address);
    try {
      const checked = await check(rank);
      await Promise.all([known.add(checked.id, network), markRight(), uncount()]);
      return checked;
    } catch (error) {
      // Nothing was learnt about the password. To the address it counts: a flood is what overloads.
      if (error instanceof AppError && error.code === 'overloaded') await uncount();
      throw error;
    }
  }

  return {
    attempt,
    /** Counts a new account. @returns the rank in which its password waits @throws AppError `rate_limited` */
    admitSignUp: async (address: string): Promise<number> =>
      rankOf(requireAllAllowed(await takeOfNetworks(rates.signUps, networksOf(address)))) * WRONG,
  };
}

/** @throws AppError `rate_limited` */
function refuseUnderAttack(byPair: NetworkUses): void {
  const refused = byPair.find(({ used }, index) => used > TRIES_UNDER_ATTACK * timesOf(index));
  if (refused !== undefined) throw rateLimited(refused);
}

/** How much a client's networks have done, each for its size. */
function rankOf(uses: NetworkUses): number {
  return Math.max(...uses.map(({ used }, index) => used / timesOf(index)));
}

function timesOf(index: number): number {
  return (NETWORK_SIZES[index] as (typeof NETWORK_SIZES)[number]).times;
}
