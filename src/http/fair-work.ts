/**
 * Fair scheduling by client address. Requests of one address run concurrently up to a bound, but only one of them if
 * their responses may be as large as a full page; large responses and bodies are paid for from a token bucket. Other requests wait
 * in FIFO order, so expensive pages delay only the client that asks for them.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError } from '../errors.ts';
import { Buckets } from '../limits/buckets.ts';
import type { Limits } from '../limits/limits.ts';
import type { Rate } from '../limits/rates.ts';
import { closing, hasBody } from './admission.ts';

export type WorkLimits = {
  /** Concurrent requests of an address: fewer than the database pool has connections. */
  readonly atOnce: number;
  /** Queue length of an address, and the longest wait in ms. */
  readonly waiting: number;
  readonly patience: number;
  /** Token bucket of an address for responses and bodies, in pieces of `PIECE` bytes. The address waits while it is in debt. */
  readonly bytes: Rate;
};

/** Thirty users behind one address, with six connections per browser, send 180 concurrent requests. */
export const WORK_LIMITS: WorkLimits = {
  atOnce: 8,
  waiting: 300,
  patience: 10_000,
  bytes: { points: 64, seconds: 1 },
};

/** Bytes of a response that cost as much as one more request. */
const PIECE = 64 * 1_024;
/** Pieces of responses that an address may have in progress: one full page, or as many smaller ones. */
const PAGE = 16;
/** How long the largest response of a route is remembered, in ms. */
const REMEMBERED_FOR = 60_000;
/** How often requests that wait for the token bucket are checked, in ms. */
const CHECK_INTERVAL = 20;
/** Seconds. */
const RETRY_AFTER = 2;

declare module 'fastify' {
  interface FastifyRequest {
    /** Gives its slot back, if it has one. */
    releaseSlot: (() => void) | null;
  }
}

/** Called for every response that is ready to be sent. `bytes`: the size of a large one. */
export type Answered = (request: FastifyRequest, bytes: number) => void;

/** Call it before any scope is registered and after the request rate limit. */
export function shareFairly(
  app: FastifyInstance,
  limits: Pick<Limits, 'on' | 'requestRates' | 'clientOf'>,
  workLimits: WorkLimits = WORK_LIMITS,
): Answered {
  app.decorateRequest('releaseSlot', null);
  if (!limits.on) return () => {};
  const { enter, charge } = createClientQueues(workLimits);
  const expected = createExpectations();
  app.addHook('onRequest', async (request, reply) => {
    if (request.routeOptions.config.uncounted) return;
    const client = limits.clientOf(request.raw);
    if (isExempt(request)) {
      const pieces = piecesToParse(request);
      if (pieces === 0) return;
      // Holds no slot, so that slow bodies block nobody; it waits until the debt of earlier ones is paid.
      const entry = enter(client, 0);
      reply.raw.once('close', entry.release);
      await entry.granted.catch((error: AppError) => {
        throw closing(reply, error);
      });
      charge(client, pieces);
      return;
    }
    const cost = Math.min(PAGE, Math.max(PAGE / workLimits.atOnce, expected.of(request)));
    const slot = enter(client, cost);
    request.releaseSlot = slot.release;
    reply.raw.once('close', slot.release);
    await slot.granted.catch((error: AppError) => {
      throw closing(reply, error);
    });
  });
  return (request, bytes) => {
    const pieces = Math.floor(bytes / PIECE);
    expected.learn(request, pieces);
    if (pieces > 0) {
      const client = limits.clientOf(request.raw);
      limits.requestRates.take(client, pieces);
      charge(client, pieces);
    }
    // A slow client must not hold the slot while it reads.
    request.releaseSlot?.();
  };
}

/** Writes are exempt: they have rate limits per account, and last as long as their bodies take to arrive. */
function isExempt({ method, raw }: FastifyRequest): boolean {
  return method !== 'GET' && method !== 'HEAD' && hasBody(raw);
}

/** The cost of a body that is parsed as a whole: uploads are streams, with limits of their own. */
function piecesToParse({ headers, routeOptions }: FastifyRequest): number {
  const { streamsBodies, streamsForms } = routeOptions.config;
  if (streamsBodies || (streamsForms && headers['content-type']?.startsWith('multipart/'))) return 0;
  if (headers['transfer-encoding'] !== undefined) return PAGE;
  return Math.min(PAGE, Math.floor(Number(headers['content-length']) / PIECE));
}

/** Predicts the response size of each route from previous responses: a full page for an unknown route. */
function createExpectations() {
  const known = new Map<string, { pieces: number; until: number }>();
  const routeOf = ({ method, routeOptions: { url } }: FastifyRequest) => `${url === undefined ? '' : method} ${url}`;
  return {
    of: (request: FastifyRequest): number => known.get(routeOf(request))?.pieces ?? PAGE,
    learn: (request: FastifyRequest, pieces: number): void => {
      const route = routeOf(request);
      const now = performance.now();
      const before = known.get(route);
      if (before === undefined || pieces >= before.pieces || before.until < now)
        known.set(route, { pieces, until: now + REMEMBERED_FOR });
    },
  };
}

type Waiting = { readonly since: number; readonly cost: number; start(): void; refuse(error: AppError): void };
type ClientQueue = { inProgress: number; waiting: Waiting[]; timer: NodeJS.Timeout | null };
type Slot = { readonly granted: Promise<void>; readonly release: () => void };

function createClientQueues({ waiting: maxWaiting, patience, bytes }: WorkLimits) {
  const budget = new Buckets(bytes);
  const queues = new Map<string, ClientQueue>();

  function enter(client: string, cost: number): Slot {
    const queue = queues.get(client) ?? { inProgress: 0, waiting: [], timer: null };
    queues.set(client, queue);
    if (queue.waiting.length >= maxWaiting) return { granted: Promise.reject(refusal()), release: () => {} };
    let release = () => {};
    const granted = new Promise<void>((resolve, reject) => {
      const start = () => {
        queue.inProgress += cost;
        release = () => {
          release = () => {};
          queue.inProgress -= cost;
          serveNext(client, queue);
        };
        resolve();
      };
      const one = { since: performance.now(), cost, start, refuse: reject };
      release = () => {
        queue.waiting = queue.waiting.filter((other) => other !== one);
      };
      queue.waiting.push(one);
    });
    serveNext(client, queue);
    return { granted, release: () => release() };
  }

  function serveNext(client: string, queue: ClientQueue): void {
    const since = performance.now() - patience;
    while (queue.waiting[0] !== undefined && queue.waiting[0].since < since) queue.waiting.shift()?.refuse(refusal());
    while (queue.waiting[0] !== undefined && mayStart(client, queue, queue.waiting[0])) queue.waiting.shift()?.start();
    if (queue.waiting.length > 0)
      queue.timer ??= setTimeout(() => {
        queue.timer = null;
        serveNext(client, queue);
      }, CHECK_INTERVAL).unref();
    else if (queue.inProgress === 0) queues.delete(client);
  }

  /** Whether a slot is free and the address is not in debt. */
  function mayStart(client: string, { inProgress }: ClientQueue, { cost }: Waiting): boolean {
    return inProgress + cost <= PAGE && budget.take(client, 0) === 0;
  }

  return { enter, charge: (client: string, pieces: number): void => budget.charge(client, pieces) };
}

function refusal(): AppError {
  return new AppError('rate_limited', { retryAfter: RETRY_AFTER });
}
