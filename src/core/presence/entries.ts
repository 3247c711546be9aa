/**
 * The presence entries of this node: which accounts have sockets in the lobby, at which entrance, and their rows in the
 * database.
 */
import type { Sql } from '../../store/database.ts';
import type { KoineHub } from '../events/events.ts';
import { createEntranceWriter, type LocalEntrance, NONE, type PresenceEntry, type Written } from './entrance-writer.ts';
import { createLeases } from './leases.ts';

export type PresenceEntries = {
  /**
   * The account is online from now on, until `leave`.
   * @returns once the entry is written
   * @throws AppError `unavailable`: it could not be written yet
   */
  enter(account: { id: number }, entry: PresenceEntry): Promise<Written>;
  leave(account: { id: number }, entry: PresenceEntry): void;
  /** Whether the account has an entry at that entrance, here or on another node. */
  isIn(accountId: number, entrance: string): Promise<boolean>;
  /** Ends nodes that are known to be dead, and their entries. */
  expireNodes(others: readonly string[]): Promise<void>;
  /** Another node has an exclusive entry with this seq: displaces the entries written here before it. */
  yieldEntry(accountId: number, entrance: string, seq: number): void;
  /** Resolves when all changes so far are written, or have failed. */
  flush(): Promise<void>;
  /** Called when all sockets are gone. Other nodes remove what is left here once the lease has expired. */
  close(): Promise<void>;
};

export function createPresenceEntries(sql: Sql, hub: KoineHub, node: string): PresenceEntries {
  const entrances = new Map<string, LocalEntrance>();
  const leases = createLeases(sql, hub, node, rewriteAll);
  const writer = createEntranceWriter(sql, hub, { node, leases, onWritten: forgetIfEmpty });

  /** The database has lost all entries of this node. */
  function rewriteAll(): void {
    for (const entrance of entrances.values()) writer.schedule(entrance);
  }

  function forgetIfEmpty(entrance: LocalEntrance): void {
    const key = keyOf(entrance.accountId, entrance.name);
    if (entrance.entries.length === 0 && entrances.get(key) === entrance) entrances.delete(key);
  }

  function entranceOf(
    { id: accountId }: { id: number },
    { entrance: name, onDisplaced }: PresenceEntry,
  ): LocalEntrance {
    const key = keyOf(accountId, name);
    const entrance = entrances.get(key) ?? {
      accountId,
      name,
      exclusive: onDisplaced !== undefined,
      entries: NONE,
      head: null,
      waiting: NONE,
    };
    entrances.set(key, entrance);
    return entrance;
  }

  return {
    enter: (account, entry): Promise<Written> => {
      const entrance = entranceOf(account, entry);
      if (entrance.exclusive) for (const { entry: other } of entrance.entries) other.onDisplaced?.();
      entrance.entries = entrance.entries.concat({ entry, head: null });
      // Only the first entry of an account at an entrance changes a row.
      if (!entrance.exclusive && entrance.head !== null) return Promise.resolve({ head: entrance.head, joined: null });
      return new Promise((resolve, reject) => {
        entrance.waiting = entrance.waiting.concat({ resolve, reject });
        writer.schedule(entrance);
      });
    },

    leave: (account, entry): void => {
      const entrance = entrances.get(keyOf(account.id, entry.entrance));
      if (!entrance?.entries.some((held) => held.entry === entry)) return;
      entrance.entries = entrance.entries.filter((held) => held.entry !== entry);
      if (entrance.entries.length === 0) writer.schedule(entrance);
    },

    isIn: async (accountId, entrance): Promise<boolean> =>
      (entrances.get(keyOf(accountId, entrance))?.entries.length ?? 0) > 0 ||
      (await leases.isElsewhere(accountId, entrance)),

    expireNodes: leases.expireNodes,

    yieldEntry: (accountId, entrance, seq): void => {
      for (const { entry, head } of entrances.get(keyOf(accountId, entrance))?.entries ?? NONE)
        if (head !== null && head < seq) entry.onDisplaced?.();
    },

    flush: writer.flush,

    close: async (): Promise<void> => {
      await writer.close();
      await leases.end().catch(() => {});
    },
  };
}

function keyOf(accountId: number, entrance: string): string {
  return `${accountId} ${entrance}`;
}
