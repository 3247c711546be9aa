/**
 * Changes to one stream, group-committed: while some are being committed the next ones gather, so an idle server adds
 * no wait and a busy one makes many durable at once. Nobody hears of one before it is committed.
 */
import { AppError } from '../../errors.ts';
import { type Db, isConflict, isForeignKeyViolation, isOutage, type Sql, withoutOutage } from '../../store/database.ts';
import { lockStream } from '../../store/events.ts';
import { groupBy } from '../group-by.ts';
import { LaneLoad } from '../load.ts';
import { append } from './append.ts';
import type { Event, Fact, KoineHub } from './events.ts';

/**
 * What is to be done, and what to tell of it. Changes run one after the other, under the stream's lock: each sees what
 * those before it did, on whatever node. It is run again where the transaction failed for another's sake. An AppError
 * refuses it; it must not have written anything by then.
 */
export type Change<T> = (tx: Db) => Promise<{ result: T; fact: Fact }>;

export type Outcome<T> = { readonly result: T; readonly event: Event } | { readonly refusal: AppError };

/**
 * Stores what needs no look at what was there before, all at once: in one transaction, under the stream's lock, with
 * the events. An outcome each, in the order given. Where it fails, nothing is stored.
 */
export type Store<In, Out> = (inputs: readonly In[]) => Promise<readonly Outcome<Out>[]>;

type Job = {
  readonly store: Store<unknown, unknown>;
  readonly input: unknown;
  readonly sentAt: number;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
};

/** Changes that are taken from those that wait, at once. Bounds how long the stream is held. */
const MAX_BATCH = 64;
/** Changes that may wait for the batch before theirs, each with at most one text. */
const MAX_WAITING = 2_000;
/** How often a change is tried that another transaction gets in the way of. */
const MAX_ATTEMPTS = 5;

export type Commits = ReturnType<typeof createCommits>;

export function createCommits(sql: Sql, hub: KoineHub, streamId: number) {
  const waiting: Job[] = [];
  const load = new LaneLoad('board', () => waiting.length);
  let running: Promise<void> | null = null;

  function enqueue<In, Out>(store: Store<In, Out>, input: In): Promise<Out> {
    if (waiting.length >= MAX_WAITING) {
      load.overflows += 1;
      throw new AppError('overloaded');
    }
    return new Promise<Out>((resolve, reject) => {
      waiting.push({
        store: store as Store<unknown, Out>,
        input,
        sentAt: performance.now(),
        resolve: resolve as (result: unknown) => void,
        reject,
      });
      running ??= run();
    });
  }

  /** Starts at the end of the turn, when everything that has come in with it is here. */
  async function run(): Promise<void> {
    await new Promise(setImmediate);
    while (waiting.length > 0)
      for (const [store, batch] of groupBy(waiting.splice(0, MAX_BATCH), (job) => job.store))
        await commitBatch(store, batch);
    running = null;
  }

  async function commitBatch(store: Store<unknown, unknown>, batch: readonly Job[], attempt = 1): Promise<void> {
    const begunAt = performance.now();
    try {
      const outcomes = await store(batch.map(({ input }) => input));
      load.committed(batch, begunAt);
      const events = outcomes.flatMap((outcome) => ('event' in outcome ? [outcome.event] : []));
      hub.publish(
        streamId,
        events.sort((a, b) => a.seq - b.seq),
      );
      for (const [index, job] of batch.entries()) settle(job, outcomes[index] as Outcome<unknown>);
    } catch (error) {
      if (isConflict(error) && attempt < MAX_ATTEMPTS) return commitBatch(store, batch, attempt + 1);
      if (isOutage(error)) {
        for (const job of batch) job.reject(withoutOutage(error));
      } else if (batch.length > 1) {
        // One of them cannot be stored (its author was just deleted, say): the others must not suffer. By halves, it costs few more.
        const half = Math.ceil(batch.length / 2);
        await commitBatch(store, batch.slice(0, half));
        await commitBatch(store, batch.slice(half));
      } else if (isForeignKeyViolation(error) && attempt < MAX_ATTEMPTS) {
        // What it adds to went while it waited for the lock: the next look doesn't find it.
        await commitBatch(store, batch, attempt + 1);
      } else {
        for (const job of batch) job.reject(refusalOf(error));
      }
    }
  }

  const runChanges: Store<Change<unknown>, unknown> = (changes) =>
    sql.begin(async (tx) => {
      await lockStream(tx, streamId);
      const made: (Awaited<ReturnType<Change<unknown>>> | { refusal: AppError })[] = [];
      for (const change of changes) made.push(await change(tx).catch(asRefusal));
      const facts = made.flatMap((one) => ('fact' in one ? [one.fact] : []));
      if (facts.length === 0) return made.filter((one) => 'refusal' in one);
      const events = (await append(tx, streamId, facts))[Symbol.iterator]();
      return made.map((one) => ('refusal' in one ? one : { result: one.result, event: events.next().value as Event }));
    });

  return {
    /**
     * @returns what the change returned, once it is stored
     * @throws AppError as the change does | `unauthenticated`: the caller was deleted | `quota_exceeded` | `overloaded` | `unavailable`: then
     * nothing was stored, or (the connection broke during the commit) nobody knows yet, and if it was, it is told of
     * like any other
     */
    commit: <T>(change: Change<T>): Promise<T> => enqueue(runChanges, change) as Promise<T>,
    /** @returns the function that hands one more over to be stored. It returns and throws as `commit`. */
    storing:
      <In, Out>(store: Store<In, Out>): ((input: In) => Promise<Out>) =>
      (input) =>
        enqueue(store, input),
    load,
    /** Resolves when everything begun so far has been committed or refused. */
    flush: async (): Promise<void> => {
      await running;
    },
  };
}

/** The one parent that may be gone by then is the caller, deleted after the token was looked at. */
function refusalOf(error: unknown): unknown {
  return isForeignKeyViolation(error) ? new AppError('unauthenticated', { cause: error }) : withoutOutage(error);
}

function asRefusal(error: unknown): { refusal: AppError } {
  if (error instanceof AppError) return { refusal: error };
  throw error;
}

function settle(job: Job, outcome: Outcome<unknown>): void {
  if ('refusal' in outcome) job.reject(outcome.refusal);
  else job.resolve(outcome.result);
}
