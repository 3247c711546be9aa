/**
 * Token buckets by key, in bounded memory: a bucket holds `points` and refills evenly over `seconds`. Buckets outlive sockets
 * and requests, so reconnecting does not refill them.
 */
import type { Rate } from './rates.ts';
import { Recent } from './recent.ts';

type Bucket = { points: number; filledAt: number };

/**
 * Reports points taken to the other nodes, in the background. Resolves to what is left for all nodes together (negative if
 * several took at once), or null without an answer.
 */
export type Share = (key: string, taken: number) => Promise<number | null>;

const MAX_KEYS = 100_000;
/** The fraction of a bucket that a node takes before it reports. */
const UNREPORTED = 1 / 8;

export class Buckets {
  readonly rate: Rate;
  readonly #perMs: number;
  readonly #buckets: Recent<Bucket>;
  readonly #share: Share | null;
  readonly #unreported: Recent<{ points: number; isReporting: boolean }>;

  constructor(rate: Rate, share: Share | null = null, maxKeys = MAX_KEYS) {
    this.rate = rate;
    this.#perMs = rate.points / (rate.seconds * 1_000);
    this.#buckets = new Recent(maxKeys);
    this.#unreported = new Recent(maxKeys);
    this.#share = rate.points === Number.POSITIVE_INFINITY ? null : share;
  }

  /**
   * Takes that many points, or none if the bucket has fewer. (A cost above the bucket's size needs a full one and leaves a debt.)
   * @returns 0, or the seconds until a retry can succeed, rounded up
   */
  take(key: string, points = 1): number {
    if (this.rate.points === Number.POSITIVE_INFINITY) return 0;
    const bucket = this.#bucketOf(key);
    const missing = Math.min(points, this.rate.points) - bucket.points;
    if (missing > 0) return Math.max(1, Math.ceil(missing / this.#perMs / 1_000));
    this.#spend(key, bucket, points);
    return 0;
  }

  /** Takes points that were used already, even below zero. */
  charge(key: string, points: number): void {
    if (this.rate.points !== Number.POSITIVE_INFINITY && points > 0) this.#spend(key, this.#bucketOf(key), points);
  }

  /** Whole points available now. */
  left(key: string): number {
    if (this.rate.points === Number.POSITIVE_INFINITY) return this.rate.points;
    return Math.max(0, Math.floor(this.#bucketOf(key).points));
  }

  #spend(key: string, bucket: Bucket, points: number): void {
    bucket.points = Math.max(bucket.points - points, -this.rate.points);
    if (this.#share !== null) this.#report(this.#share, key, points);
  }

  #bucketOf(key: string): Bucket {
    const now = performance.now();
    const known = this.#buckets.get(key);
    if (known === undefined) {
      const bucket = { points: this.rate.points, filledAt: now };
      this.#buckets.set(key, bucket);
      return bucket;
    }
    known.points = Math.min(this.rate.points, known.points + (now - known.filledAt) * this.#perMs);
    known.filledAt = now;
    return known;
  }

  #report(share: Share, key: string, points: number): void {
    const unreported = this.#unreported.get(key) ?? { points: 0, isReporting: false };
    unreported.points += points;
    this.#unreported.set(key, unreported);
    if (unreported.isReporting || unreported.points < this.rate.points * UNREPORTED) return;
    const reported = unreported.points;
    unreported.points = 0;
    unreported.isReporting = true;
    void share(key, reported).then((left) => {
      unreported.isReporting = false;
      if (left !== null) this.#bucketOf(key).points = Math.min(this.rate.points, left - unreported.points);
    });
  }
}
