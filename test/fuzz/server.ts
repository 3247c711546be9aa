/** The server under test in its own process: reports its URL, and its memory on request. */
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
