/**
 * Rate limits of incoming frames: by account over all its sockets; before authentication, by socket and by address. Every frame
 * counts: texts, control frames and fragments.
 */
import type { Buckets } from './buckets.ts';

export type FrameBuckets = { readonly account: Buckets; readonly address: Buckets };

/** The metered socket: `identity` is null until it has authenticated. */
type Metered = {
  readonly identity: { readonly accountId: number } | null;
  onClose(meter: { closed(): void }): void;
};

/** `entering`: whether the socket has sent its token, which may still be in verification. */
type Entrant = { readonly entering: boolean };

/** Frames that an unauthenticated socket may send at once, and ms until it may send another. */
const ANONYMOUS = 10;
const ANONYMOUS_PACE = 1_000;

export class FrameRates {
  readonly #buckets: FrameBuckets;

  constructor(buckets: FrameBuckets) {
    this.#buckets = buckets;
  }

  meter(connection: Metered, address: string, entrant: Entrant): FrameMeter {
    return new FrameMeter(this.#buckets, connection, address, entrant);
  }
}

export class FrameMeter {
  readonly #buckets: FrameBuckets;
  readonly #connection: Metered;
  readonly #address: string;
  readonly #entrant: Entrant;
  /** Frames received during authentication, charged to the account or to the address once it is decided. */
  #early = 0;
  #own: number;
  #filledAt = performance.now();

  constructor(buckets: FrameBuckets, connection: Metered, address: string, entrant: Entrant) {
    this.#buckets = buckets;
    this.#connection = connection;
    this.#address = address;
    this.#entrant = entrant;
    this.#own = this.#most;
    connection.onClose(this);
  }

  closed(): void {
    this.#settle();
  }

  /** @returns 0, or the seconds until a retry can succeed */
  take(frames = 1): number {
    const { identity } = this.#connection;
    if (identity !== null) {
      this.#settle();
      return this.#buckets.account.take(String(identity.accountId), frames);
    }
    if (this.#entrant.entering) {
      if (this.left < frames) return 1;
      this.#early += frames;
      return 0;
    }
    this.#fill();
    if (this.#own < frames) return Math.ceil(((frames - this.#own) * ANONYMOUS_PACE) / 1_000);
    const retryAfter = this.#buckets.address.take(this.#address, frames);
    if (retryAfter === 0) this.#own -= frames;
    return retryAfter;
  }

  /** Frames that may arrive now. */
  get left(): number {
    const { identity } = this.#connection;
    if (identity !== null) return this.#buckets.account.left(String(identity.accountId));
    if (this.#entrant.entering) return Math.max(0, this.#buckets.account.rate.points - this.#early);
    this.#fill();
    return Math.min(Math.floor(this.#own), this.#buckets.address.left(this.#address));
  }

  /** Frames that may arrive now, if the first of them authenticates the socket. */
  get leftOnceKnown(): number {
    if (this.#connection.identity !== null) return this.left;
    return Math.max(this.left, this.#buckets.account.rate.points - this.#early);
  }

  /** Infinite where the address's limit is switched off. */
  get #most(): number {
    return Number.isFinite(this.#buckets.address.rate.points) ? ANONYMOUS : Number.POSITIVE_INFINITY;
  }

  #fill(): void {
    const now = performance.now();
    this.#own = Math.min(this.#most, this.#own + (now - this.#filledAt) / ANONYMOUS_PACE);
    this.#filledAt = now;
  }

  #settle(): void {
    const { identity } = this.#connection;
    if (identity !== null) this.#buckets.account.charge(String(identity.accountId), this.#early);
    else this.#buckets.address.charge(this.#address, this.#early);
    this.#early = 0;
  }
}
