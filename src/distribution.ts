/** A histogram in plain numbers: cheap enough to update per message, and converted only when it is scraped. */
export class Distribution {
  /** Ascending upper bounds, inclusive. */
  readonly bounds: readonly number[];
  /** Counts per bucket, not cumulative; the last one counts values above all bounds. */
  readonly counts: number[];
  sum = 0;

  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.counts = new Array(bounds.length + 1).fill(0);
  }

  observe(value: number): void {
    let index = 0;
    while (index < this.bounds.length && value > (this.bounds[index] as number)) index += 1;
    this.counts[index] = (this.counts[index] as number) + 1;
    this.sum += value;
  }
}

/** Latency buckets in seconds, from half a millisecond to the longest deadline. */
export const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;
/** Batch size buckets. */
export const SIZES = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512] as const;
