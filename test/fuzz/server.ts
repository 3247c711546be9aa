/** The server under fire, in a process of its own: says where it listens, and how much memory it holds when asked. */
import { loadConfig } from '../../src/config/config.ts';
import { startServer } from '../../src/server.ts';

const server = await startServer(loadConfig(process.env));
process.on('message', () => {
  globalThis.gc?.();
  const { heapUsed, rss } = process.memoryUsage();
  process.send?.({ heapUsed, rss });
});
process.on('disconnect', () => void server.close().then(() => process.exit(0)));
process.send?.({ url: server.url });
