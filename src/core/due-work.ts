/** Work that waits in a table until it is due: each node takes a few rows at a time under a lease, so that one of them does each. */
import { withinDeadline } from '../deadline.ts';

export type DueWork = {
  /** Work that was begun may end; the rest is left to the next node, or the next start. */
  stop(): Promise<void>;
};

/** Outcomes of deliveries to other servers since the start. One delivery may be deferred more than once. */
export type DeliveryCounts = { sent: number; deferred: number; givenUp: number };

export type DueWorkOptions<Row> = {
  /** Time between two looks for work, in ms. */
  readonly interval: number;
  readonly atOnce: number;
  /** Takes rows under a lease, `atOnce` at most. */
  readonly take: (atOnce: number) => Promise<readonly Row[]>;
  readonly work: (rows: readonly Row[]) => Promise<unknown>;
  /** A look or a note of what was done failed: the lease runs out, and the next look tries again. */
  readonly onFailure: () => void;
};

const STOP_DEADLINE = 3_000;

export function startDueWork<Row>({ interval, atOnce, take, work, onFailure }: DueWorkOptions<Row>): DueWork {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();

  async function workDue(): Promise<void> {
    for (let taken = atOnce; taken === atOnce && !stopped; ) {
      const rows = await take(atOnce);
      if (rows.length > 0) await work(rows);
      taken = rows.length;
    }
  }

  function schedule(): void {
    timer = setTimeout(() => {
      running = workDue()
        .catch(onFailure)
        .finally(() => {
          if (!stopped) schedule();
        });
    }, interval).unref();
  }

  schedule();
  return {
    stop: async (): Promise<void> => {
      stopped = true;
      clearTimeout(timer);
      await withinDeadline(running, STOP_DEADLINE);
    },
  };
}
