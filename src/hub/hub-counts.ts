/** What a hub has done so far, in plain numbers that are read when somebody asks. */
import { Distribution, SECONDS } from '../distribution.ts';

export class HubCounts {
  /** Given to sockets. */
  framesOut = 0;
  bytesOut = 0;
  /** How often something was missing and the log was asked for it, and the events that it had. */
  repairs = 0;
  repairedEvents = 0;
  /** Seconds from a commit, as its node tells the broker of it, until the sockets of that node have been written to. */
  readonly delivery = new Distribution(SECONDS);
  /** When the oldest of what this turn writes was published; infinite where nothing is known. */
  #publishedAt = Number.POSITIVE_INFINITY;

  turnBegins(): void {
    this.#publishedAt = Number.POSITIVE_INFINITY;
  }

  /** What was published then is being given to the sockets. */
  delivers(publishedAt: number): void {
    if (publishedAt < this.#publishedAt) this.#publishedAt = publishedAt;
  }

  turnEnds(): void {
    if (this.#publishedAt === Number.POSITIVE_INFINITY) return;
    this.delivery.observe((performance.now() - this.#publishedAt) / 1_000);
  }
}
