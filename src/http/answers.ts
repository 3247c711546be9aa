/**
 * Backpressure for responses: a client that stops reading is disconnected, and the bytes of large responses that the
 * kernel has not accepted yet are bounded in total.
 */
import type { ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { AppError } from '../errors.ts';
import type { Answered } from './fair-work.ts';

export type AnswerLimits = {
  /** Bytes of large responses that the kernel has not accepted yet, in total. */
  readonly bytes: number;
  /** How long a client may read nothing of its response, in ms. */
  readonly patience: number;
};

export const ANSWER_LIMITS: AnswerLimits = { bytes: 64 * 1_048_576, patience: 30_000 };

/** Size in bytes from which a response counts as large. Smaller ones are bounded by the number of connections. */
const LARGE = 64 * 1_024;
/** Seconds. */
const RETRY_AFTER = 2;

/** Call it before any scope is registered. A response above the bound is replaced by `overloaded`, which is small. */
export function boundAnswers(
  app: FastifyInstance,
  { answered, limits = ANSWER_LIMITS }: { answered: Answered; limits?: AnswerLimits },
): void {
  let waiting = 0;
  app.addHook('onSend', async (request, reply, sent) => {
    const { raw } = reply;
    raw.setTimeout(limits.patience, () => raw.destroy());
    const payload = encoded(sent);
    const size = Buffer.isBuffer(payload) ? payload.length : 0;
    answered(request, size);
    if (size < LARGE) return payload;
    // A response larger than the bound is sent when it is the only one.
    if (waiting > 0 && waiting + size > limits.bytes) throw new AppError('overloaded', { retryAfter: RETRY_AFTER });
    waiting += size;
    onceSent(raw, () => {
      waiting -= size;
    });
    return payload;
  });
}

/**
 * Encodes a potentially large text once; otherwise Node.js would measure and encode it several times. Streams need next
 * to no memory.
 */
function encoded(payload: unknown): unknown {
  return typeof payload === 'string' && 3 * payload.length >= LARGE ? Buffer.from(payload) : payload;
}

/** Calls `done` once, when the kernel has accepted the whole response or the connection has closed. */
function onceSent(raw: ServerResponse, done: () => void): void {
  let called = false;
  const once = () => {
    if (!called) done();
    called = true;
  };
  raw.once('finish', once).once('close', once);
}
