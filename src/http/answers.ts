/**
 * Answers on their way to clients: a client that stops reading is cut off, and large answers that nobody has taken yet
 * are bounded in all.
 */
import type { ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { AppError } from '../errors.ts';
import type { Answered } from './fair-work.ts';

export type AnswerLimits = {
  /** Of large answers that the kernel has not taken yet, all together. */
  readonly bytes: number;
  /** How long a client may read nothing of its answer, in ms. */
  readonly patience: number;
};

export const ANSWER_LIMITS: AnswerLimits = { bytes: 64 * 1_048_576, patience: 30_000 };

/** Bytes of an answer that counts. Smaller ones are bounded by the number of connections. */
const LARGE = 64 * 1_024;
/** Seconds. */
const RETRY_AFTER = 2;

/** To be called before there are scopes. What is beyond the bound is answered with `overloaded`, which is small. */
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
    // An answer that is larger than the bound is sent when it is the only one.
    if (waiting > 0 && waiting + size > limits.bytes) throw new AppError('overloaded', { retryAfter: RETRY_AFTER });
    waiting += size;
    onceSent(raw, () => {
      waiting -= size;
    });
    return payload;
  });
}

/** A text that may be large as its bytes: Node.js would count and encode it several times. Streams hold next to nothing. */
function encoded(payload: unknown): unknown {
  return typeof payload === 'string' && 3 * payload.length >= LARGE ? Buffer.from(payload) : payload;
}

/** Whether the kernel has all of it, or the connection has ended. */
function onceSent(raw: ServerResponse, done: () => void): void {
  let called = false;
  const once = () => {
    if (!called) done();
    called = true;
  };
  raw.once('finish', once).once('close', once);
}
