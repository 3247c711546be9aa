/** A worker: one of several servers that share a port. Its parent tells it what to run on and when to stop. */
import { loadConfig } from '../config/config.ts';
import { type KoineNode, startServer } from '../server.ts';
import { startFailure } from './start-failure.ts';
import { STOP_SIGNALS } from './stop-signals.ts';
import { type FromWorker, lineToParent, metricsLineToParent, type ToWorker } from './worker-channel.ts';

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
      void server?.then((running) => endPlaces(running, message.node)).catch(() => {});
    if (message.kind !== 'start') return;
    const { kind: _, environment, ...own } = message;
    const role = { ...own, line: lineToParent(), metricsLine: metricsLineToParent() };
    server = Promise.resolve().then(() => startServer(loadConfig(environment), role));
    void report(server);
  });
  // A terminal and a service manager send them to the whole group. The parent hears them too, and stops its workers.
  for (const signal of STOP_SIGNALS) process.on(signal, () => {});
  tell({ kind: 'listening' });
}

async function endPlaces(server: KoineNode, node: string): Promise<void> {
  await server.endNodes([node]);
  tell({ kind: 'places-ended', node });
}

async function report(server: Promise<KoineNode>): Promise<void> {
  try {
    const { url, parts } = await server;
    tell({ kind: 'ready', url, parts });
  } catch (error) {
    tell({ kind: 'failed', line: startFailure(error) }, () => process.exit(1));
  }
}

function tell(message: FromWorker, sent: () => void = () => {}): void {
  process.send?.(message, undefined, undefined, sent);
}
