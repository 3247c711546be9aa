/** Counters of a hub, plain numbers that a scrape reads. */
import { Distribution, SECONDS } from '../distribution.ts';

export class HubCounts {
  /** Queued for sockets. */
  framesOut = 0;
  bytesOut = 0;
  /** How often missing events were read from the log, and how many events that returned. */
  repairs = 0;
  repairedEvents = 0;
  /** Seconds from publishing a commit until it has been written to the sockets of the same node. */
  readonly delivery = new Distribution(SECONDS);
  /** When the oldest event that this tick writes was published; infinite: unknown. */
  #publishedAt = Number.POSITIVE_INFINITY;

  tickBegins(): void {
    this.#publishedAt = Number.POSITIVE_INFINITY;
  }

  /** Events published at that time are being queued for sockets. */
  delivers(publishedAt: number): void {
    if (publishedAt < this.#publishedAt) this.#publishedAt = publishedAt;
  }

  tickEnds(): void {
    if (this.#publishedAt === Number.POSITIVE_INFINITY) return;
    this.delivery.observe((performance.now() - this.#publishedAt) / 1_000);
  }
}
