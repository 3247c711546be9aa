/**
 * Messages that were written and are not accepted yet. Each is kept with its idempotency key until the server has answered,
 * so it is sent exactly once, however often it has to be repeated; in each room one after the other.
 */
import { backoff } from './backoff.ts';
import { streamOf } from './events.ts';
import type { Live } from './live.ts';
import { newKey, type Parts, segment } from './parts.ts';
import { localProblem, Problem } from './problem.ts';
import { filterItems, mapItems, withEntry, withFields, withoutEntry } from './records.ts';
import type { File, Message } from './shapes.ts';
import type { Outgoing, State } from './state.ts';
import type { Storage } from './storage.ts';

export type NewMessage = {
  readonly body: string;
  readonly replyTo?: number;
  /** Uploaded before. */
  readonly files?: readonly File[];
};

type Kept = Pick<Outgoing, 'key' | 'room' | 'body' | 'replyTo' | 'files' | 'createdAt'> & { readonly account: string };

export type OutboxParts = Parts & {
  readonly live: Pick<Live, 'canAsk' | 'ask'>;
  readonly storage: Storage;
  readonly random: () => number;
};

type Promised = { readonly resolve: (message: Message) => void; readonly reject: (problem: Problem) => void };

const PREFIX = 'outbox:';

export type Outbox = ReturnType<typeof createOutbox>;

export function createOutbox({ rest, store, live, storage, random }: OutboxParts) {
  const promised = new Map<string, Promised>();
  let isStopped = true;
  /** Rooms whose messages are being sent, with how to end a pause. */
  const draining = new Map<string, { wake: () => void }>();

  async function deliver({ room, body, key, replyTo, files }: Outgoing): Promise<Message> {
    const message = {
      body,
      ...(replyTo !== undefined && { replyTo }),
      ...(files.length > 0 && { files: files.map(({ id }) => id) }),
    };
    if (live.canAsk) return live.ask<Message>({ type: 'send', room, key, ...message });
    const path = `/v1/rooms/${segment(room)}/messages`;
    return (await rest.call<Message>('POST', path, { json: message, key })).body;
  }

  async function drain(room: string): Promise<void> {
    if (isStopped || draining.has(room)) return;
    const pausing = { wake: () => {} };
    draining.set(room, pausing);
    for (let failures = 0; !isStopped; ) {
      const next = store.confirmed.outgoing[room]?.find(({ status }) => status === 'waiting');
      if (!next) break;
      show({ ...next, status: 'sending' });
      try {
        await accept(next, await deliver(next));
        failures = 0;
      } catch (problem) {
        if (!(problem instanceof Problem)) throw problem;
        // An answer of a proxy is none of Koine's.
        if (!problem.isPassing && problem.status !== 401) refuse(next, problem);
        else {
          show({ ...next, status: 'waiting' });
          await pause(pausing, problem.retryAfter ? problem.retryAfter * 1_000 : backoff(failures, random));
          failures += 1;
        }
      }
    }
    draining.delete(room);
  }

  async function accept({ key, room }: Outgoing, message: Message): Promise<void> {
    store.update((state) => arrive(state, room, key, message.seq));
    promised.get(key)?.resolve(message);
    promised.delete(key);
    await storage.delete(PREFIX + key);
  }

  function refuse(outgoing: Outgoing, problem: Problem): void {
    show({ ...outgoing, status: 'failed', problem: problem.details });
    promised.get(outgoing.key)?.reject(problem);
    promised.delete(outgoing.key);
  }

  function show(outgoing: Outgoing): void {
    store.update((state) => put(state, outgoing));
  }

  function hurry(): void {
    for (const { wake } of draining.values()) wake();
  }

  function find(room: string, key: string): Outgoing | undefined {
    return store.confirmed.outgoing[room]?.find((one) => one.key === key);
  }

  /** Shows what earlier runs of the program have left. */
  async function load(account: string): Promise<void> {
    const keys = await storage.keys(PREFIX);
    const kept = (await Promise.all(keys.map((key) => storage.get(key)))) as (Kept | undefined)[];
    const own = kept.filter(
      (one) => one !== undefined && one.account === account && !find(one.room, one.key),
    ) as Kept[];
    for (const one of own.sort((a, b) => (a.createdAt < b.createdAt ? -1 : 1))) show(outgoingOf(one));
  }

  return {
    /** Resolves when the server has accepted it, which may be after hours; rejects with a Problem if it never will. */
    send: (room: string, message: string | NewMessage): Promise<Message> => {
      const { body, replyTo, files = [] }: NewMessage = typeof message === 'string' ? { body: message } : message;
      const account = store.confirmed.me?.id;
      if (account === undefined) return Promise.reject(localProblem('signed_out', 'Nobody is signed in'));
      const kept: Kept = {
        ...{ key: newKey(), account, room, body, files },
        ...(replyTo !== undefined && { replyTo }),
        createdAt: new Date().toISOString(),
      };
      const done = new Promise<Message>((resolve, reject) => promised.set(kept.key, { resolve, reject }));
      // Whoever does not wait for it sees the failure in the state.
      done.catch(() => {});
      show(outgoingOf(kept));
      void storage.set(PREFIX + kept.key, kept).then(
        () => drain(room),
        () => drain(room),
      );
      return done;
    },

    /** Sends again what has failed. */
    retry: (room: string, key: string): void => {
      const known = find(room, key);
      if (known?.status !== 'failed') return;
      const { problem, ...outgoing } = known;
      show({ ...outgoing, status: 'waiting' });
      void drain(room);
    },

    /** Gives up what has failed, or waits to be sent. */
    discard: async (room: string, key: string): Promise<void> => {
      const known = find(room, key);
      if (!known || known.status === 'sending') return;
      store.update((state) => drop(state, room, key));
      promised.get(key)?.reject(localProblem('discarded', 'The message was discarded'));
      promised.delete(key);
      await storage.delete(PREFIX + key);
    },

    load,

    /** Begins to send, also what earlier runs of the program have left. */
    start: async (account: string): Promise<void> => {
      isStopped = false;
      await load(account);
      for (const room of Object.keys(store.confirmed.outgoing)) void drain(room);
    },

    /** Ends the pauses between attempts: there is a connection. */
    hurry,

    /** For whoever signs out: nothing of it is sent. */
    clear: async (): Promise<void> => {
      for (const { reject } of promised.values()) reject(localProblem('discarded', 'The message was discarded'));
      promised.clear();
      for (const key of await storage.keys(PREFIX)) await storage.delete(key);
    },

    stop: (): void => {
      isStopped = true;
      hurry();
    },
  };
}

