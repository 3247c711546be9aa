/**
 * Group commit: while one batch is being committed the next one gathers, so an idle server adds no wait and a busy one makes
 * hundreds of changes durable with one commit. Nobody hears of a change before it is committed.
 */
import { AppError } from '../../errors.ts';
import { isConflict, isForeignKeyViolation, isOutage, withoutOutage } from '../../store/database.ts';
import { groupBy } from '../group-by.ts';
import { LaneLoad } from '../load.ts';
import type { Event, KoineHub } from './events.ts';

/** What became of an input that was committed, or was refused while the others of its batch were. */
export type Outcome<Out> = { readonly result: Out; readonly event: Event } | { readonly refusal: AppError };

/** Commits all of them, or throws and has committed nothing. @returns an outcome each, in the order given */
export type Store<In, Out> = (batch: readonly In[]) => Promise<readonly Outcome<Out>[]>;

export type LaneOptions<In, Out> = {
  /** In metrics. */
  readonly name: string;
  /** Inputs in one batch. Bounds how long streams are locked. */
  readonly maxBatch: number;
  /** Inputs that may wait for the batch before theirs; beyond, they are refused with `overloaded`. */
  readonly maxWaiting: number;
  readonly store: Store<In, Out>;
  readonly streamOf: (input: In) => number;
  /** Inputs of one batch that cannot be stored by the same call are stored by one call for each group. */
  readonly groupOf?: (input: In) => unknown;
  /** What an input is refused with that cannot be stored even alone. */
  readonly refusalOf: (error: unknown) => unknown;
};

type Job<In, Out> = {
  readonly input: In;
  readonly sentAt: number;
  readonly resolve: (result: Out) => void;
  readonly reject: (error: unknown) => void;
};

/** How often an input is tried that another transaction gets in the way of. */
const MAX_ATTEMPTS = 5;

export type Lane<In, Out> = ReturnType<typeof createLane<In, Out>>;

export function createLane<In, Out>(
  hub: KoineHub,
  { name, maxBatch, maxWaiting, store, streamOf, groupOf, refusalOf }: LaneOptions<In, Out>,
) {
  const waiting: Job<In, Out>[] = [];
  const load = new LaneLoad(name, () => waiting.length);
  let running: Promise<void> | null = null;

  /**
   * @returns the result, once it is committed
   * @throws AppError `overloaded` | `unavailable`: then nothing was stored, or (the connection broke during the commit)
   * nobody knows yet, and if it was, it is told of like any other | as `refusalOf` and `store` say
   */
  function commit(input: In): Promise<Out> {
    if (waiting.length >= maxWaiting) {
      load.overflows += 1;
      throw new AppError('overloaded');
    }
    return new Promise((resolve, reject) => {
      waiting.push({ input, sentAt: performance.now(), resolve, reject });
      running ??= run();
    });
  }

  /** Starts at the end of the turn of the event loop, when everything that has come in with it is here. */
  async function run(): Promise<void> {
    await new Promise(setImmediate);
    while (waiting.length > 0) {
      const batch = waiting.splice(0, maxBatch);
      if (groupOf === undefined) await storeBatch(batch);
      else for (const group of groupBy(batch, ({ input }) => groupOf(input)).values()) await storeBatch(group);
    }
    running = null;
  }

  async function storeBatch(batch: readonly Job<In, Out>[], attempt = 1): Promise<void> {
    const begunAt = performance.now();
    let outcomes: readonly Outcome<Out>[];
    try {
      outcomes = await store(batch.map(({ input }) => input));
    } catch (error) {
      return retry(batch, error, attempt);
    }
    load.committed(batch, begunAt);
    publish(batch, outcomes);
    for (const [index, { resolve, reject }] of batch.entries()) {
      const outcome = outcomes[index] as Outcome<Out>;
      if ('refusal' in outcome) reject(outcome.refusal);
      else resolve(outcome.result);
    }
  }

  async function retry(batch: readonly Job<In, Out>[], error: unknown, attempt: number): Promise<void> {
    if (isConflict(error) && attempt < MAX_ATTEMPTS) return storeBatch(batch, attempt + 1);
    if (isOutage(error)) {
      for (const { reject } of batch) reject(withoutOutage(error));
    } else if (batch.length > 1) {
      // One of them cannot be stored (its author was just deleted, say): the others must not suffer. Halves cost few calls more.
      const half = Math.ceil(batch.length / 2);
      await storeBatch(batch.slice(0, half));
      await storeBatch(batch.slice(half));
    } else if (isForeignKeyViolation(error) && attempt < MAX_ATTEMPTS) {
      // What it adds to went while it waited for the lock: the next look doesn't find it.
      await storeBatch(batch, attempt + 1);
    } else {
      for (const { reject } of batch) reject(refusalOf(error));
    }
  }

  function publish(batch: readonly Job<In, Out>[], outcomes: readonly Outcome<Out>[]): void {
    const told = outcomes.flatMap((outcome, index) =>
      'event' in outcome ? [{ streamId: streamOf((batch[index] as Job<In, Out>).input), event: outcome.event }] : [],
    );
    for (const [streamId, entries] of groupBy(told, (one) => one.streamId)) {
      const events = entries.map(({ event }) => event);
      hub.publish(
        streamId,
        events.sort((a, b) => a.seq - b.seq),
      );
    }
  }

  return {
    commit,
    load,
    /** Resolves when everything begun so far has been committed or refused. */
    flush: async (): Promise<void> => {
      await running;
    },
  };
}
