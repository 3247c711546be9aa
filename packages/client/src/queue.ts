/**
 * Writes that are not accepted yet. Each item is kept with its idempotency key until the server has answered, so it is
 * sent exactly once, however often it has to be repeated; those of a lane go one after the other.
 */
import { backoff } from './backoff.ts';
import { localProblem, Problem } from './problem.ts';
import type { ProblemDetails } from './shapes.ts';
import type { State } from './state.ts';
import type { Storage } from './storage.ts';
import type { Store } from './store.ts';

type Queued = {
  /** The idempotency key. */
  readonly key: string;
  readonly createdAt: string;
  readonly status: 'waiting' | 'sending' | 'sent' | 'failed';
  readonly problem?: ProblemDetails;
};

/** An item as it was written, and by which account. */
type Kept<Item> = Omit<Item, 'status' | 'problem'> & { readonly account: string };

/** How one kind of items is shown in the state, and sent. */
export type QueueOf<Item extends Queued, Answer> = {
  /** Of the keys in the storage. */
  readonly prefix: string;
  readonly laneOf: (item: Item) => string;
  readonly lanes: (state: State) => readonly string[];
  readonly itemsOf: (state: State, lane: string) => readonly Item[];
  /** Adds the item, or changes the one with its key. */
  readonly put: (state: State, item: Item) => State;
  readonly drop: (state: State, item: Item) => State;
  readonly deliver: (item: Item) => Promise<Answer>;
  readonly accept: (state: State, item: Item, answer: Answer) => State;
};

export type QueueParts = { readonly store: Store; readonly storage: Storage; readonly random: () => number };

type Promised<Answer> = {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (problem: Problem) => void;
  /** It is in the storage, or cannot be. */
  readonly kept: Promise<void>;
};

export type Queue<Item extends Queued, Answer> = ReturnType<typeof createQueue<Item, Answer>>;

export function createQueue<Item extends Queued, Answer>(
  { prefix, laneOf, lanes, itemsOf, put, drop, deliver, accept }: QueueOf<Item, Answer>,
  { store, storage, random }: QueueParts,
) {
  const promised = new Map<string, Promised<Answer>>();
  let isStopped = true;
  /** Lanes whose items are being sent, with how to end a pause. */
  const draining = new Map<string, { wake: () => void }>();

  async function drain(lane: string): Promise<void> {
    if (isStopped || draining.has(lane)) return;
    const pausing = { wake: () => {} };
    draining.set(lane, pausing);
    for (let failures = 0; !isStopped; ) {
      const next = itemsOf(store.confirmed, lane).find(({ status }) => status === 'waiting');
      if (!next) break;
      show({ ...next, status: 'sending' });
      try {
        await take(next, await deliver(next));
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
    draining.delete(lane);
  }

  async function take(item: Item, answer: Answer): Promise<void> {
    store.update((state) => accept(state, item, answer));
    const own = promised.get(item.key);
    own?.resolve(answer);
    promised.delete(item.key);
    await own?.kept;
    await storage.delete(prefix + item.key);
  }

  function refuse(item: Item, problem: Problem): void {
    show({ ...item, status: 'failed', problem: problem.details });
    promised.get(item.key)?.reject(problem);
    promised.delete(item.key);
  }

  function show(item: Item): void {
    store.update((state) => put(state, item));
  }

  function hurry(): void {
    for (const { wake } of draining.values()) wake();
  }

  const find = (lane: string, key: string): Item | undefined =>
    itemsOf(store.confirmed, lane).find((one) => one.key === key);

  const toItem = ({ account, ...item }: Kept<Item>): Item => ({ ...item, status: 'waiting' }) as unknown as Item;

  /** Shows what earlier runs of the program have left. */
  async function load(account: string): Promise<void> {
    const keys = await storage.keys(prefix);
    const all = (await Promise.all(keys.map((key) => storage.get(key)))) as (Kept<Item> | undefined)[];
    const own = all
      .filter((one) => one !== undefined && one.account === account)
      .map((one) => toItem(one as Kept<Item>))
      .filter((one) => !find(laneOf(one), one.key));
    for (const one of own.sort((a, b) => (a.createdAt < b.createdAt ? -1 : 1))) show(one);
  }

  return {
    /** Resolves when the server has accepted it, which may be after hours; rejects with a Problem if it never will. */
    send: (content: Omit<Kept<Item>, 'account' | 'createdAt'>): Promise<Answer> => {
      const account = store.confirmed.me?.id;
      if (account === undefined) return Promise.reject(localProblem('signed_out', 'Nobody is signed in'));
      const kept = { ...content, account, createdAt: new Date().toISOString() } as unknown as Kept<Item>;
      const item = toItem(kept);
      // Meanwhile it is sent: what is still kept after it has arrived is sent again, and recognised by its key.
      const keeping = storage.set(prefix + item.key, kept).catch(() => {});
      const done = new Promise<Answer>((resolve, reject) => promised.set(item.key, { resolve, reject, kept: keeping }));
      // A caller that does not wait for it sees the failure in the state.
      done.catch(() => {});
      show(item);
      void drain(laneOf(item));
      return done;
    },

    /** Sends again what has failed. */
    retry: (lane: string, key: string): void => {
      const known = find(lane, key);
      if (known?.status !== 'failed') return;
      const { problem, ...item } = known;
      show({ ...item, status: 'waiting' } as unknown as Item);
      void drain(lane);
    },

    /** Gives up what has failed, or waits to be sent. */
    discard: async (lane: string, key: string): Promise<void> => {
      const known = find(lane, key);
      if (!known || known.status === 'sending') return;
      store.update((state) => drop(state, known));
      promised.get(key)?.reject(localProblem('discarded', 'It was discarded'));
      promised.delete(key);
      await storage.delete(prefix + key);
    },

    load,

    /** Begins to send, also what earlier runs of the program have left. */
    start: async (account: string): Promise<void> => {
      isStopped = false;
      await load(account);
      for (const lane of lanes(store.confirmed)) void drain(lane);
    },

    /** Ends the pauses between attempts: there is a connection. */
    hurry,

    /** Drops everything at sign-out: nothing of it is sent. */
    clear: async (): Promise<void> => {
      for (const { reject } of promised.values()) reject(localProblem('discarded', 'It was discarded'));
      promised.clear();
      for (const key of await storage.keys(prefix)) await storage.delete(key);
    },

    stop: (): void => {
      isStopped = true;
      hurry();
    },
  };
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
