/**
 * The lease of this node in the database, and the expiry of other nodes' leases: the first node that finds an expired lease
 * removes that node's entries from the lobby, once. Only the database's clock counts; node clocks are never compared.
 */
import { type Db, isOutage, type Sql } from '../../store/database.ts';
import {
  deleteEntriesOfNodes,
  deleteNodes,
  isElsewhere,
  listEntries,
  lockExpiredNodes,
  lockNodes,
  lockPresence,
  renewLease,
} from '../../store/presence.ts';
import { append } from '../events/append.ts';
import { type Event, type KoineHub, PRESENCE_STREAM } from '../events/events.ts';

export type Leases = {
  /** Registers the node, and renews its lease from then on. */
  hold(): Promise<void>;
  /** The node's row is gone: the next `hold` registers it again. */
  lost(): void;
  /** Expires nodes that are known to be dead, whatever their leases say. */
  expireNodes(others: readonly string[]): Promise<void>;
  /** Whether the account has an entry at that entrance on another node whose lease is not in doubt. */
  isElsewhere(accountId: number, entrance: string): Promise<boolean>;
  /** Deletes the node's row. Its presence entries must be gone by now. */
  end(): Promise<void>;
};

/** Seconds that a lease lasts without renewal. */
const LEASE = 6;
/** Ms between two renewals. */
const RENEWAL = 1_500;
/** A lease with fewer seconds left is in doubt: two renewals are overdue. */
const DOUBT = 2.5;

/** `onForgotten`: called when the node's row was gone, and its presence entries with it. */
export function createLeases(sql: Sql, hub: KoineHub, node: string, onForgotten: () => void): Leases {
  let timer: NodeJS.Timeout | null = null;
  /** Whether the database has the node's row, as far as this node knows, and whether it ever had. */
  let registered = false;
  let everRegistered = false;
  let renewing = false;
  /** The database's time at the last renewal, and at the first renewal since the last interruption. */
  let last = Number.NaN;
  let steadySince = Number.NaN;

  async function renew(): Promise<void> {
    const { forgotten, at, expired } = await renewLease(sql, node, LEASE);
    if (forgotten && everRegistered) onForgotten();
    registered = everRegistered = true;
    // After an interruption (outage, suspended machine, changed clock) other nodes get one lease to renew theirs.
    if (!(at >= last && at - last < LEASE * 500)) steadySince = at;
    last = at;
    if (expired.length > 0 && at - steadySince > LEASE * 1_000)
      await expireOthers((tx) => lockExpiredNodes(tx, expired, LEASE));
  }

  async function expireOthers(lockDead: LockDead): Promise<void> {
    const events = await expireLocked(sql, lockDead);
    if (events.length > 0) hub.publish(PRESENCE_STREAM, events);
  }

  async function beat(): Promise<void> {
    if (renewing) return;
    renewing = true;
    try {
      await renew();
    } catch (error) {
      // An outage or a conflict: the next renewal follows soon.
      if (isOutage(error)) steadySince = Number.NaN;
    } finally {
      renewing = false;
    }
  }

  return {
    hold: async (): Promise<void> => {
      if (!registered) await renew();
      timer ??= setInterval(() => void beat(), RENEWAL).unref();
    },
    lost: (): void => {
      registered = false;
    },
    expireNodes: (others): Promise<void> => expireOthers((tx) => lockNodes(tx, others)),
    isElsewhere: (accountId, entrance): Promise<boolean> =>
      isElsewhere(sql, { accountId, via: entrance, node, leaseLeft: DOUBT, lease: LEASE }),
    end: async (): Promise<void> => {
      if (timer !== null) clearInterval(timer);
      if (registered) await deleteNodes(sql, [node]);
    },
  };
}

/** Locks the rows of dead nodes. @returns their ids */
type LockDead = (tx: Db) => Promise<string[]>;

/** Removes the entries of dead nodes. The row locks make it idempotent: a second node finds the row deleted. */
function expireLocked(sql: Sql, lockDead: LockDead): Promise<Event[]> {
  return sql.begin(async (tx): Promise<Event[]> => {
    const { at } = await lockPresence(tx, PRESENCE_STREAM);
    const dead = await lockDead(tx);
    const gone = new Map((await deleteEntriesOfNodes(tx, dead)).map((row) => [row.account_id, row.username]));
    for (const { account_id } of await listEntries(tx, [...gone.keys()])) gone.delete(account_id);
    await deleteNodes(tx, dead);
    const facts = [...gone].map(
      ([accountId, username]) => ({ kind: 'member.left', data: { accountId, username, at } }) as const,
    );
    return append(tx, PRESENCE_STREAM, facts);
  });
}

/** Expires every node. For the only user of a database, before its first node starts. */
export async function expireAllNodes(sql: Sql): Promise<void> {
  await expireLocked(sql, (tx) => lockNodes(tx, null));
}
