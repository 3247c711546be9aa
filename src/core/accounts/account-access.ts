/** Changes of who may come in as an account. Each ends all of its sessions, in the same transaction. */

import { AppError, invalid } from '../../errors.ts';
import { disableAccount, enableAccount, findCredentialsById, updatePasswordHash } from '../../store/accounts.ts';
import type { Db, Sql } from '../../store/database.ts';
import { deleteNetworksOf } from '../../store/known-networks.ts';
import { checkPassword, comparisonKey } from '../account-rules.ts';
import { ACCOUNTS_STREAM, type KoineHub } from '../events/events.ts';
import type { Actor } from '../model.ts';
import type { Passwords } from '../sessions/passwords.ts';
import { endSessionsIn } from '../sessions/sessions.ts';
import type { SignInGuard } from '../sessions/sign-in-guard.ts';

/** Who has just proved who they are waits for nobody's guesses. */
const FIRST = 0;

export type AccountAccess = ReturnType<typeof createAccountAccess>;
export type OperatorAccess = ReturnType<typeof createOperatorAccess>;

export type AccountAccessOptions = { readonly passwords: Passwords; readonly guard: SignInGuard };
type Publisher = Pick<KoineHub, 'publish'>;

export function createAccountAccess(sql: Sql, hub: Publisher, { passwords, guard }: AccountAccessOptions) {
  return {
    ...createOperatorAccess(sql, hub, passwords),

    /**
     * `address`: from which it is asked for; tries count as those of signing in do.
     * @throws AppError `bad_credentials`: not the current password | `invalid` | `rate_limited` | `overloaded`
     */
    async changePassword(
      actor: Actor,
      passwordsGiven: { current: string; next: string },
      address: string,
    ): Promise<void> {
      checkPassword(passwordsGiven.next);
      await guard.attempt(comparisonKey(actor.username), address, async (rank) => {
        const known = await findCredentialsById(sql, actor.id);
        const matches = await passwords.matches(known?.password_hash ?? null, passwordsGiven.current, rank);
        if (!matches) throw new AppError('bad_credentials');
        return actor;
      });
      if (passwordsGiven.next === passwordsGiven.current)
        throw invalid('password', 'format', 'password must be another one than before');
      const hash = await passwords.hash(passwordsGiven.next, FIRST);
      await changeAndSignOut(sql, hub, actor.id, (tx) => setPassword(tx, actor.id, hash));
    },
  };
}

/** What an operator does from the command line: there is no actor. */
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

    /** As `disable`, whether it was disabled before or not. */
    async shutOut(accountId: number): Promise<void> {
      await changeAndSignOut(sql, hub, accountId, (tx) => disableAccount(tx, accountId));
    },

    /** @throws AppError `not_found` */
    async enable(accountId: number): Promise<void> {
      if (!(await enableAccount(sql, accountId))) throw new AppError('not_found');
    },
  };
}

/** The networks belong to the owner of the old password, who need not be the owner of the account. */
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
    return endSessionsIn(tx, accountId, null);
  });
  hub.publish(ACCOUNTS_STREAM, events);
}
