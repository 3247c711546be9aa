/**
 * That this node is alive, as the database knows it, and the end of those that are not: whoever first sees that a node's
 * time is up takes its people out of the lobby, once. All by the database's clock; ours are not compared.
 */
import { type Db, isOutage, type Sql } from '../../store/database.ts';
import {
  deleteNodes,
  deletePlacesOfNodes,
  isElsewhere,
  listPlaces,
  lockExpiredNodes,
  lockNodes,
  lockPresence,
  renewLease,
} from '../../store/presence.ts';
import { append } from '../events/append.ts';
import { type Event, type KoineHub, PRESENCE_STREAM } from '../events/events.ts';

export type Leases = ReturnType<typeof createLeases>;

/** Seconds that a node counts as alive without a sign of it. */
const LEASE = 6;
/** Ms between two signs of life. */
const RENEWAL = 1_500;
/** Seconds that a lease has left when it is in doubt: two renewals are overdue. */
const DOUBT = 2.5;

/** `onForgotten`: called when the database no longer knew the node: nobody of it is there any more. */
export function createLeases(sql: Sql, hub: KoineHub, node: string, onForgotten: () => void) {
  let timer: NodeJS.Timeout | null = null;
  /** Whether the database knows the node now, as far as we know, and whether it ever did. */
  let registered = false;
  let everRegistered = false;
  let renewing = false;
  /** The database's time at the last renewal, and at the first of those that came without a break. */
  let last = Number.NaN;
  let steadySince = Number.NaN;

  async function renew(): Promise<void> {
    const { forgotten, at, expired } = await renewLease(sql, node, LEASE);
    if (forgotten && everRegistered) onForgotten();
    registered = everRegistered = true;
    // After a break (an outage, a suspended machine, a clock that was set) the others are given the time of a lease too.
    if (!(at >= last && at - last < LEASE * 500)) steadySince = at;
    last = at;
    if (expired.length > 0 && at - steadySince > LEASE * 1_000)
      await endOthers((tx) => lockExpiredNodes(tx, expired, LEASE));
  }

  async function endOthers(lockDead: LockDead): Promise<void> {
    const events = await endNodes(sql, lockDead);
    if (events.length > 0) hub.publish(PRESENCE_STREAM, events);
  }

  async function beat(): Promise<void> {
    if (renewing) return;
    renewing = true;
    try {
      await renew();
    } catch (error) {
      // Away, or in somebody's way: the next one comes soon.
      if (isOutage(error)) steadySince = Number.NaN;
    } finally {
      renewing = false;
    }
  }

  return {
    /** Makes sure that the database knows the node, and from then on, that it knows it to be alive. */
    hold: async (): Promise<void> => {
      if (!registered) await renew();
      timer ??= setInterval(() => void beat(), RENEWAL).unref();
    },
    /** The database does not know the node. */
    lost: (): void => {
      registered = false;
    },
    /** Other nodes are dead, whatever their leases say. */
    endNodes: (others: readonly string[]): Promise<void> => endOthers((tx) => lockNodes(tx, others)),
    /** Whether the account is at that door of another node, and that node's lease is not in doubt. */
    isElsewhere: (accountId: number, via: string): Promise<boolean> =>
      isElsewhere(sql, { accountId, via, node, leaseLeft: DOUBT, lease: LEASE }),
    /** What it had must be gone by now. */
    end: async (): Promise<void> => {
      if (timer !== null) clearInterval(timer);
      if (registered) await deleteNodes(sql, [node]);
    },
  };
}

/** Locks the rows of nodes that are dead, and says which these are. */
type LockDead = (tx: Db) => Promise<string[]>;

/** Takes the people of dead nodes out of the lobby. Whoever comes later with the same node finds it gone. */
function endNodes(sql: Sql, lockDead: LockDead): Promise<Event[]> {
  return sql.begin(async (tx): Promise<Event[]> => {
    const { at } = await lockPresence(tx, PRESENCE_STREAM);
    const dead = await lockDead(tx);
    const gone = new Map((await deletePlacesOfNodes(tx, dead)).map((row) => [row.account_id, row.username]));
    for (const { account_id } of await listPlaces(tx, [...gone.keys()])) gone.delete(account_id);
    await deleteNodes(tx, dead);
    const facts = [...gone].map(
      ([accountId, username]) => ({ kind: 'member.left', data: { accountId, username, at } }) as const,
    );
    return append(tx, PRESENCE_STREAM, facts);
  });
}

/** For the only user of a database, before its first node starts: every node that the database knows is dead. */
export async function endAllNodes(sql: Sql): Promise<void> {
  await endNodes(sql, (tx) => lockNodes(tx, null));
}
