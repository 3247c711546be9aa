/**
 * Group commit: while one batch is being committed, the next one gathers. So an idle server adds no latency, and a busy one
 * makes hundreds of changes durable with one commit. Changes are published after their commit only.
 */
import { AppError } from '../../errors.ts';
import { isConflict, isForeignKeyViolation, isKeyTaken, isOutage, toKnownError } from '../../store/database.ts';
import { groupBy } from '../group-by.ts';
import { LaneLoad } from '../load.ts';
import type { Published } from './changes.ts';
import type { Event, KoineHub } from './events.ts';

/**
 * The outcome of an input: committed, or refused without effect on the rest of its batch. Without an event, nothing was changed.
 * `others`: events of other streams that were committed with it.
 */
export type Outcome<Out> =
  | { readonly result: Out; readonly event?: Event; readonly others?: Published }
  | { readonly refusal: AppError };

/** Commits the whole batch, or throws and has committed nothing. @returns one outcome an input, in the same order */
export type Store<In, Out> = (batch: readonly In[]) => Promise<readonly Outcome<Out>[]>;

export type LaneOptions<In, Out> = {
  /** The label in metrics. */
  readonly name: string;
  /** Inputs in one batch. Bounds how long streams are locked. */
  readonly maxBatch: number;
  /** Inputs that may wait (backpressure); beyond, they are refused with `overloaded`. */
  readonly maxWaiting: number;
  readonly store: Store<In, Out>;
  readonly streamOf: (input: In) => number;
  /** Partitions a batch into groups, each stored by a call of its own. */
  readonly groupOf?: (input: In) => unknown;
  /** The error for an input that cannot be stored even alone. */
  readonly refusalOf: (error: unknown) => unknown;
};

type Job<In, Out> = {
  readonly input: In;
  readonly sentAt: number;
  readonly resolve: (result: Out) => void;
  readonly reject: (error: unknown) => void;
};

/** Attempts for an input whose transaction conflicts with another one. */
const MAX_ATTEMPTS = 5;

export type Lane<In, Out> = {
  /**
   * @returns the result, once it is committed
   * @throws AppError `overloaded` | `unavailable`: nothing was stored, or (the connection broke during the commit) the outcome
   * is unknown; if it was stored, it is published like any other | as `refusalOf` and `store`
   */
  commit(input: In): Promise<Out>;
  readonly load: LaneLoad;
  /** Resolves when all inputs so far have been committed or refused. */
  flush(): Promise<void>;
};

export function createLane<In, Out>(
  hub: KoineHub,
  { name, maxBatch, maxWaiting, store, streamOf, groupOf, refusalOf }: LaneOptions<In, Out>,
): Lane<In, Out> {
  const waiting: Job<In, Out>[] = [];
  const load = new LaneLoad(name, () => waiting.length);
  let running: Promise<void> | null = null;

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

  /** Starts at the end of the tick, so that one batch has everything that came in with it. */
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
    try {
      publish(batch, outcomes);
    } catch (error) {
      // They are stored: a retry would store them twice. Each caller reports the error, and the lane goes on.
      for (const { reject } of batch) reject(error);
      return;
    }
    for (const [index, { resolve, reject }] of batch.entries()) {
      const outcome = outcomes[index] as Outcome<Out>;
      if ('refusal' in outcome) reject(outcome.refusal);
      else resolve(outcome.result);
    }
  }

  async function retry(batch: readonly Job<In, Out>[], error: unknown, attempt: number): Promise<void> {
    if ((isConflict(error) || isKeyTaken(error)) && attempt < MAX_ATTEMPTS) return storeBatch(batch, attempt + 1);
    if (isOutage(error)) {
      for (const { reject } of batch) reject(toKnownError(error));
    } else if (batch.length > 1) {
      // One input cannot be stored (its author was just deleted, say): bisect, so that the others are stored with few calls.
      const half = Math.ceil(batch.length / 2);
      await storeBatch(batch.slice(0, half));
      await storeBatch(batch.slice(half));
    } else if (isForeignKeyViolation(error) && attempt < MAX_ATTEMPTS) {
      // The referenced row was deleted while it waited for the lock: the retry finds that out.
      await storeBatch(batch, attempt + 1);
    } else {
      for (const { reject } of batch) reject(refusalOf(error));
    }
  }

  function publish(batch: readonly Job<In, Out>[], outcomes: readonly Outcome<Out>[]): void {
    const own = outcomes.flatMap((outcome, index) =>
      'event' in outcome && outcome.event
        ? [{ streamId: streamOf((batch[index] as Job<In, Out>).input), event: outcome.event }]
        : [],
    );
    const published = [...groupBy(own, ({ streamId }) => streamId)].map(([streamId, entries]) => {
      const events = entries.map(({ event }) => event).sort((a, b) => a.seq - b.seq);
      return [streamId, events] as const;
    });
    const others = outcomes.flatMap((outcome) => ('others' in outcome ? [...(outcome.others ?? [])] : []));
    for (const [streamId, events] of [...published, ...others]) hub.publish(streamId, events);
  }

  return {
    commit,
    load,
    flush: async (): Promise<void> => {
      await running;
    },
  };
}
