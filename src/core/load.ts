/** The load of core: queue lengths, batch sizes and commit latency. Plain numbers that a scrape reads. */
import { Distribution, SECONDS, SIZES } from '../distribution.ts';

/** A committed batch. Times: Unix milliseconds. */
export type Committed = { readonly lane: string; readonly size: number; readonly from: number; readonly to: number };

/** The figures of a lane: waiting inputs, batch sizes, and latency from sending to commit. */
export class LaneLoad {
  readonly name: string;
  readonly waiting: () => number;
  readonly batches = new Distribution(SIZES);
  /** Seconds. */
  readonly latency = new Distribution(SECONDS);
  /** Inputs refused because too many were waiting. */
  overflows = 0;
  /** Called for each batch. */
  onCommitted: ((batch: Committed) => void) | null = null;

  constructor(name: string, waiting: () => number) {
    this.name = name;
    this.waiting = waiting;
  }

  /** `sentAt` and `begunAt` are times of `performance.now()`. */
  committed(batch: readonly { readonly sentAt: number }[], begunAt: number): void {
    const now = performance.now();
    this.batches.observe(batch.length);
    for (const { sentAt } of batch) this.latency.observe((now - sentAt) / 1_000);
    const to = Date.now();
    this.onCommitted?.({ lane: this.name, size: batch.length, from: to - (now - begunAt), to });
  }
}

export type Load = {
  readonly lanes: readonly LaneLoad[];
  /** Lengths of the other queues, by name. */
  readonly queues: Readonly<Record<string, () => number>>;
};
