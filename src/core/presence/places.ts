/**
 * The doors at which this node has sockets in the lobby, and their rows in the database. It is the state that is brought
 * there and not each step: what could not be written, or was thought dead and deleted, is written when it can be.
 */

import { isForeignKeyViolation, type Sql, withoutOutage } from '../../store/database.ts';
import { deletePlaces, findUsernames, insertPlaces, listPlaces, lockPresence } from '../../store/presence.ts';
import { append } from '../events/append.ts';
import { type Event, type KoineHub, PRESENCE_STREAM } from '../events/events.ts';
import { createLeases } from './leases.ts';
import { changesOf, type Door } from './place-changes.ts';

export type Places = ReturnType<typeof createPlaces>;

/** `via`: the door. `replaced`: called when it has to make way, where an account has one place at that door. */
export type Place = { readonly via: string; readonly replaced?: () => void };

/** `head`: the presence stream's when it was written. `joined`: the account was not there before. */
export type Written = { readonly head: number; readonly joined: Event | null };

type OpenDoor = Pick<Door, 'accountId' | 'via' | 'alone'> & {
  /** With the head when each was written, null until it is. (Where there is one only: of others it is the door's that counts.) */
  readonly places: Map<Place, number | null>;
  /** The head when its row was written, null while that may not be what it should be. */
  head: number | null;
  waiting: { resolve: (written: Written) => void; reject: (error: unknown) => void }[];
};

/** Doors in one transaction. Bounds how long the stream is held. */
const MAX_BATCH = 2_000;
/** How long nothing is tried after the database could not be asked, in ms. */
const RETRY = 500;

export function createPlaces(sql: Sql, hub: KoineHub, node: string) {
  const leases = createLeases(sql, hub, node, assertAll);
  const doors = new Map<string, OpenDoor>();
  /** Doors whose rows may not be what they should be. */
  const dirty = new Set<OpenDoor>();
  let running: Promise<void> | null = null;
  let closed = false;

  function touch(door: OpenDoor): void {
    door.head = null;
    dirty.add(door);
    start();
  }

  function start(): void {
    if (dirty.size > 0 && !closed) running ??= run();
  }

  /** The database does not know of any of them. */
  function assertAll(): void {
    for (const door of doors.values()) touch(door);
  }

  /** Starts at the end of the turn, when everything that has come in with it is here. */
  async function run(): Promise<void> {
    await new Promise(setImmediate);
    let done = true;
    while (done && dirty.size > 0) done = await writeSome();
    running = null;
    if (!done) setTimeout(start, RETRY).unref();
  }

  /** @returns false when it could not be done now */
  async function writeSome(): Promise<boolean> {
    const batch = [...dirty].slice(0, MAX_BATCH);
    for (const door of batch) dirty.delete(door);
    const waiting = batch.map((door) => door.waiting.splice(0));
    const places = batch.map((door) => (door.alone ? [...door.places.keys()] : []));
    try {
      await leases.hold();
      const states = batch.map(stateOf);
      const { events, head, ousted } = await write(states);
      for (const [index, door] of batch.entries()) {
        for (const place of places[index] ?? []) if (door.places.has(place)) door.places.set(place, head);
        if (!dirty.has(door)) door.head = head;
      }
      if (events.length > 0) hub.publish(PRESENCE_STREAM, events);
      for (const state of ousted) for (const place of places[states.indexOf(state)] ?? []) place.replaced?.();
      answer(batch, waiting, head, events);
      for (const door of batch) forgetIfEmpty(door);
      return true;
    } catch (error) {
      for (const door of batch) dirty.add(door);
      // Thought dead, and its rows deleted, since the last sign of life.
      const unknown = isForeignKeyViolation(error);
      if (unknown) leases.lost();
      for (const [index, door] of batch.entries()) {
        if (unknown) door.waiting.unshift(...(waiting[index] ?? []));
        else for (const { reject } of waiting[index] ?? []) reject(withoutOutage(error));
      }
      return unknown;
    }
  }

  async function write(states: readonly Door[]) {
    return sql.begin(async (tx) => {
      const { head, at } = await lockPresence(tx, PRESENCE_STREAM);
      const accountIds = [...new Set(states.map((state) => state.accountId))];
      const rows = await listPlaces(tx, accountIds);
      const usernames = await findUsernames(tx, accountIds);
      const { removed, added, ousted, facts } = changesOf(rows, states, node, { at, usernames });
      if (removed.length > 0) await deletePlaces(tx, removed);
      if (added.length > 0) await insertPlaces(tx, node, added);
      const events = await append(tx, PRESENCE_STREAM, facts);
      return { events, ousted, head: head + facts.length };
    });
  }

  /** Of several who came at once, the first is the one who joined. */
  function answer(
    batch: readonly OpenDoor[],
    waiting: readonly OpenDoor['waiting'][],
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

  function forgetIfEmpty(door: OpenDoor): void {
    const key = keyOf(door.accountId, door.via);
    if (door.places.size === 0 && !dirty.has(door) && doors.get(key) === door) doors.delete(key);
  }

  function doorOf({ id: accountId }: { id: number }, { via, replaced }: Place): OpenDoor {
    const key = keyOf(accountId, via);
    const door = doors.get(key) ?? {
      accountId,
      via,
      alone: replaced !== undefined,
      places: new Map(),
      head: null,
      waiting: [],
    };
    doors.set(key, door);
    return door;
  }

  return {
    /**
     * The account is there from now on, until `leave`.
     * @returns once it is written
     * @throws AppError `unavailable`: it could not be written yet
     */
    enter: (account: { id: number }, place: Place): Promise<Written> => {
      const door = doorOf(account, place);
      if (door.alone) for (const other of [...door.places.keys()]) other.replaced?.();
      door.places.set(place, null);
      // Those of one account through one door, but for the first, change nothing.
      if (!door.alone && door.head !== null) return Promise.resolve({ head: door.head, joined: null });
      return new Promise((resolve, reject) => {
        door.waiting.push({ resolve, reject });
        touch(door);
      });
    },

    leave: (account: { id: number }, place: Place): void => {
      const door = doors.get(keyOf(account.id, place.via));
      if (door?.places.delete(place) && door.places.size === 0) touch(door);
    },

    /** Whether the account has come in by that door, here or on another node. */
    isIn: async (accountId: number, via: string): Promise<boolean> =>
      (doors.get(keyOf(accountId, via))?.places.size ?? 0) > 0 || (await leases.isElsewhere(accountId, via)),

    /** Those nodes are dead, and nobody is there any more. */
    endNodes: leases.endNodes,

    /** Another node has taken the place of what was written here before that. */
    makeWay: (accountId: number, via: string, seq: number): void => {
      for (const [place, written] of [...(doors.get(keyOf(accountId, via))?.places ?? [])])
        if (written !== null && written < seq) place.replaced?.();
    },

    /** Resolves when everything so far is written, or could not be. */
    flush: async (): Promise<void> => {
      await running;
    },

    /** Everybody has left. The rest is up to the others, once this node's time is up. */
    close: async (): Promise<void> => {
      closed = true;
      await running;
      await leases.end().catch(() => {});
    },
  };
}

function stateOf({ places, ...door }: OpenDoor): Door {
  return { ...door, isOpen: places.size > 0, isNew: door.alone && [...places.values()].includes(null) };
}

function keyOf(accountId: number, via: string): string {
  return `${accountId} ${via}`;
}
