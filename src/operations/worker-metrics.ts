/**
 * Merges the metrics of all workers, since a scrape reaches any of them: that worker asks the parent, which asks each
 * worker and forwards the answers unparsed.
 */
import { AggregatorRegistry } from 'prom-client';
import { withinDeadline } from '../deadline.ts';
import type { Metrics } from './metrics.ts';

/** `of`: the metrics of each worker, as JSON. */
export type MetricsMessage =
  | { readonly kind: 'ask-metrics'; readonly id: number }
  | { readonly kind: 'metrics'; readonly id: number; readonly of: readonly string[] };

export type MetricsChannel = {
  send(message: MetricsMessage): void;
  onMessage(listener: (message: MetricsMessage) => void): void;
};

/** How long a worker may take, in ms; an unresponsive database takes most of it. A slower worker is left out. */
const WORKER_DEADLINE = 2_500;
const PARENT_DEADLINE = 3_000;

/** Request and response over a channel, in both directions. */
class MetricsEndpoint {
  readonly #channel: MetricsChannel;
  readonly #waiting = new Map<number, (of: readonly string[]) => void>();
  #lastId = 0;

  constructor(channel: MetricsChannel, figures: () => Promise<readonly string[]>) {
    this.#channel = channel;
    channel.onMessage((message) => {
      if (message.kind === 'metrics') this.#waiting.get(message.id)?.(message.of);
      else void this.#answer(message.id, figures);
    });
  }

  async #answer(id: number, figures: () => Promise<readonly string[]>): Promise<void> {
    const of = await figures().catch(() => []);
    this.#channel.send({ kind: 'metrics', id, of });
  }

  /** @returns an empty list if the other end does not answer in time */
  async ask(deadline: number): Promise<readonly string[]> {
    this.#lastId += 1;
    const id = this.#lastId;
    const answered = new Promise<readonly string[]>((resolve) => this.#waiting.set(id, resolve));
    this.#channel.send({ kind: 'ask-metrics', id });
    const of = await withinDeadline(answered, deadline);
    this.#waiting.delete(id);
    return of ?? [];
  }
}

/** The parent's side. */
export class MetricsRelay {
  readonly #workers = new Set<MetricsEndpoint>();

  /** @returns a function that removes the worker */
  join(channel: MetricsChannel): () => void {
    const worker = new MetricsEndpoint(channel, async () =>
      (await Promise.all([...this.#workers].map((one) => one.ask(WORKER_DEADLINE)))).flat(),
    );
    this.#workers.add(worker);
    return () => this.#workers.delete(worker);
  }
}

/** A worker's side. If the parent does not answer, only its own metrics are returned. */
export function metricsOfAll(own: Metrics, channel: MetricsChannel): Metrics {
  const parent = new MetricsEndpoint(channel, async () => [await own.json()]);
  let asking: Promise<string> | null = null;
  async function gather(): Promise<string> {
    const all = await parent.ask(PARENT_DEADLINE);
    return textOf(all.length > 0 ? all : [await own.json()]);
  }
  return {
    ...own,
    /** Concurrent scrapes share one request to the workers. */
    text: () => {
      asking ??= gather().finally(() => {
        asking = null;
      });
      return asking;
    },
  };
}

/** Every metric has a worker label, so summing adds nothing up: each sum has a single term. */
function textOf(all: readonly string[]): Promise<string> {
  const figures = all.map((json) => (JSON.parse(json) as object[]).map((metric) => ({ ...metric, aggregator: 'sum' })));
  return AggregatorRegistry.aggregate(figures).metrics();
}
