// One load process's account of what its members did, saw and were refused.

/** Samples kept: beyond, a random choice of all. */
const MAX_SAMPLES = 50_000;

export interface CommunityCounts {
  /** Milliseconds from sending a message to seeing it: of each message, for each member who was there. */
  seen: number[];
  deliveries: number;
  /** Actions that succeeded, by name. */
  done: Record<string, number>;
  /** Failures, with their counts. */
  failed: Record<string, number>;
}

export class CommunityLog {
  #counts = newCounts();
  /** Messages sent before do not count. */
  #since = Number.POSITIVE_INFINITY;

  begin(): void {
    this.#counts = newCounts();
    this.#since = clock();
  }

  end(): CommunityCounts {
    this.#since = Number.POSITIVE_INFINITY;
    return this.#counts;
  }

  /** A message that was sent at that time of `clock` arrived now. */
  saw(sentAt: number): void {
    if (sentAt < this.#since) return;
    const { seen } = this.#counts;
    const took = clock() - sentAt;
    this.#counts.deliveries += 1;
    if (seen.length < MAX_SAMPLES) seen.push(took);
    else {
      const index = Math.floor(Math.random() * this.#counts.deliveries);
      if (index < MAX_SAMPLES) seen[index] = took;
    }
  }

  did(name: string): void {
    this.#counts.done[name] = (this.#counts.done[name] ?? 0) + 1;
  }

  failedAt(name: string, reason: string): void {
    const what = `${name}: ${reason}`;
    this.#counts.failed[what] = (this.#counts.failed[what] ?? 0) + 1;
  }
}

/** Unix milliseconds with fractions: the same in all processes. */
export function clock(): number {
  return performance.timeOrigin + performance.now();
}

function newCounts(): CommunityCounts {
  return { seen: [], deliveries: 0, done: {}, failed: {} };
}