function outgoingOf({ account, ...kept }: Kept): Outgoing {
  return { ...kept, status: 'waiting' };
}

function pause(pausing: { wake: () => void }, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    pausing.wake = () => {
      clearTimeout(timer);
      resolve();
    };
  });
}

function put(state: State, outgoing: Outgoing): State {
  const all = state.outgoing[outgoing.room] ?? [];
  const isKnown = all.some(({ key }) => key === outgoing.key);
  const changed = isKnown ? mapItems(all, (one) => (one.key === outgoing.key ? outgoing : one)) : [...all, outgoing];
  return withFields(state, { outgoing: withEntry(state.outgoing, outgoing.room, changed) });
}

function drop(state: State, room: string, key: string): State {
  const left = filterItems(state.outgoing[room] ?? [], (one) => one.key !== key);
  const outgoing = left.length === 0 ? withoutEntry(state.outgoing, room) : withEntry(state.outgoing, room, left);
  return withFields(state, { outgoing });
}

/** The message is shown as sent until its event has come. */
function arrive(state: State, room: string, key: string, seq: number): State {
  const position = state.positions[streamOf(room)];
  const isHere = position === undefined || position >= seq;
  const sent = state.outgoing[room]?.find((one) => one.key === key);
  return isHere || !sent ? drop(state, room, key) : put(state, { ...sent, status: 'sent', seq });
}
