/**
 * The storage quota of accounts, as far as messages go: they are counted in memory and added to the counters about once a
 * second, so that sending costs one look-up. An account is beyond its quota by what it sends in that second at most. A crash
 * loses the counts of the last second, and an answer that is lost may have them counted twice. Pictures, posts and comments
 * are counted and refused by the database (migration 0018).
 */
import { AppError } from '../../errors.ts';
import type { Sql } from '../../store/database.ts';
import { addStoredBytes, textBytes } from '../../store/stored-bytes.ts';

export type Storage = ReturnType<typeof createStorage>;

/** How long counts gather, in ms. */
const DELAY = 1_000;
/** Accounts that are remembered as full. One that is forgotten is found again a second after its next message. */
const MAX_FULL = 100_000;

/** `quota`: bytes of an account. */
export function createStorage(sql: Sql, quota: number) {
  let waiting = new Map<number, number>();
  const full = new Set<number>();
  let timer: NodeJS.Timeout | null = null;
  let running: Promise<void> | null = null;

  function add(accountId: number, bytes: number): void {
    waiting.set(accountId, (waiting.get(accountId) ?? 0) + bytes);
    schedule();
  }

  function schedule(): void {
    timer ??= setTimeout(() => void store().catch(() => {}), DELAY).unref();
  }

  /** One run at a time. What cannot be added stays, for the next one. */
  function store(): Promise<void> {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    running ??= storeAll().finally(() => {
      running = null;
      if (waiting.size > 0) schedule();
    });
    return running;
  }

  async function storeAll(): Promise<void> {
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
    /** @throws AppError `quota_exceeded`; whether it still is will be looked at within a second */
    requireRoom: ({ id }: { id: number }): void => {
      if (!full.has(id)) return;
      add(id, 0);
      throw new AppError('quota_exceeded');
    },
    /** A message that was stored. */
    addMessage: ({ id }: { id: number }, body: string): void => add(id, textBytes(body)),
    /** Resolves when what was added so far is counted, or could not be. */
    flush: async (): Promise<void> => {
      try {
        await running;
        if (waiting.size > 0) await store();
      } catch {
        // The database is away.
      }
    },
  };
}
