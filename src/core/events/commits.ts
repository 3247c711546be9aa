/** Serializes the changes to one stream: all nodes commit in one order, and each change sees the changes before it. */
import { AppError } from '../../errors.ts';
import { type Db, type Sql, toKnownError } from '../../store/database.ts';
import { lockStream } from '../../store/events.ts';
import type { LaneLoad } from '../load.ts';
import { append } from './append.ts';
import { type AccountFact, appendPersonal } from './changes.ts';
import type { Event, Fact, KoineHub } from './events.ts';
import { createLane, type Outcome, type Store } from './lane.ts';

/**
 * A change, the event that it causes, and events of accounts' own streams. Without any, it changed nothing. Changes run one after the
 * other, under the stream's lock. A change is retried if the transaction failed because of another change of its batch. An AppError
 * refuses it, thrown before it writes anything.
 */
export type Change<T> = (tx: Db) => Promise<{
  readonly result: T;
  readonly fact?: Fact;
  readonly personal?: readonly AccountFact[];
}>;

type Job = { readonly store: Store<unknown, unknown>; readonly input: unknown };

/** Bounds how long the stream is locked: each change writes at most one text. */
const MAX_BATCH = 64;
const MAX_WAITING = 2_000;

export type Commits = {
  /**
   * @returns what the change returned, once it is stored
   * @throws AppError as the change does | `unauthenticated`: the caller was deleted | `quota_exceeded` | as `Lane.commit`
   */
  commit<T>(change: Change<T>): Promise<T>;
  /**
   * For inserts that need no prior read: `store` stores a batch of inputs and their events in one transaction, under the
   * stream's lock.
   * @returns a function that adds one input to the batch. It returns and throws as `commit`.
   */
  storing<In, Out>(store: Store<In, Out>): (input: In) => Promise<Out>;
  readonly load: LaneLoad;
  flush(): Promise<void>;
};

export function createCommits(sql: Sql, hub: KoineHub, streamId: number): Commits {
  const lane = createLane<Job, unknown>(hub, {
    name: 'board',
    maxBatch: MAX_BATCH,
    maxWaiting: MAX_WAITING,
    streamOf: () => streamId,
    groupOf: ({ store }) => store,
    store: (jobs) => (jobs[0] as Job).store(jobs.map(({ input }) => input)),
    refusalOf: toKnownError,
  });

  const runChanges: Store<Change<unknown>, unknown> = (changes) =>
    sql.begin(async (tx) => {
      await lockStream(tx, streamId);
      const made: (Awaited<ReturnType<Change<unknown>>> | { refusal: AppError })[] = [];
      for (const change of changes) made.push(await change(tx).catch(asRefusal));
      const done = made.flatMap((one) => ('refusal' in one ? [] : [one]));
      const facts = done.flatMap(({ fact }) => fact ?? []);
      const events = (await append(tx, streamId, facts)).values();
      const others = await appendPersonal(
        tx,
        done.flatMap(({ personal }) => personal ?? []),
      );
      return made.map((one): Outcome<unknown> => {
        if ('refusal' in one) return one;
        return {
          result: one.result,
          ...(one.fact && { event: events.next().value as Event }),
          ...(one === done[0] && { others }),
        };
      });
    });

  return {
    commit: <T>(change: Change<T>): Promise<T> =>
      lane.commit({ store: runChanges as Job['store'], input: change }) as Promise<T>,
    storing:
      <In, Out>(store: Store<In, Out>): ((input: In) => Promise<Out>) =>
      (input) =>
        lane.commit({ store: store as Job['store'], input }) as Promise<Out>,
    load: lane.load,
    flush: lane.flush,
  };
}

function asRefusal(error: unknown): { refusal: AppError } {
  if (error instanceof AppError) return { refusal: error };
  throw error;
}
