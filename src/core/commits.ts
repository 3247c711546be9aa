/**
 * Changes to one stream, group-committed: while some are being committed the next ones gather, so an idle server adds
 * no wait and a busy one makes many durable at once. They run one after the other, under the stream's lock: each sees
 * what those before it did, on whatever node, and nobody hears of one before it is committed.
 */
import { AppError } from '../errors.ts';
import { type Db, isConflict, isForeignKeyViolation, isOutage, type Sql, withoutOutage } from '../store/database.ts';
import { insertEvents, lockStream } from '../store/events.ts';
import type { Event, KoineHub } from './events.ts';
import { LaneLoad } from './load.ts';

/** What an event says, before its place in the stream is known. */
export type Fact = Event extends infer E ? (E extends Event ? Omit<E, 'seq'> : never) : never;

/**
 * What is to be done, and what to tell of it. It is run again where the transaction failed for another's sake. An
 * AppError refuses it; it must not have written anything by then.
 */
export type Change<T> = (tx: Db) => Promise<{ result: T; fact: Fact }>;

type Outcome = { readonly result: unknown; readonly fact: Fact } | { readonly refusal: AppError };

type Job = {
  readonly change: Change<unknown>;
  readonly sentAt: number;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
};

/** Changes in one transaction. Bounds how long the stream is held. */
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

  /**
   * @returns what the change returned, once it is stored
   * @throws AppError as the change does | `unauthenticated`: the caller was deleted | `overloaded` | `unavailable`: then nothing was stored, or (the connection
   * broke during the commit) nobody knows yet, and if it was, it is told of like any other
   */
  function commit<T>(change: Change<T>): Promise<T> {
    if (waiting.length >= MAX_WAITING) {
      load.overflows += 1;
      throw new AppError('overloaded');
    }
    return new Promise<T>((resolve, reject) => {
      waiting.push({ change, sentAt: performance.now(), resolve: resolve as (result: unknown) => void, reject });
      running ??= run();
    });
  }

  /** Starts at the end of the turn, when everything that has come in with it is here. */
  async function run(): Promise<void> {
    await new Promise(setImmediate);
    while (waiting.length > 0) await commitBatch(waiting.splice(0, MAX_BATCH));
    running = null;
  }

  async function commitBatch(batch: readonly Job[], attempt = 1): Promise<void> {
    const begunAt = performance.now();
    try {
      const { outcomes, events } = await sql.begin((tx) => runAll(tx, batch));
      load.committed(batch, begunAt);
      hub.publish(streamId, events);
      for (const [index, job] of batch.entries()) settle(job, outcomes[index] as Outcome);
    } catch (error) {
      if (isConflict(error) && attempt < MAX_ATTEMPTS) return commitBatch(batch, attempt + 1);
      if (batch.length === 1 || isOutage(error)) {
        for (const job of batch) job.reject(refusalOf(error));
      } else {
        // One of them cannot be stored (its author was just deleted, say): the others must not suffer.
        for (const job of batch) await commitBatch([job]);
      }
    }
  }

  async function runAll(tx: Db, batch: readonly Job[]): Promise<{ outcomes: Outcome[]; events: Event[] }> {
    await lockStream(tx, streamId);
    const outcomes: Outcome[] = [];
    for (const { change } of batch) outcomes.push(await outcomeOf(change, tx));
    const facts = outcomes.flatMap((outcome) => ('fact' in outcome ? [outcome.fact] : []));
    if (facts.length === 0) return { outcomes, events: [] };
    const head = await insertEvents(tx, streamId, facts);
    return { outcomes, events: facts.map((fact, index) => ({ ...fact, seq: head - facts.length + 1 + index })) };
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

/** Changes hold what they add to: the one parent that may be gone is the caller, deleted after the token was looked at. */
function refusalOf(error: unknown): unknown {
  return isForeignKeyViolation(error) ? new AppError('unauthenticated', { cause: error }) : withoutOutage(error);
}

async function outcomeOf(change: Change<unknown>, tx: Db): Promise<Outcome> {
  try {
    return await change(tx);
  } catch (error) {
    if (error instanceof AppError) return { refusal: error };
    throw error;
  }
}

function settle(job: Job, outcome: Outcome): void {
  if ('refusal' in outcome) job.reject(outcome.refusal);
  else job.resolve(outcome.result);
}
