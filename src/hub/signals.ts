/** Signals that wait to be published: of each stream the latest of a key. What is too much is dropped. */
import type { Signal } from './log.ts';

/** How long signals gather, in ms. */
const INTERVAL = 200;
/** Signals that wait on this node, of all streams together. */
const MAX_WAITING = 10_000;

type Publish<S extends Signal> = (streamId: number, signals: readonly S[]) => void;

export class Signals<S extends Signal> {
  readonly #publish: Publish<S>;
  #waiting = new Map<number, Map<string, S>>();
  #count = 0;
  #timer: NodeJS.Timeout | null = null;
  #flushedAt = Number.NEGATIVE_INFINITY;

  /** `publish` is called for each stream, a turn after the first signal, and then once in an interval. */
  constructor(publish: Publish<S>) {
    this.#publish = publish;
  }

  add(streamId: number, signal: S): void {
    const own = this.#waiting.get(streamId) ?? new Map<string, S>();
    if (!own.has(signal.key)) {
      if (this.#count >= MAX_WAITING) return;
      this.#count += 1;
    }
    own.set(signal.key, signal);
    this.#waiting.set(streamId, own);
    const wait = Math.max(0, this.#flushedAt + INTERVAL - performance.now());
    this.#timer ??= setTimeout(() => this.#flush(), wait).unref();
  }

  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#waiting.clear();
  }

  #flush(): void {
    const waiting = this.#waiting;
    this.#waiting = new Map();
    this.#count = 0;
    this.#timer = null;
    this.#flushedAt = performance.now();
    for (const [streamId, signals] of waiting) this.#publish(streamId, [...signals.values()]);
  }
}
