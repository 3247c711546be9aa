/** Serves the sources for development, with a Koine server behind. */
import { createServer, mergeConfig } from 'vite';
import { settings } from './settings.js';

const target = process.env.KOINE_URL ?? 'http://127.0.0.1:3000';
const proxied = { target, ws: true, changeOrigin: true };

const server = await createServer(
  mergeConfig(settings(), { logLevel: 'info', server: { port: 5173, proxy: { '/v1': proxied, '/files': proxied } } }),
);
await server.listen();
server.printUrls();
