/**
 * How values are spread: how many fell up to each bound, in plain numbers. Cheap enough for every message, and read only
 * when somebody asks.
 */
export class Distribution {
  /** Rising; a value counts where it is not above the bound. */
  readonly bounds: readonly number[];
  /** Each bound's own values, not those of the bounds below it; at the end, those above all. */
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

/** Seconds, for what takes from half a millisecond to the longest deadline. */
export const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;
/** Sizes of batches. */
export const SIZES = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512] as const;
