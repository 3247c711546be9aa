/**
 * Protects sign-in against brute force without locking owners out. Attempts are counted by account and network, by account,
 * and by network, where a wrong one costs as much as five right ones. Nobody can lock an account: under attack, each network
 * keeps a few attempts at it. A network from which the owner signed in before has a budget of its own for that account, which
 * attempts from elsewhere, and attempts at other accounts, do not use up. Attempts of neighbours in the same network at the
 * account itself use up half of it. The budget is bounded too, so a neighbour gains only that half.
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

export type SignInGuard = {
  /**
   * Runs a check of a password, if the counters of the account and the networks allow it. `login`: the name or e-mail given;
   * `check` gets the rank with which it waits in the work queue.
   * @returns the account that `check` found
   * @throws AppError `rate_limited`, or what `check` throws: anything but `overloaded` and `code_required` counts as a wrong try
   */
  attempt<T extends { readonly id: number }>(
    login: string,
    address: string,
    check: (rank: number) => Promise<T>,
  ): Promise<T>;
  /** Counts a new account. @returns the rank in which its password waits @throws AppError `rate_limited` */
  admitSignUp(address: string): Promise<number>;
  /** Counts a letter that somebody asks for. @throws AppError `rate_limited` */
  admitLetter(address: string): Promise<void>;
};

export type SignInRates = {
  /** Attempts at an account from one network. */
  readonly pair: NetworkRates;
  /** Further attempts at an account from a network that its owner signed in from. */
  readonly knownPair: Rates;
  readonly account: Rates;
  /** In points: an attempt costs `WRONG`, of which a right one gets all but `RIGHT` back. */
  readonly address: NetworkRates;
  /** New accounts from one network. */
  readonly signUps: NetworkRates;
  /** Letters that one network asks for. */
  readonly letters: NetworkRates;
};

const RIGHT = 1;
/** Attempts of each network at an account under attack. */
const TRIES_UNDER_ATTACK = 2;

type Admission = {
  /** Gives the attempt back to the account's counters. */
  readonly giveBackTry: () => Promise<void>;
  /** Reduces the networks' cost of the attempt to that of a right one. */
  readonly giveBackMost: () => Promise<void>;
  readonly network: string;
  readonly rank: number;
};

/** `onNewNetwork`: an owner signed in from somewhere else than ever before. */
export function createSignInGuard(
  rates: SignInRates,
  known: Pick<KnownNetworks, 'has' | 'add'>,
  onNewNetwork: (accountId: number, address: string) => Promise<void>,
): SignInGuard {
  /** @throws AppError `rate_limited` */
  async function admit(login: string, address: string): Promise<Admission> {
    const networks = networksOf(address);
    const network = networks[0] as string;
    // Hashed, so that keys have one length however long the name is.
    const account = createHash('sha256').update(login).digest('base64');
    const pairs = networks.map((one) => `${account} ${one}`);
    // Counted before any lookup.
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
      giveBackTry: async () => {
        await Promise.all([
          giveBackToNetworks(rates.pair, { keys: pairs, uses: byPair }, 1),
          spare ? rates.knownPair.giveBack(pairs[0] as string, 1) : undefined,
          rates.account.giveBack(account, 1),
        ]);
      },
      giveBackMost: () => giveBackToNetworks(rates.address, { keys: networks, uses: byAddress }, WRONG - RIGHT),
      network,
      rank: isKnown ? 0 : rankOf(byAddress),
    };
  }

  async function attempt<T extends { readonly id: number }>(
    login: string,
    address: string,
    check: (rank: number) => Promise<T>,
  ): Promise<T> {
    const { giveBackTry, giveBackMost, network, rank } = await admit(login, address);
    try {
      const checked = await check(rank);
      const [isNew] = await Promise.all([known.add(checked.id, network), giveBackMost(), giveBackTry()]);
      if (isNew) await onNewNetwork(checked.id, address);
      return checked;
    } catch (error) {
      const code = error instanceof AppError ? error.code : null;
      // The attempt revealed nothing about the password. It still counts for the networks, since a flood causes the overload.
      if (code === 'overloaded') await giveBackTry();
      // The password is right, and the code comes with the next attempt.
      if (code === 'code_required') await Promise.all([giveBackTry(), giveBackMost()]);
      throw error;
    }
  }

  return {
    attempt,
    admitSignUp: async (address): Promise<number> =>
      rankOf(requireAllAllowed(await takeOfNetworks(rates.signUps, networksOf(address)))) * WRONG,
    admitLetter: async (address): Promise<void> => {
      requireAllAllowed(await takeOfNetworks(rates.letters, networksOf(address)));
    },
  };
}

/** @throws AppError `rate_limited` */
function refuseUnderAttack(byPair: NetworkUses): void {
  const refused = byPair.find(({ used }, index) => used > TRIES_UNDER_ATTACK * timesOf(index));
  if (refused !== undefined) throw rateLimited(refused);
}

/** The use of a client's networks, relative to their sizes. */
function rankOf(uses: NetworkUses): number {
  return Math.max(...uses.map(({ used }, index) => used / timesOf(index)));
}

function timesOf(index: number): number {
  return (NETWORK_SIZES[index] as (typeof NETWORK_SIZES)[number]).times;
}
