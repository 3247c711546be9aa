/**
 * What keeps guessers out and owners in. Tries are counted for an account from one address, for the account, and for the
 * address; a wrong one counts as much as five right ones there. No account can be locked by others: one that many guess at
 * still gives each address a few tries, and the address from which its owner came in before all that an address has.
 */
import { createHash } from 'node:crypto';
import { AppError } from '../errors.ts';
import { type Rates, rateLimited, requireAllowed } from '../store/rates.ts';
import { Recent } from '../store/recent.ts';
import { networkOf } from './addresses.ts';

export type SignInGuard = ReturnType<typeof createSignInGuard>;

export type SignInRates = {
  /** Of an account from one address. */
  readonly pair: Rates;
  readonly account: Rates;
  /** In points: `WRONG` for a try, of which `RIGHT` remain once it was right. */
  readonly address: Rates;
  /** New accounts from one address. */
  readonly signUps: Rates;
};

export const WRONG = 5;
const RIGHT = 1;
/** Tries of each address at an account that many guess at. */
const TRIES_UNDER_ATTACK = 2;
/** Accounts with an address from which their owners came in. */
const MAX_KNOWN = 100_000;

export function createSignInGuard(rates: SignInRates) {
  const known = new Recent<true>(MAX_KNOWN);

  /** @throws AppError `rate_limited` */
  async function admit(login: string, address: string) {
    const network = networkOf(address);
    // Of one length, however long a name was given.
    const account = createHash('sha256').update(login).digest('base64');
    const pair = `${account} ${network}`;
    const byAddress = requireAllowed(await rates.address.take(network, WRONG));
    const byPair = requireAllowed(await rates.pair.take(pair));
    const byAccount = await rates.account.take(account);
    if (!byAccount.allowed && !known.get(pair) && byPair.used > TRIES_UNDER_ATTACK) throw rateLimited(byPair);
    return { network, account, pair, rank: known.get(pair) ? 0 : byAddress.used };
  }

  /**
   * Runs a check of a password, if the account's and the address's tries allow it. `login`: what the account is called by;
   * `check` is told the rank in which it waits for its turn.
   * @throws AppError `rate_limited`, or what `check` throws: anything but `overloaded` counts as a wrong try
   */
  async function attempt<T>(login: string, address: string, check: (rank: number) => Promise<T>): Promise<T> {
    const { network, account, pair, rank } = await admit(login, address);
    try {
      const checked = await check(rank);
      known.set(pair, true);
      await Promise.all([rates.address.giveBack(network, WRONG - RIGHT), uncount(pair, account)]);
      return checked;
    } catch (error) {
      // Nothing was learnt about the password. To the address it counts: a flood is what overloads.
      if (error instanceof AppError && error.code === 'overloaded') await uncount(pair, account);
      throw error;
    }
  }

  async function uncount(pair: string, account: string): Promise<void> {
    await Promise.all([rates.pair.giveBack(pair, 1), rates.account.giveBack(account, 1)]);
  }

  return {
    attempt,
    /** Counts a new account. @returns the rank in which its password waits @throws AppError `rate_limited` */
    admitSignUp: async (address: string): Promise<number> =>
      requireAllowed(await rates.signUps.take(networkOf(address))).used * WRONG,
  };
}
