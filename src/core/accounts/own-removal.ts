/** Accounts that their owners delete: they are signed out at once, and after a time of grace all that they wrote is deleted. */
import { takeLeaving } from '../../store/accounts.ts';
import type { Blobs } from '../../store/blobs.ts';
import type { Sql } from '../../store/database.ts';
import type { Changes } from '../events/changes.ts';
import type { Actor } from '../model.ts';
import type { AccountAccess } from './account-access.ts';
import { createAccountRemoval } from './account-removal.ts';

export type OwnRemoval = {
  /**
   * Deletes the actor's account and everything that it wrote, after the time of grace; signing in before keeps it. Its sessions end
   * before this returns. `address`: the client's; attempts count like sign-ins.
   * @returns when it is deleted
   * @throws AppError `bad_credentials`: not the password | `last_owner` | `rate_limited` | `overloaded`
   */
  removeOwn(actor: Actor, password: string, address: string): Promise<Date>;
  /** Deletes an account without a time of grace: a bot. It is signed out before this returns. */
  removeAtOnce(accountId: number): Promise<void>;
  /** Begins with deletions that are due, and goes on with those that were interrupted. */
  resumeAll(): Promise<void>;
  /** Deletions that are under way end, and are resumed by the next start. */
  stop(): Promise<void>;
};

/** Accounts in one round. */
const AT_ONCE = 100;

type Parts = {
  readonly changes: Changes;
  readonly access: Pick<AccountAccess, 'requirePassword' | 'leave' | 'shutOut'>;
  readonly blobs: Pick<Blobs, 'remove'>;
  /** Seconds. */
  readonly grace: number;
};

export function createOwnRemoval(sql: Sql, { changes, access, blobs, grace }: Parts): OwnRemoval {
  const removal = createAccountRemoval(sql, { changes, access, blobs });
  const stopping = new AbortController();
  const underWay = new Map<number, Promise<unknown>>();

  function begin(accountId: number): Promise<unknown> {
    const known = underWay.get(accountId);
    if (known !== undefined) return known;
    const removing = removal
      .remove(accountId, { signal: stopping.signal, onProgress: () => {} })
      // The next round goes on where it ended.
      .catch(() => false)
      .finally(() => underWay.delete(accountId));
    underWay.set(accountId, removing);
    return removing;
  }

  return {
    removeOwn: async (actor, password, address): Promise<Date> => {
      await access.requirePassword(actor, password, address);
      const at = await access.leave(actor.id, grace);
      if (grace === 0) void begin(actor.id);
      return at;
    },

    removeAtOnce: async (accountId): Promise<void> => {
      await access.leave(accountId, 0);
      void begin(accountId);
    },

    resumeAll: async (): Promise<void> => {
      for (const id of await takeLeaving(sql, AT_ONCE)) await begin(id);
    },

    stop: async (): Promise<void> => {
      stopping.abort();
      await Promise.all(underWay.values());
    },
  };
}
