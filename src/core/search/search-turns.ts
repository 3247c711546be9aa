/** Bounds the searches that a node does at a time, and the time of each. */
import { AppError } from '../../errors.ts';
import { type Db, isOutage, type Sql } from '../../store/database.ts';
import { type Found, type FoundText, withIndexTimeout } from '../../store/search.ts';
import type { Actor } from '../model.ts';
import { createWorkQueue } from '../sessions/work-queue.ts';

/** Searches at once on this node, and how long others wait, in ms. */
const LIMITS = { atOnce: 4, queue: 100, patience: 5_000 };
/** Searches of one account at once on this node, waiting ones included: so nobody takes all places. */
const OWN_AT_ONCE = 2;

export type SearchTurns = {
  /** @throws AppError `overloaded` | `rate_limited`: the account has two searches under way */
  inTurn<T>(actor: Actor, task: () => Promise<T>): Promise<T>;
  /** Looks among the newest, then by the index if these were not enough. @throws AppError as `inTurn` */
  find(
    actor: Actor,
    limit: number,
    amongNewest: (db: Db, limit: number) => Promise<Found>,
    byIndex: (db: Db, limit: number) => Promise<FoundText[]>,
  ): Promise<readonly FoundText[]>;
};

export function createSearchTurns(sql: Sql): SearchTurns {
  const queue = createWorkQueue(LIMITS);
  const underWay = new Map<number, number>();

  async function inTurn<T>({ id }: Actor, task: () => Promise<T>): Promise<T> {
    const own = underWay.get(id) ?? 0;
    if (own >= OWN_AT_ONCE) throw new AppError('rate_limited', { retryAfter: 1 });
    underWay.set(id, own + 1);
    try {
      return await queue.run(own, task);
    } finally {
      const left = (underWay.get(id) ?? 1) - 1;
      if (left > 0) underWay.set(id, left);
      else underWay.delete(id);
    }
  }

  return {
    inTurn,

    find: (actor, limit, amongNewest, byIndex): Promise<readonly FoundText[]> =>
      inTurn(actor, async () => {
        const newest = await amongNewest(sql, limit);
        if (newest.isAll || newest.items.length === limit) return newest.items;
        return withIndexTimeout(sql, (tx) => byIndex(tx, limit)).catch((error: unknown) => {
          throw isOutage(error) ? new AppError('overloaded', { cause: error }) : error;
        });
      }),
  };
}
