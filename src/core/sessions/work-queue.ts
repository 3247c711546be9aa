/**
 * A work queue for costly tasks: bounded concurrency, bounded length and bounded waits. The lowest rank runs next, LIFO among
 * equals: under overload, the client that has waited longest has most likely given up.
 */
import { AppError } from '../../errors.ts';

export type WorkQueueOptions = {
  /** Tasks that run at once. */
  readonly atOnce: number;
  /** Tasks that may wait. */
  readonly queue: number;
  /** Longest wait, in ms. */
  readonly patience: number;
};

type Waiting = { readonly rank: number; readonly since: number; start(): void; refuse(error: AppError): void };

const OVERLOADED = { retryAfter: 2 };

export type WorkQueue = {
  /** @throws AppError `overloaded`: the queue is full of lower ranks, or the wait was too long */
  run<T>(rank: number, task: () => Promise<T>): Promise<T>;
  waiting(): number;
};

export function createWorkQueue({ atOnce, queue, patience }: WorkQueueOptions): WorkQueue {
  /** In order of arrival. */
  let waiting: Waiting[] = [];
  let running = 0;

  async function run<T>(rank: number, task: () => Promise<T>): Promise<T> {
    if (running >= atOnce) await wait(rank);
    else running += 1;
    try {
      return await task();
    } finally {
      running -= 1;
      next();
    }
  }

  function wait(rank: number): Promise<void> {
    return new Promise((resolve, reject) => {
      waiting.push({ rank, since: performance.now(), start: resolve, refuse: reject });
      if (waiting.length <= queue) return;
      const last = waiting.reduce((worst, one) => (one.rank > worst.rank ? one : worst));
      leave(last);
      last.refuse(new AppError('overloaded', OVERLOADED));
    });
  }

  function next(): void {
    const since = performance.now() - patience;
    const late = waiting.filter((one) => one.since < since);
    waiting = waiting.filter((one) => one.since >= since);
    for (const one of late) one.refuse(new AppError('overloaded', OVERLOADED));
    if (waiting.length === 0) return;
    const first = waiting.reduce((best, one) => (one.rank <= best.rank ? one : best));
    leave(first);
    running += 1;
    first.start();
  }

  function leave(one: Waiting): void {
    waiting.splice(waiting.indexOf(one), 1);
  }

  return { run, waiting: (): number => waiting.length };
}
