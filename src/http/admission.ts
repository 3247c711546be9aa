/**
 * Admission control: limits on connections (per address and in total), on requests per address, on the size of the
 * request head, and on slow request bodies.
 */
import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { AppError } from '../errors.ts';
import { networkOf } from '../limits/addresses.ts';
import type { Limits } from '../limits/limits.ts';
import { rateLimited, requireAllowed } from '../limits/rates.ts';
import { Tally } from '../limits/tally.ts';
import { unreadable } from './unreadable-urls.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Exempts a route from the request rate limit: it is cheap, and its clients share addresses. */
    uncounted?: boolean;
    /** The answer waits for events: it counts as an open socket of its client. */
    waits?: boolean;
    /** Multipart bodies are streamed to the spool, not read as a whole. */
    streamsForms?: boolean;
    /** So are bodies of every type. */
    streamsBodies?: boolean;
  }
}

/** Limits on a request's URL (characters), query parameters and headers. */
const MAX_URL = 8_192;
const MAX_QUERY = 100;
const MAX_HEADERS = 100;
/** A sender must deliver this many bytes per second of its body, or its patience runs out. */
const MIN_BODY_RATE = 16 * 1024;
/** How often request bodies in transit are checked, in ms. */
const CHECK_INTERVAL = 1_000;
/** Seconds until a client with too many open sockets should retry. */
export const TOO_MANY_OPEN = { retryAfter: 10 };

/**
 * Destroys excess connections before anything is read from them. Connections from a trusted proxy carry many clients,
 * so they are not counted per address.
 */
export function limitConnections(server: Server, limits: Limits): void {
  server.maxConnections = limits.connections;
  const open = new Tally();
  const known = new WeakSet<Socket>();
  server.prependListener('connection', (socket: Socket) => {
    const address = socket.remoteAddress ?? '';
    // The event fires again for the same socket when an upgrade offer is declined.
    if (known.has(socket) || limits.isProxy(address)) return;
    known.add(socket);
    const network = networkOf(address);
    // There is only one `close`: `once` would keep three more objects a socket.
    socket.on('close', () => open.remove(network));
    if (open.add(network) > limits.connectionsPerAddress) socket.destroy();
  });
}

/**
 * Call it before any scope is registered. Reports the remaining quota in `RateLimit-*` headers (IETF drafts up to -06).
 */
export function limitRequests(app: FastifyInstance, limits: Limits): void {
  app.addHook('onRequest', async ({ raw, originalUrl, routeOptions }, reply) => {
    if (!routeOptions.config.uncounted) limits.watchProxy(raw);
    if (limits.on && !routeOptions.config.uncounted) {
      const use = limits.requestRates.take(limits.clientOf(raw));
      void reply.headers({
        'ratelimit-limit': use.limit,
        'ratelimit-remaining': Math.max(0, use.limit - use.used),
        'ratelimit-reset': use.reset,
      });
      if (!use.allowed) throw closing(reply, rateLimited(use));
    }
    const error = headError(raw) ?? unreadable(originalUrl);
    if (error !== null) throw closing(reply, error);
    if (hasBody(raw)) watchBody(raw, limits.bodyTimeout * 1_000);
    if (routeOptions.config.waits) countAsSocket(limits.clientOf(raw), reply, limits);
  });
}

/** @throws AppError `rate_limited` */
function countAsSocket(client: string, reply: FastifyReply, { openSockets, socketsPerAddress }: Limits): void {
  if (openSockets.of(client) >= socketsPerAddress) throw closing(reply, new AppError('rate_limited', TOO_MANY_OPEN));
  openSockets.add(client);
  reply.raw.once('close', () => openSockets.remove(client));
}

/** Applies the same limits to upgrades. @throws AppError `rate_limited` | `too_large` | `invalid` */
export function limitUpgrade(request: IncomingMessage, limits: Limits): void {
  limits.watchProxy(request);
  requireAllowed(limits.requestRates.take(limits.clientOf(request)));
  const error = headError(request);
  if (error !== null) throw error;
}

function headError({ url = '', rawHeaders }: IncomingMessage): AppError | null {
  if (url.length > MAX_URL || rawHeaders.length > 2 * MAX_HEADERS) return new AppError('too_large');
  const parameters = url.split('?', 2)[1]?.split('&', MAX_QUERY + 1).length ?? 0;
  if (parameters > MAX_QUERY) return new AppError('invalid', { message: `at most ${MAX_QUERY} query parameters` });
  return null;
}

/** A request refused this early is not read any further: the answer closes the connection. */
export function closing(reply: FastifyReply, error: AppError): AppError {
  void reply.header('connection', 'close');
  return error;
}

export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/**
 * Closes the connection of a slow client: one that is silent for `patience` ms, or stays below `MIN_BODY_RATE`. Credit for
 * faster sending is capped at `patience`, so a fast start cannot pay for a slow end. Time in which the server itself
 * does not read is not counted.
 */
function watchBody(request: IncomingMessage, patience: number): void {
  const { socket } = request;
  const interval = Math.min(CHECK_INTERVAL, patience / 4);
  let left = patience;
  let seen = socket.bytesRead;
  let checkedAt = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    const paid = ((socket.bytesRead - seen) / MIN_BODY_RATE) * 1_000;
    if (!socket.isPaused() || paid > 0) left = Math.min(patience, left + paid) - (now - checkedAt);
    seen = socket.bytesRead;
    checkedAt = now;
    if (left <= 0) socket.destroy();
  }, interval).unref();
  const done = () => clearInterval(timer);
  request.once('end', done).once('close', done);
}
