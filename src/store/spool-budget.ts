/** How many bytes may be on their way in the spool: of one owner, and of all together. */
import { AppError } from '../errors.ts';

export type SpoolLimits = { readonly bytes: number; readonly bytesPerOwner: number };

type Held = { readonly owner: string; bytes: number };

const UNLIMITED: SpoolLimits = { bytes: Number.POSITIVE_INFINITY, bytesPerOwner: Number.POSITIVE_INFINITY };
/** Seconds: about how long a form in progress takes. */
const RETRY_AFTER = 5;

export class SpoolBudget {
  readonly #limits: SpoolLimits;
  readonly #files = new Map<string, Held>();
  readonly #owners = new Map<string, number>();
  #all = 0;

  constructor(limits = UNLIMITED) {
    this.#limits = limits;
  }

  /** @throws AppError `rate_limited` | `overloaded`; then nothing is taken */
  take(path: string, owner: string, bytes: number): void {
    if ((this.#owners.get(owner) ?? 0) + bytes > this.#limits.bytesPerOwner)
      throw new AppError('rate_limited', { message: 'Too many uploads at once', retryAfter: RETRY_AFTER });
    if (this.#all + bytes > this.#limits.bytes) throw new AppError('overloaded', { retryAfter: RETRY_AFTER });
    this.count(path, owner, bytes);
  }

  /** As `take`, of what is there already. */
  count(path: string, owner: string, bytes: number): void {
    const held = this.#files.get(path) ?? { owner, bytes: 0 };
    held.bytes += bytes;
    this.#files.set(path, held);
    this.#add(owner, bytes);
  }

  release(path: string): void {
    const held = this.#files.get(path);
    if (held === undefined) return;
    this.#files.delete(path);
    this.#add(held.owner, -held.bytes);
  }

  #add(owner: string, bytes: number): void {
    this.#all += bytes;
    const left = (this.#owners.get(owner) ?? 0) + bytes;
    if (left > 0) this.#owners.set(owner, left);
    else this.#owners.delete(owner);
  }
}
