/** What the parent process and its workers say to each other, over the channel that each worker is born with. */
import type { Worker } from 'node:cluster';
import type { ExchangeMessage, Line } from '../hub/brokers/relay.ts';
import type { MetricsLine, MetricsMessage } from '../operations/worker-metrics.ts';
import type { ServerParts } from '../server.ts';
import type { PreparedDatabase } from './installation.ts';

export type ToWorker =
  | {
      readonly kind: 'start';
      /** Those that the parent read: all workers have the same, whatever has become of `.env` since. */
      readonly environment: Readonly<Record<string, string | undefined>>;
      readonly database: PreparedDatabase;
      /** From 1; one that takes another's place has its number. */
      readonly number: number;
      /** Whether this one does what is done once for all. */
      readonly chores: boolean;
      /** Its id among the nodes, and those of workers that ended, whose people may still be in the lobby. */
      readonly node: string;
      readonly ended: readonly string[];
    }
  /** That worker's process is gone. Answered by `places-ended` once its people are out of the lobby. */
  | { readonly kind: 'worker-ended'; readonly node: string }
  | { readonly kind: 'stop' };

export type Ready = { readonly kind: 'ready'; readonly url: string; readonly parts: ServerParts };
/** `listening`: for messages; what is sent before is lost. `line`: why, for a person. */
export type FromWorker =
  | { readonly kind: 'listening' }
  | Ready
  | { readonly kind: 'failed'; readonly line: string }
  | { readonly kind: 'places-ended'; readonly node: string };

const OF_EXCHANGE = new Set<string>(['subscribe', 'subscribed', 'unsubscribe', 'parcels', 'loss']);

const OF_METRICS = new Set<string>(['ask-metrics', 'metrics']);

type Said = ExchangeMessage | MetricsMessage | ToWorker | FromWorker;

function isOfExchange(message: Said): message is ExchangeMessage {
  return OF_EXCHANGE.has(message.kind);
}

function isOfMetrics(message: Said): message is MetricsMessage {
  return OF_METRICS.has(message.kind);
}

export function lineToWorker(worker: Worker): Line {
  return {
    send: (message, sent) => worker.send(message, sent),
    onMessage: (listener) => worker.on('message', (message: Said) => isOfExchange(message) && listener(message)),
  };
}

export function lineToParent(): Line {
  return {
    send: (message, sent) => process.send?.(message, undefined, undefined, sent),
    onMessage: (listener) =>
      process.on('message', (message) => isOfExchange(message as Said) && listener(message as ExchangeMessage)),
  };
}

export function metricsLineToWorker(worker: Worker): MetricsLine {
  return {
    send: (message) => worker.send(message, () => {}),
    onMessage: (listener) => worker.on('message', (message: Said) => isOfMetrics(message) && listener(message)),
  };
}

export function metricsLineToParent(): MetricsLine {
  return {
    send: (message) => process.send?.(message, undefined, undefined, () => {}),
    onMessage: (listener) =>
      process.on('message', (message) => isOfMetrics(message as Said) && listener(message as MetricsMessage)),
  };
}
