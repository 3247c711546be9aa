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
import { deleteProofsOf } from '../../store/mail-proofs.ts';
import { checkPassword, comparisonKey } from '../account-rules.ts';
import { requireAnotherOwner } from '../community/owners.ts';
import { createChanges } from '../events/changes.ts';
import { ACCOUNTS_STREAM, type KoineHub } from '../events/events.ts';
import type { Notices } from '../mail/notices.ts';
import type { Actor } from '../model.ts';
import type { Passwords } from '../sessions/passwords.ts';
import { endSessionsIn } from '../sessions/session-endings.ts';
import type { SignInGuard } from '../sessions/sign-in-guard.ts';

/** The best rank: an authenticated actor does not wait behind guesses. */
const FIRST = 0;

export type AccountAccess = OperatorAccess & {
  /** `address`: the client's; attempts count like sign-ins. @throws AppError `bad_credentials` | `rate_limited` | `overloaded` */
  requirePassword(actor: Actor, password: string, address: string): Promise<void>;
  /**
   * `address`: the client's; attempts count like sign-ins.
   * @throws AppError `bad_credentials`: not the current password | `invalid` | `rate_limited` | `overloaded`
   */
  changePassword(actor: Actor, passwordsGiven: { current: string; next: string }, address: string): Promise<void>;
  /**
   * Signs the account out everywhere. It is deleted `grace` seconds later, unless its owner signs in before.
   * @returns when @throws AppError `last_owner`
   */
  leave(accountId: number, grace: number): Promise<Date>;
};
export type OperatorAccess = {
  /** @throws AppError `invalid` | `overloaded` */
  resetPassword(accountId: number, next: string): Promise<void>;
  /** @throws AppError `not_found` | `last_owner` */
  disable(accountId: number): Promise<void>;
  /** As `disable`, but idempotent. @throws AppError `last_owner` */
  shutOut(accountId: number): Promise<void>;
  /** @throws AppError `not_found` */
  enable(accountId: number): Promise<void>;
};

export type AccountAccessOptions = {
  readonly passwords: Passwords;
  readonly guard: SignInGuard;
  readonly notices: Notices;
};
type Publisher = Pick<KoineHub, 'publish'>;

export function createAccountAccess(
  sql: Sql,
  hub: Publisher,
  { passwords, guard, notices }: AccountAccessOptions,
): AccountAccess {
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

    async changePassword(actor, passwordsGiven, address): Promise<void> {
      checkPassword(passwordsGiven.next);
      await requirePassword(actor, passwordsGiven.current, address);
      if (passwordsGiven.next === passwordsGiven.current)
        throw invalid('password', 'format', 'password must be another one than before');
      const hash = await passwords.hash(passwordsGiven.next, FIRST);
      await changeAndSignOut(sql, hub, async (tx) => {
        await setPassword(tx, actor.id, hash);
        await notices.tell(tx, actor.id, { kind: 'password-changed', facts: {} });
        return actor.id;
      });
    },

    leave: async (accountId, grace): Promise<Date> => {
      let leavingAt = new Date();
      await changeAndSignOut(sql, hub, async (tx) => {
        await requireAnotherOwner(tx, accountId);
        leavingAt = await markLeaving(tx, accountId, grace);
        const until = leavingAt.toISOString().slice(0, 10);
        if (grace > 0) await notices.tell(tx, accountId, { kind: 'leaving', facts: { until } });
        return accountId;
      });
      return leavingAt;
    },
  };
}

/** Operator commands of the command line, which have no actor. */
export function createOperatorAccess(sql: Sql, hub: Publisher, passwords: Passwords): OperatorAccess {
  return {
    async resetPassword(accountId, next): Promise<void> {
      checkPassword(next);
      const hash = await passwords.hash(next, FIRST);
      await changeAndSignOut(sql, hub, async (tx) => {
        await setPassword(tx, accountId, hash);
        return accountId;
      });
    },

    async disable(accountId): Promise<void> {
      await changeAndSignOut(sql, hub, async (tx) => {
        await requireAnotherOwner(tx, accountId);
        if (!(await disableAccount(tx, accountId))) throw new AppError('not_found');
        return accountId;
      });
    },

    async shutOut(accountId): Promise<void> {
      await changeAndSignOut(sql, hub, async (tx) => {
        await requireAnotherOwner(tx, accountId);
        await disableAccount(tx, accountId);
        return accountId;
      });
    },

    async enable(accountId): Promise<void> {
      if (!(await enableAccount(sql, accountId))) throw new AppError('not_found');
    },
  };
}

/** Forgets the known networks and the links in letters: somebody else may have known the old password. */
export async function setPassword(tx: Db, accountId: number, hash: string): Promise<void> {
  await updatePasswordHash(tx, accountId, hash);
  await deleteNetworksOf(tx, accountId);
  await deleteProofsOf(tx, accountId);
}

/** Ends all sessions of an account in the transaction of a change, which returns its id. */
export async function changeAndSignOut(sql: Sql, hub: Publisher, change: (tx: Db) => Promise<number>): Promise<void> {
  await createChanges(sql, hub).run([ACCOUNTS_STREAM], async (tx) => {
    return { result: undefined, facts: await endSessionsIn(tx, await change(tx)) };
  });
}
