/**
 * Writes the entrances of this node to the database. It writes the current state rather than each step, so a write that failed, or that
 * another node deleted because this node's lease expired, is repeated later.
 */
import { gathering } from '../../hub/gathering.ts';
import { isForeignKeyViolation, type Sql, toKnownError } from '../../store/database.ts';
import { deleteEntries, findUsernames, insertEntries, listEntries, lockPresence } from '../../store/presence.ts';
import { append } from '../events/append.ts';
import { type Event, type KoineHub, PRESENCE_STREAM } from '../events/events.ts';
import { changesOf, type EntranceState } from './entry-changes.ts';
import type { Leases } from './leases.ts';

/** One socket in the lobby. `onDisplaced`: given where the entrance is exclusive; called when another entry displaces this one. */
export type PresenceEntry = { readonly entrance: string; readonly onDisplaced?: () => void };

/** `head`: the presence stream's head at the write. `joined`: the event, if the account was offline before. */
export type Written = { readonly head: number; readonly joined: Event | null };

export type LocalEntrance = Pick<EntranceState, 'accountId' | 'name' | 'exclusive'> & {
  entries: readonly Held[];
  /** The stream's head when the row was written; null while the row may be out of date. */
  head: number | null;
  waiting: readonly { resolve: (written: Written) => void; reject: (error: unknown) => void }[];
};

/** `head`: the stream's head at its write, null until then. (Kept for exclusive entrances; others use the entrance's.) */
type Held = { readonly entry: PresenceEntry; head: number | null };

export type EntranceWriter = {
  /** The row of the entrance is out of date. */
  schedule(entrance: LocalEntrance): void;
  /** Resolves when all changes so far are written, or have failed. */
  flush(): Promise<void>;
  /** As `flush`; nothing is written afterwards. */
  close(): Promise<void>;
};

type Parts = {
  readonly node: string;
  readonly leases: Pick<Leases, 'hold' | 'lost'>;
  /** Called when the row of an entrance is up to date. */
  readonly onWritten: (entrance: LocalEntrance) => void;
};

export const NONE: readonly never[] = [];

/** Entrances in one transaction. Bounds how long the stream is locked. */
const MAX_BATCH = 2_000;
/** How long changes gather after others, in ms. */
const GATHER = 50;
/** Pause after a failed write, in ms. */
const RETRY = 500;

export function createEntranceWriter(sql: Sql, hub: KoineHub, { node, leases, onWritten }: Parts): EntranceWriter {
  /** Entrances whose rows may be out of date. */
  const dirty = new Set<LocalEntrance>();
  const gather = gathering(GATHER);
  let running: Promise<void> | null = null;
  let closed = false;

  function schedule(entrance: LocalEntrance): void {
    entrance.head = null;
    dirty.add(entrance);
    start();
  }

  function start(): void {
    if (dirty.size > 0 && !closed) running ??= run();
  }

  /** After a pause it starts at the end of the tick, so that one batch has everything that came in with it. */
  async function run(): Promise<void> {
    await new Promise<void>(gather);
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
      const { events, head, displaced } = await writeStates(sql, node, states);
      for (const [index, entrance] of batch.entries()) {
        for (const held of entries[index] ?? []) held.head = head;
        if (!dirty.has(entrance)) entrance.head = head;
      }
      if (events.length > 0) hub.publish(PRESENCE_STREAM, events);
      for (const state of displaced)
        for (const { entry } of entries[states.indexOf(state)] ?? []) entry.onDisplaced?.();
      resolveWaiting(batch, waiting, head, events);
      for (const entrance of batch) if (!dirty.has(entrance)) onWritten(entrance);
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

  async function flush(): Promise<void> {
    await running;
  }

  return {
    schedule,
    flush,
    close: (): Promise<void> => {
      closed = true;
      return flush();
    },
  };
}

async function writeStates(sql: Sql, node: string, states: readonly EntranceState[]) {
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

function stateOf({ entries, ...entrance }: LocalEntrance): EntranceState {
  const isNew = entrance.exclusive && entries.some(({ head }) => head === null);
  return { ...entrance, isOpen: entries.length > 0, isNew };
}

function takeWaiting(entrance: LocalEntrance): LocalEntrance['waiting'] {
  const { waiting } = entrance;
  entrance.waiting = NONE;
  return waiting;
}
