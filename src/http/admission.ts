/**
 * Who gets in at the door: connections by address and in all, requests by address, requests of a readable size, and bodies
 * that keep coming.
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
    /** Whether anybody may ask it as often as they like: it costs nothing, and those who ask share addresses. */
    uncounted?: boolean;
  }
}

/** Characters of a request's path and query, and how many parts each may have. */
const MAX_URL = 8_192;
const MAX_QUERY = 100;
const MAX_HEADERS = 100;
/** Bytes that buy a slow sender another second for its body. */
const BODY_PACE = 16 * 1024;
/** Bodies that are on their way are looked at this often, in ms. */
const LOOK_INTERVAL = 1_000;

/** Turns connections away before anything of them is read. Those of a proxy are many clients': their number is its affair. */
export function limitConnections(server: Server, limits: Limits): void {
  server.maxConnections = limits.connections;
  const open = new Tally();
  const known = new WeakSet<Socket>();
  server.prependListener('connection', (socket: Socket) => {
    const address = socket.remoteAddress ?? '';
    // A connection comes again when it was offered another protocol.
    if (known.has(socket) || limits.isProxy(address)) return;
    known.add(socket);
    const network = networkOf(address);
    socket.once('close', () => open.remove(network));
    if (open.add(network) > limits.connectionsPerAddress) socket.destroy();
  });
}

/** To be called before there are scopes. Says in `RateLimit-*` how much is left (as drafts of the IETF up to the sixth have it). */
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
    const error = faultOf(raw) ?? unreadable(originalUrl);
    if (error !== null) throw closing(reply, error);
    if (hasBody(raw)) watchBody(raw, limits.bodyTimeout * 1_000);
  });
}

/** An upgrade is a request too. @throws AppError `rate_limited` | `too_large` | `invalid` */
export function admitUpgrade(request: IncomingMessage, limits: Limits): void {
  limits.watchProxy(request);
  requireAllowed(limits.requestRates.take(limits.clientOf(request)));
  const error = faultOf(request);
  if (error !== null) throw error;
}

/** What is wrong with the request line and the headers. */
function faultOf({ url = '', rawHeaders }: IncomingMessage): AppError | null {
  if (url.length > MAX_URL || rawHeaders.length > 2 * MAX_HEADERS) return new AppError('too_large');
  const parameters = url.split('?', 2)[1]?.split('&', MAX_QUERY + 1).length ?? 0;
  if (parameters > MAX_QUERY) return new AppError('invalid', { message: `at most ${MAX_QUERY} query parameters` });
  return null;
}

/** Who is refused before anything was done is not heard further: the answer ends the connection. */
export function closing(reply: FastifyReply, error: AppError): AppError {
  void reply.header('connection', 'close');
  return error;
}

export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/**
 * Ends the connection of a client that is silent for `patience` ms, or sends more slowly than `BODY_PACE` for long. What is
 * sent faster than that counts for `patience` at most: a fast beginning buys no slow end. While the server itself doesn't
 * read, nothing is counted.
 */
function watchBody(request: IncomingMessage, patience: number): void {
  const { socket } = request;
  const between = Math.min(LOOK_INTERVAL, patience / 4);
  let left = patience;
  let seen = socket.bytesRead;
  let lookedAt = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    const paid = ((socket.bytesRead - seen) / BODY_PACE) * 1_000;
    if (!socket.isPaused() || paid > 0) left = Math.min(patience, left + paid) - (now - lookedAt);
    seen = socket.bytesRead;
    lookedAt = now;
    if (left <= 0) socket.destroy();
  }, between).unref();
  const done = () => clearInterval(timer);
  request.once('end', done).once('close', done);
}
