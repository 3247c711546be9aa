/**
 * What one address may have done at a time. Several of its requests are in work at once, but one only of those whose answers
 * are as large as a page may be, and large answers are paid for at a steady rate. The others wait, in the order in which they
 * came: a page that costs a thousand times what another request does takes its time from whoever asks for it.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError } from '../errors.ts';
import { Buckets } from '../limits/buckets.ts';
import type { Limits } from '../limits/limits.ts';
import type { Rate } from '../limits/rates.ts';
import { closing, hasBody } from './admission.ts';

export type WorkLimits = {
  /** Requests of an address in work at once: fewer than there are connections to the database. */
  readonly atOnce: number;
  /** Requests of an address that may wait, and how long, in ms. */
  readonly waiting: number;
  readonly patience: number;
  /** Pieces (of `PIECE` bytes) that an address may be answered. It waits for what it was answered beyond that. */
  readonly answers: Rate;
};

/** An office of thirty, whose browsers have six connections each, has 180 requests at once. */
export const WORK_LIMITS: WorkLimits = {
  atOnce: 8,
  waiting: 300,
  patience: 10_000,
  answers: { points: 64, seconds: 1 },
};

/** Bytes of an answer that cost as much as another request. */
const PIECE = 64 * 1_024;
/** Pieces of answers that an address may have in work: one full page, or so many smaller ones. */
const PAGE = 16;
/** For how long a route is known by its largest answer, in ms. */
const KNOWN_FOR = 60_000;
/** Who waits for what was answered is looked at this often, in ms. */
const LOOK_INTERVAL = 20;
/** Seconds. */
const RETRY_AFTER = 2;

declare module 'fastify' {
  interface FastifyRequest {
    /** Ends its turn, if it has one. */
    endTurn: (() => void) | null;
  }
}

/** Told of every answer that is ready to be sent. `bytes`: of one that is large. */
export type Answered = (request: FastifyRequest, bytes: number) => void;

/** To be called before there are scopes, when requests are counted already. */
export function shareWork(
  app: FastifyInstance,
  limits: Pick<Limits, 'on' | 'requestRates' | 'clientOf'>,
  workLimits: WorkLimits = WORK_LIMITS,
): Answered {
  app.decorateRequest('endTurn', null);
  if (!limits.on) return () => {};
  const { enter, charge } = createTurnsByClient(workLimits);
  const expected = createExpectations();
  app.addHook('onRequest', async (request, reply) => {
    if (request.routeOptions.config.uncounted || bringsWork(request)) return;
    const cost = Math.min(PAGE, Math.max(PAGE / workLimits.atOnce, expected.of(request)));
    const turn = enter(limits.clientOf(request.raw), cost);
    request.endTurn = turn.end;
    reply.raw.once('close', turn.end);
    await turn.begun.catch((error: AppError) => {
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
    // Sending it takes as long as the client likes.
    request.endTurn?.();
  };
}

/** A write, which has rates of its account, and which takes as long as its body does. */
function bringsWork({ method, raw }: FastifyRequest): boolean {
  return method !== 'GET' && method !== 'HEAD' && hasBody(raw);
}

/** How large the answers of each route may be, by those before: a full page where nothing is known. */
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
        known.set(route, { pieces, until: now + KNOWN_FOR });
    },
  };
}

type Waiting = { readonly since: number; readonly cost: number; start(): void; refuse(error: AppError): void };
type Line = { inWork: number; waiting: Waiting[]; timer: NodeJS.Timeout | null };
type Turn = { readonly begun: Promise<void>; readonly end: () => void };

function createTurnsByClient({ waiting: most, patience, answers }: WorkLimits) {
  const paid = new Buckets(answers);
  const lines = new Map<string, Line>();

  function enter(client: string, cost: number): Turn {
    const line = lines.get(client) ?? { inWork: 0, waiting: [], timer: null };
    lines.set(client, line);
    if (line.waiting.length >= most) return { begun: Promise.reject(refusal()), end: () => {} };
    let end = () => {};
    const begun = new Promise<void>((resolve, reject) => {
      const start = () => {
        line.inWork += cost;
        end = () => {
          end = () => {};
          line.inWork -= cost;
          serveNext(client, line);
        };
        resolve();
      };
      const one = { since: performance.now(), cost, start, refuse: reject };
      end = () => {
        line.waiting = line.waiting.filter((other) => other !== one);
      };
      line.waiting.push(one);
    });
    serveNext(client, line);
    return { begun, end: () => end() };
  }

  function serveNext(client: string, line: Line): void {
    const since = performance.now() - patience;
    while (line.waiting[0] !== undefined && line.waiting[0].since < since) line.waiting.shift()?.refuse(refusal());
    while (line.waiting[0] !== undefined && hasRoom(client, line, line.waiting[0])) line.waiting.shift()?.start();
    if (line.waiting.length > 0)
      line.timer ??= setTimeout(() => {
        line.timer = null;
        serveNext(client, line);
      }, LOOK_INTERVAL).unref();
    else if (line.inWork === 0) lines.delete(client);
  }

  /** None while more was answered than is paid for. */
  function hasRoom(client: string, { inWork }: Line, { cost }: Waiting): boolean {
    return inWork + cost <= PAGE && paid.take(client, 0) === 0;
  }

  return { enter, charge: (client: string, pieces: number): void => paid.charge(client, pieces) };
}

function refusal(): AppError {
  return new AppError('rate_limited', { retryAfter: RETRY_AFTER });
}
