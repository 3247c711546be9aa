/**
 * Rate limits by key with fixed windows that begin at a key's first use. Memory is bounded: with too many keys the oldest windows
 * are dropped, however many addresses an attacker has.
 */
import { AppError } from '../errors.ts';
import { Recent } from './recent.ts';

export type Rate = {
  /** Points that a key may use within a window; infinite: no limit, and nothing is counted. */
  readonly points: number;
  readonly seconds: number;
};

/** The state of a key after a use. */
export type Use = {
  readonly allowed: boolean;
  readonly limit: number;
  /** Points used in this window, including refused ones. */
  readonly used: number;
  /** Seconds until the window ends, rounded up. */
  readonly reset: number;
};

export type Rates = {
  take(key: string, points?: number): Use | Promise<Use>;
  /** Gives back points that turn out not to count. */
  giveBack(key: string, points: number): void | Promise<void>;
};

/** @throws AppError `rate_limited` */
export function requireAllowed(use: Use): Use {
  if (!use.allowed) throw rateLimited(use);
  return use;
}

export function rateLimited({ reset }: Use): AppError {
  return new AppError('rate_limited', { retryAfter: reset });
}

type Window = { used: number; readonly endsAt: number };

const MAX_KEYS = 100_000;

export class MemoryRates implements Rates {
  readonly #rate: Rate;
  readonly #windows: Recent<Window>;
  #agesAt = 0;

  constructor(rate: Rate) {
    this.#rate = rate;
    this.#windows = new Recent(MAX_KEYS);
  }

  get size(): number {
    return this.#windows.size;
  }

  take(key: string, points = 1): Use {
    const { points: limit, seconds } = this.#rate;
    if (limit === Number.POSITIVE_INFINITY) return { allowed: true, limit, used: points, reset: seconds };
    const now = performance.now();
    const window = this.#windowOf(key, now);
    window.used += points;
    const reset = Math.min(seconds, Math.max(1, Math.ceil((window.endsAt - now) / 1_000)));
    return { allowed: window.used <= limit, limit, used: window.used, reset };
  }

  giveBack(key: string, points: number): void {
    const window = this.#windows.get(key);
    if (window !== undefined) window.used = Math.max(0, window.used - points);
  }

  #windowOf(key: string, now: number): Window {
    const known = this.#windows.get(key);
    if (known !== undefined && known.endsAt > now) return known;
    const length = this.#rate.seconds * 1_000;
    // All windows have one length, so those from before the previous ageing have ended.
    if (this.#agesAt <= now) {
      this.#windows.age();
      this.#agesAt = now + length;
    }
    const window = { used: 0, endsAt: now + length };
    this.#windows.set(key, window);
    return window;
  }
}
