/** The messages between the parent process and its workers, over Node's cluster channel. */
import type { Worker } from 'node:cluster';
import type { Channel, RelayMessage } from '../hub/brokers/relay.ts';
import type { MetricsChannel, MetricsMessage } from '../operations/worker-metrics.ts';
import type { ServerParts } from '../server.ts';
import type { PreparedDatabase } from './installation.ts';

export type ToWorker =
  | {
      readonly kind: 'start';
      /** The parent's environment: all workers use the same, even if `.env` has changed since. */
      readonly environment: Readonly<Record<string, string | undefined>>;
      readonly database: PreparedDatabase;
      /** From 1; a replacement keeps the number. */
      readonly number: number;
      /** Whether this worker runs the scheduled jobs of the installation. */
      readonly scheduledJobs: boolean;
      /** Its node id, and those of ended workers whose presence entries may still exist. */
      readonly node: string;
      readonly ended: readonly string[];
    }
  /** The worker's process has exited. Answered by `presence-ended` once its presence entries are removed. */
  | { readonly kind: 'worker-ended'; readonly node: string }
  | { readonly kind: 'stop' };

export type Ready = { readonly kind: 'ready'; readonly url: string; readonly parts: ServerParts };
/** `listening`: ready to receive; earlier messages would be lost. `reason`: why it failed, in one line. */
export type FromWorker =
  | { readonly kind: 'listening' }
  | Ready
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'presence-ended'; readonly node: string };

const RELAY_KINDS = new Set<string>(['subscribe', 'subscribed', 'unsubscribe', 'batches', 'loss']);

const METRICS_KINDS = new Set<string>(['ask-metrics', 'metrics']);

type ChannelMessage = RelayMessage | MetricsMessage | ToWorker | FromWorker;

function isRelayMessage(message: ChannelMessage): message is RelayMessage {
  return RELAY_KINDS.has(message.kind);
}

function isMetricsMessage(message: ChannelMessage): message is MetricsMessage {
  return METRICS_KINDS.has(message.kind);
}

export function channelToWorker(worker: Worker): Channel {
  return {
    send: (message, sent) => worker.send(message, sent),
    onMessage: (listener) =>
      worker.on('message', (message: ChannelMessage) => isRelayMessage(message) && listener(message)),
  };
}

export function channelToParent(): Channel {
  return {
    send: (message, sent) => process.send?.(message, undefined, undefined, sent),
    onMessage: (listener) =>
      process.on(
        'message',
        (message) => isRelayMessage(message as ChannelMessage) && listener(message as RelayMessage),
      ),
  };
}

export function metricsChannelToWorker(worker: Worker): MetricsChannel {
  return {
    send: (message) => worker.send(message, () => {}),
    onMessage: (listener) =>
      worker.on('message', (message: ChannelMessage) => isMetricsMessage(message) && listener(message)),
  };
}

export function metricsChannelToParent(): MetricsChannel {
  return {
    send: (message) => process.send?.(message, undefined, undefined, () => {}),
    onMessage: (listener) =>
      process.on(
        'message',
        (message) => isMetricsMessage(message as ChannelMessage) && listener(message as MetricsMessage),
      ),
  };
}
