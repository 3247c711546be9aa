/**
 * The presence entries of this node: which accounts have sockets in the lobby, at which entrance, and their rows in the
 * database. It writes the current state rather than each step, so a write that failed, or that another node deleted because
 * this node's lease expired, is repeated later.
 */

import { gathering } from '../../hub/gathering.ts';
import { isForeignKeyViolation, type Sql, toKnownError } from '../../store/database.ts';
import { deleteEntries, findUsernames, insertEntries, listEntries, lockPresence } from '../../store/presence.ts';
import { append } from '../events/append.ts';
import { type Event, type KoineHub, PRESENCE_STREAM } from '../events/events.ts';
import { changesOf, type EntranceState } from './entry-changes.ts';
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

/** One socket in the lobby. `onDisplaced`: given where the entrance is exclusive; called when another entry displaces this one. */
export type PresenceEntry = { readonly entrance: string; readonly onDisplaced?: () => void };

/** `head`: the presence stream's head at the write. `joined`: the event, if the account was offline before. */
export type Written = { readonly head: number; readonly joined: Event | null };

type LocalEntrance = Pick<EntranceState, 'accountId' | 'name' | 'exclusive'> & {
  entries: readonly Held[];
  /** The stream's head when the row was written; null while the row may be out of date. */
  head: number | null;
  waiting: readonly { resolve: (written: Written) => void; reject: (error: unknown) => void }[];
};

/** `head`: the stream's head at its write, null until then. (Kept for exclusive entrances; others use the entrance's.) */
type Held = { readonly entry: PresenceEntry; head: number | null };

const NONE: readonly never[] = [];

/** Entrances in one transaction. Bounds how long the stream is locked. */
const MAX_BATCH = 2_000;
/** How long changes gather after others, in ms. */
const GATHER = 50;
/** Pause after a failed write, in ms. */
const RETRY = 500;

export function createPresenceEntries(sql: Sql, hub: KoineHub, node: string): PresenceEntries {
  const leases = createLeases(sql, hub, node, rewriteAll);
  const entrances = new Map<string, LocalEntrance>();
  /** Entrances whose rows may be out of date. */
  const dirty = new Set<LocalEntrance>();
  const schedule = gathering(GATHER);
  let running: Promise<void> | null = null;
  let closed = false;

  function markDirty(entrance: LocalEntrance): void {
    entrance.head = null;
    dirty.add(entrance);
    start();
  }

  function start(): void {
    if (dirty.size > 0 && !closed) running ??= run();
  }

  /** The database has lost all entries of this node. */
  function rewriteAll(): void {
    for (const entrance of entrances.values()) markDirty(entrance);
  }

  /** After a pause it starts at the end of the tick, so that one batch has everything that came in with it. */
  async function run(): Promise<void> {
    await new Promise<void>(schedule);
    let done = true;
    while (done && dirty.size > 0) done = await writeSome();
    running = null;
    if (!done) setTimeout(start, RETRY).unref();
  }

  /** @returns false if the write failed and has to be retried later */
  async function writeSome(): Promise<boolean> {
    const batch = [...dirty].slice(0, MAX_BATCH);
    for (const entrance of batch) dirty.delete(entrance);
    const waiting = batch.map(takeWaiting);
    const entries = batch.map((entrance) => (entrance.exclusive ? entrance.entries : NONE));
    try {
      await leases.hold();
      const states = batch.map(stateOf);
      const { events, head, displaced } = await write(states);
      for (const [index, entrance] of batch.entries()) {
        for (const held of entries[index] ?? []) held.head = head;
        if (!dirty.has(entrance)) entrance.head = head;
      }
      if (events.length > 0) hub.publish(PRESENCE_STREAM, events);
      for (const state of displaced)
        for (const { entry } of entries[states.indexOf(state)] ?? []) entry.onDisplaced?.();
      resolveWaiting(batch, waiting, head, events);
      for (const entrance of batch) forgetIfEmpty(entrance);
      return true;
    } catch (error) {
      for (const entrance of batch) dirty.add(entrance);
      // The lease expired, so another node has deleted this one's rows.
      const unknown = isForeignKeyViolation(error);
      if (unknown) leases.lost();
      for (const [index, entrance] of batch.entries()) {
        if (unknown) entrance.waiting = [...(waiting[index] ?? []), ...entrance.waiting];
        else for (const { reject } of waiting[index] ?? []) reject(toKnownError(error));
      }
      return unknown;
    }
  }

  async function write(states: readonly EntranceState[]) {
    return sql.begin(async (tx) => {
      const { head, at } = await lockPresence(tx, PRESENCE_STREAM);
      const accountIds = [...new Set(states.map((state) => state.accountId))];
      const rows = await listEntries(tx, accountIds);
      const usernames = await findUsernames(tx, accountIds);
      const { removed, added, displaced, facts } = changesOf(rows, states, node, { at, usernames });
      if (removed.length > 0) await deleteEntries(tx, removed);
      if (added.length > 0) await insertEntries(tx, node, added);
      const events = await append(tx, PRESENCE_STREAM, facts);
      return { events, displaced, head: head + facts.length };
    });
  }

  /** If a batch has several entries of one account, the first one is the arrival. */
  function resolveWaiting(
    batch: readonly LocalEntrance[],
    waiting: readonly LocalEntrance['waiting'][],
    head: number,
    events: readonly Event[],
  ): void {
    const joined = new Map(
      events.flatMap((event) => (event.kind === 'member.joined' ? [[event.data.accountId, event] as const] : [])),
    );
    for (const [index, { accountId }] of batch.entries())
      for (const { resolve } of waiting[index] ?? []) {
        resolve({ head, joined: joined.get(accountId) ?? null });
        joined.delete(accountId);
      }
  }

  function forgetIfEmpty(entrance: LocalEntrance): void {
    const key = keyOf(entrance.accountId, entrance.name);
    if (entrance.entries.length === 0 && !dirty.has(entrance) && entrances.get(key) === entrance) entrances.delete(key);
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
        markDirty(entrance);
      });
    },

    leave: (account, entry): void => {
      const entrance = entrances.get(keyOf(account.id, entry.entrance));
      if (!entrance?.entries.some((held) => held.entry === entry)) return;
      entrance.entries = entrance.entries.filter((held) => held.entry !== entry);
      if (entrance.entries.length === 0) markDirty(entrance);
    },

    isIn: async (accountId, entrance): Promise<boolean> =>
      (entrances.get(keyOf(accountId, entrance))?.entries.length ?? 0) > 0 ||
      (await leases.isElsewhere(accountId, entrance)),

    expireNodes: leases.expireNodes,

    yieldEntry: (accountId, entrance, seq): void => {
      for (const { entry, head } of entrances.get(keyOf(accountId, entrance))?.entries ?? NONE)
        if (head !== null && head < seq) entry.onDisplaced?.();
    },

    flush: async (): Promise<void> => {
      await running;
    },

    close: async (): Promise<void> => {
      closed = true;
      await running;
      await leases.end().catch(() => {});
    },
  };
}

function stateOf({ entries, ...entrance }: LocalEntrance): EntranceState {
  const isNew = entrance.exclusive && entries.some(({ head }) => head === null);
  return { ...entrance, isOpen: entries.length > 0, isNew };
}

function takeWaiting(entrance: LocalEntrance): LocalEntrance['waiting'] {
  const { waiting } = entrance;
  entrance.waiting = NONE;
  return waiting;
}

function keyOf(accountId: number, entrance: string): string {
  return `${accountId} ${entrance}`;
}
