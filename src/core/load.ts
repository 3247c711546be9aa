/** How busy core is: what waits, and how long commits take. Plain numbers, read when somebody asks. */
import { Distribution, SECONDS, SIZES } from '../distribution.ts';

/** One batch that was committed. Times: Unix milliseconds. */
export type Committed = { readonly lane: string; readonly size: number; readonly from: number; readonly to: number };

/** A group commit: what waits for the next batch, how large batches are, how long it takes from being sent to being committed. */
export class LaneLoad {
  readonly name: string;
  readonly waiting: () => number;
  readonly batches = new Distribution(SIZES);
  /** Seconds. */
  readonly latency = new Distribution(SECONDS);
  /** Refused, as too many waited already. */
  overflows = 0;
  /** Told of each batch. */
  onCommitted: ((batch: Committed) => void) | null = null;

  constructor(name: string, waiting: () => number) {
    this.name = name;
    this.waiting = waiting;
  }

  /** `sentAt` of each, and `begunAt`, by `performance.now()`. */
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
  /** What else waits, by name. */
  readonly queues: Readonly<Record<string, () => number>>;
};
