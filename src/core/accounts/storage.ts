/**
 * The storage quota, for messages: bytes are counted in memory and added to the database's counters about once a second, so that
 * sending costs one map lookup. An account exceeds its quota by at most one second of messages. A crash loses the counts of the
 * last second, and a lost answer can count them twice. Pictures, posts and comments are counted and refused by triggers
 * (migration 0018).
 */
import { AppError } from '../../errors.ts';
import type { Sql } from '../../store/database.ts';
import { addStoredBytes, findStoredBytes, textBytes } from '../../store/stored-bytes.ts';
import { createDelayedWrites } from '../delayed-writes.ts';

export type Storage = {
  /** @throws AppError `quota_exceeded`; it is checked again within a second */
  requireRoom(account: { id: number }): void;
  /** Counts a stored message. */
  addMessage(account: { id: number }, body: string): void;
  /** Stored bytes of the account, and its quota in bytes; null: there is none. */
  usage(account: { id: number }): Promise<{ bytes: number; quota: number | null }>;
  flush(): Promise<void>;
};

/** How long counts are gathered before they are stored, in ms. */
const DELAY = 1_000;
/** Accounts remembered as full. A forgotten one is detected again a second after its next message. */
const MAX_FULL = 100_000;

/** `quota`: bytes per account. */
export function createStorage(sql: Sql, quota: number): Storage {
  let waiting = new Map<number, number>();
  const full = new Set<number>();
  const writes = createDelayedWrites({ delay: DELAY, isEmpty: () => waiting.size === 0, write });

  function add(accountId: number, bytes: number): void {
    waiting.set(accountId, (waiting.get(accountId) ?? 0) + bytes);
    writes.schedule();
  }

  /** Counts that cannot be stored are kept for the next run. */
  async function write(): Promise<void> {
    const taken = waiting;
    waiting = new Map();
    try {
      for (const { account_id: id, bytes } of await addStoredBytes(sql, taken)) {
        if (bytes !== null) remember(id, bytes >= quota);
        else add(id, taken.get(id) ?? 0);
      }
    } catch (error) {
      for (const [id, bytes] of taken) add(id, bytes);
      throw error;
    }
  }

  function remember(accountId: number, isFull: boolean): void {
    full.delete(accountId);
    if (!isFull) return;
    if (full.size >= MAX_FULL) full.clear();
    full.add(accountId);
  }

  return {
    requireRoom: ({ id }): void => {
      if (!full.has(id)) return;
      add(id, 0);
      throw new AppError('quota_exceeded');
    },
    addMessage: ({ id }, body): void => add(id, textBytes(body)),
    usage: async ({ id }): Promise<{ bytes: number; quota: number | null }> => ({
      bytes: await findStoredBytes(sql, id),
      quota: Number.isFinite(quota) ? quota : null,
    }),
    flush: writes.flush,
  };
}
