/** Changes of the access to an account. Each ends all of its sessions in the same transaction. */

import { AppError, invalid } from '../../errors.ts';
import {
  disableAccount,
  enableAccount,
  findCredentialsById,
  markLeaving,
  updatePasswordHash,
} from '../../store/accounts.ts';
import type { Db, Sql } from '../../store/database.ts';
import { deleteNetworksOf } from '../../store/known-networks.ts';
import { checkPassword, comparisonKey } from '../account-rules.ts';
import { ACCOUNTS_STREAM, type KoineHub } from '../events/events.ts';
import type { Actor } from '../model.ts';
import type { Passwords } from '../sessions/passwords.ts';
import { endSessionsIn } from '../sessions/sessions.ts';
import type { SignInGuard } from '../sessions/sign-in-guard.ts';

/** The best rank: an authenticated actor does not wait behind guesses. */
const FIRST = 0;

export type AccountAccess = ReturnType<typeof createAccountAccess>;
export type OperatorAccess = ReturnType<typeof createOperatorAccess>;

export type AccountAccessOptions = { readonly passwords: Passwords; readonly guard: SignInGuard };
type Publisher = Pick<KoineHub, 'publish'>;

export function createAccountAccess(sql: Sql, hub: Publisher, { passwords, guard }: AccountAccessOptions) {
  /** `address`: the client's; attempts count like sign-ins. @throws AppError `bad_credentials` | `rate_limited` | `overloaded` */
  async function requirePassword(actor: Actor, password: string, address: string): Promise<void> {
    await guard.attempt(comparisonKey(actor.username), address, async (rank) => {
      const known = await findCredentialsById(sql, actor.id);
      const matches = await passwords.matches(known?.password_hash ?? null, password, rank);
      if (!matches) throw new AppError('bad_credentials');
      return actor;
    });
  }

  return {
    ...createOperatorAccess(sql, hub, passwords),
    requirePassword,

    /**
     * `address`: the client's; attempts count like sign-ins.
     * @throws AppError `bad_credentials`: not the current password | `invalid` | `rate_limited` | `overloaded`
     */
    async changePassword(
      actor: Actor,
      passwordsGiven: { current: string; next: string },
      address: string,
    ): Promise<void> {
      checkPassword(passwordsGiven.next);
      await requirePassword(actor, passwordsGiven.current, address);
      if (passwordsGiven.next === passwordsGiven.current)
        throw invalid('password', 'format', 'password must be another one than before');
      const hash = await passwords.hash(passwordsGiven.next, FIRST);
      await changeAndSignOut(sql, hub, actor.id, (tx) => setPassword(tx, actor.id, hash));
    },

    /** As `shutOut`, until all that the account has is deleted. */
    leave: (accountId: number): Promise<void> =>
      changeAndSignOut(sql, hub, accountId, (tx) => markLeaving(tx, accountId)),
  };
}

/** Operator commands of the command line, which have no actor. */
export function createOperatorAccess(sql: Sql, hub: Publisher, passwords: Passwords) {
  return {
    /** @throws AppError `invalid` | `overloaded` */
    async resetPassword(accountId: number, next: string): Promise<void> {
      checkPassword(next);
      const hash = await passwords.hash(next, FIRST);
      await changeAndSignOut(sql, hub, accountId, (tx) => setPassword(tx, accountId, hash));
    },

    /** @throws AppError `not_found` */
    async disable(accountId: number): Promise<void> {
      await changeAndSignOut(sql, hub, accountId, async (tx) => {
        if (!(await disableAccount(tx, accountId))) throw new AppError('not_found');
      });
    },

    /** As `disable`, but idempotent. */
    async shutOut(accountId: number): Promise<void> {
      await changeAndSignOut(sql, hub, accountId, (tx) => disableAccount(tx, accountId));
    },

    /** @throws AppError `not_found` */
    async enable(accountId: number): Promise<void> {
      if (!(await enableAccount(sql, accountId))) throw new AppError('not_found');
    },
  };
}

/** Forgets the known networks: whoever knew the old password need not be the owner. */
async function setPassword(tx: Db, accountId: number, hash: string): Promise<void> {
  await updatePasswordHash(tx, accountId, hash);
  await deleteNetworksOf(tx, accountId);
}

async function changeAndSignOut(
  sql: Sql,
  hub: Publisher,
  accountId: number,
  change: (tx: Db) => Promise<unknown>,
): Promise<void> {
  const events = await sql.begin(async (tx) => {
    await change(tx);
    return endSessionsIn(tx, accountId);
  });
  hub.publish(ACCOUNTS_STREAM, events);
}
