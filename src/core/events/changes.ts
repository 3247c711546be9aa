/**
 * Changes that concern several streams: a room and the accounts that are affected, say. Everything commits together, and is
 * published afterwards.
 */

import { notFound } from '../../errors.ts';
import type { Db } from '../../store/database.ts';
import { isConflict, isForeignKeyViolation, type Sql, toKnownError } from '../../store/database.ts';
import { findAccountStreams, lockStreams } from '../../store/events.ts';
import { appendToStreams, type StreamFact } from './append.ts';
import type { Event, Fact, KoineHub } from './events.ts';

export type AccountFact = { readonly accountId: number; readonly fact: Fact };

export type Changed<T> = {
  readonly result: T;
  /** Facts for streams that the change has locked. */
  readonly facts?: readonly StreamFact[];
  /**
   * Facts for the own streams of accounts, or what makes them when `facts` have their seqs. Accounts that are gone are skipped.
   */
  readonly personal?: readonly AccountFact[] | (() => Promise<readonly AccountFact[]>);
};

const MAX_ATTEMPTS = 5;

export type Changes = {
  /**
   * Runs `body` in a transaction that holds the locks of the shared streams; its facts are appended at its end, and published
   * after the commit. It is run again if it conflicts with another transaction, or if a row that it refers to was deleted after it
   * was read: then its reads find that out.
   * @throws AppError as `body` | `unauthenticated`, `not_found`: a row that it refers to is gone | `unavailable` | `quota_exceeded`:
   * nothing was changed (or, if the connection broke during the commit, the outcome is unknown)
   */
  run<T>(shared: readonly number[], body: (tx: Db) => Promise<Changed<T>>): Promise<T>;
  /** As `run`, for changes that name another account: an account that is gone is `not_found`. */
  runNaming<T>(shared: readonly number[], body: (tx: Db) => Promise<Changed<T>>): Promise<T>;
};

/**
 * The order of locks is the same everywhere, so that changes never deadlock: first shared streams (rooms, the board) by id,
 * then the own streams of accounts by id.
 */
export function createChanges(sql: Sql, hub: Pick<KoineHub, 'publish'>): Changes {
  async function attempt<T>(shared: readonly number[], body: (tx: Db) => Promise<Changed<T>>): Promise<T> {
    const { result, published } = await sql.begin(async (tx) => {
      await lockStreams(tx, shared);
      const { result, facts = [], personal = [] } = await body(tx);
      const others = await appendToStreams(tx, facts);
      const own = await appendPersonal(tx, typeof personal === 'function' ? await personal() : personal);
      return { result, published: [...others, ...own] };
    });
    for (const [streamId, events] of published) hub.publish(streamId, events);
    return result;
  }

  /** Throws what the database does. */
  async function retrying<T>(shared: readonly number[], body: (tx: Db) => Promise<Changed<T>>): Promise<T> {
    for (let attempts = 1; ; attempts += 1)
      try {
        return await attempt(shared, body);
      } catch (error) {
        if (!(isConflict(error) || isForeignKeyViolation(error)) || attempts === MAX_ATTEMPTS) throw error;
      }
  }

  return {
    run: async <T>(shared: readonly number[], body: (tx: Db) => Promise<Changed<T>>): Promise<T> => {
      try {
        return await retrying(shared, body);
      } catch (error) {
        throw toKnownError(error);
      }
    },

    runNaming: async <T>(shared: readonly number[], body: (tx: Db) => Promise<Changed<T>>): Promise<T> => {
      try {
        return await retrying(shared, body);
      } catch (error) {
        throw isForeignKeyViolation(error) ? notFound('account') : toKnownError(error);
      }
    },
  };
}

/** Events that are published after the commit, by stream. */
export type Published = ReadonlyMap<number, readonly Event[]>;

/**
 * Appends facts to the own streams of accounts, in a transaction that locks no shared streams afterwards. Accounts that are gone
 * are skipped.
 */
export async function appendPersonal(tx: Db, facts: readonly AccountFact[]): Promise<Published> {
  if (facts.length === 0) return new Map();
  const streams = await findAccountStreams(tx, [...new Set(facts.map(({ accountId }) => accountId))]);
  const known = facts.flatMap(({ accountId, fact }) => {
    const streamId = streams.get(accountId);
    return streamId === undefined ? [] : [{ streamId, fact }];
  });
  return appendToStreams(tx, known);
}
