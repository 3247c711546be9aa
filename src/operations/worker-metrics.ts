/**
 * A scrape of a port that workers share reaches any of them, and is told of all: the one that is asked asks their parent, which
 * asks each and hands on what it hears, unread.
 */
import { AggregatorRegistry } from 'prom-client';
import { withinDeadline } from '../deadline.ts';
import type { Metrics } from './metrics.ts';

/** `of`: the figures of a worker each, as JSON. */
export type MetricsMessage =
  | { readonly kind: 'ask-metrics'; readonly id: number }
  | { readonly kind: 'metrics'; readonly id: number; readonly of: readonly string[] };

export type MetricsChannel = {
  send(message: MetricsMessage): void;
  onMessage(listener: (message: MetricsMessage) => void): void;
};

/** How long a worker may take, in ms: a database that hangs takes most of it. One that takes longer is left out. */
const WORKER_DEADLINE = 2_500;
const PARENT_DEADLINE = 3_000;

/** Both ends ask and are asked. */
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

  /** @returns nothing where the other end does not answer in time */
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

/** The parent's part. */
export class MetricsRelay {
  readonly #workers = new Set<MetricsEndpoint>();

  /** @returns what ends the membership */
  join(channel: MetricsChannel): () => void {
    const worker = new MetricsEndpoint(channel, async () =>
      (await Promise.all([...this.#workers].map((one) => one.ask(WORKER_DEADLINE)))).flat(),
    );
    this.#workers.add(worker);
    return () => this.#workers.delete(worker);
  }
}

/** A worker's part: its own figures where the parent does not answer. */
export function metricsOfAll(own: Metrics, channel: MetricsChannel): Metrics {
  const parent = new MetricsEndpoint(channel, async () => [await own.json()]);
  let asking: Promise<string> | null = null;
  async function gather(): Promise<string> {
    const all = await parent.ask(PARENT_DEADLINE);
    return textOf(all.length > 0 ? all : [await own.json()]);
  }
  return {
    ...own,
    /** However many ask at once, the workers are asked once. */
    text: () => {
      asking ??= gather().finally(() => {
        asking = null;
      });
      return asking;
    },
  };
}

/** Each figure has its worker for a label, so that there is nothing to add up: the sum of one is itself. */
function textOf(all: readonly string[]): Promise<string> {
  const figures = all.map((json) => (JSON.parse(json) as object[]).map((metric) => ({ ...metric, aggregator: 'sum' })));
  return AggregatorRegistry.aggregate(figures).metrics();
}
