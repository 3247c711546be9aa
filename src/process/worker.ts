/** A worker: one of several servers that share a port. Its parent sends its configuration and stops it. */
import { loadConfig } from '../config/config.ts';
import { type KoineNode, startServer } from '../server.ts';
import { startFailure } from './start-failure.ts';
import { STOP_SIGNALS } from './stop-signals.ts';
import { channelToParent, type FromWorker, metricsChannelToParent, type ToWorker } from './worker-channel.ts';

work();

function work(): void {
  let server: Promise<KoineNode> | null = null;
  const stop = async () => {
    const running = await server?.catch(() => null);
    await running?.close();
    process.exit(0);
  };
  process.on('message', (message: ToWorker) => {
    if (message.kind === 'stop') void stop();
    if (message.kind === 'worker-ended')
      void server?.then((running) => endPresence(running, message.node)).catch(() => {});
    if (message.kind !== 'start') return;
    const { kind: _, environment, ...own } = message;
    const role = { ...own, channel: channelToParent(), metricsChannel: metricsChannelToParent() };
    server = Promise.resolve().then(() => startServer(loadConfig(environment), role));
    void report(server);
  });
  // Terminals and service managers signal the whole process group. The parent receives them too, and stops its workers.
  for (const signal of STOP_SIGNALS) process.on(signal, () => {});
  send({ kind: 'listening' });
}

async function endPresence(server: KoineNode, node: string): Promise<void> {
  await server.expireNodes([node]);
  send({ kind: 'presence-ended', node });
}

async function report(server: Promise<KoineNode>): Promise<void> {
  try {
    const { url, parts } = await server;
    send({ kind: 'ready', url, parts });
  } catch (error) {
    send({ kind: 'failed', reason: startFailure(error) }, () => process.exit(1));
  }
}

function send(message: FromWorker, sent: () => void = () => {}): void {
  process.send?.(message, undefined, undefined, sent);
}
