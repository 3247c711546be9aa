/** Headers of requests and answers: entity tags, which are positions of streams, and idempotency keys. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { AppError } from '../../errors.ts';

/** Characters. */
const MAX_KEY = 64;
const KEY = /^[\x21\x23-\x5b\x5d-\x7e]+$/;
/** For a route that takes one: `config: TAKES_IF_MATCH`. */
export const TAKES_IF_MATCH = { takesIfMatch: true } as const;

/** The headers of a call that creates something. */
export const CreationHeaders = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({
      maxLength: MAX_KEY + 2,
      description: 'The same key with the same content makes nothing twice: the answer is the first one again.',
    }),
  ),
});

/** The headers of a call that changes something. */
export const ChangeHeaders = Type.Object({
  'if-match': Type.Optional(
    Type.String({ maxLength: MAX_KEY, description: 'The `ETag` of what was read: 412 if it was changed since.' }),
  ),
});

/**
 * The `Idempotency-Key`, with or without the quotation marks of a structured field; null without one.
 * @throws AppError `invalid`
 */
export function idempotencyKey({ headers }: FastifyRequest): string | null {
  const given = headers['idempotency-key'];
  if (given === undefined) return null;
  const text = String(given).slice(0, MAX_KEY + 3);
  const key = /^"(.*)"$/.exec(text)?.[1] ?? text;
  if (key.length <= MAX_KEY && KEY.test(key)) return key;
  const message = `Idempotency-Key must have 1 to ${MAX_KEY} visible ASCII characters`;
  throw new AppError('invalid', { issues: [{ in: 'header', field: 'Idempotency-Key', reason: 'format', message }] });
}

/**
 * The seq in `If-Match`; null: whatever is there now.
 * @throws AppError `precondition_failed`: not an entity tag of this server
 */
export function expectedSeq({ headers }: FastifyRequest): number | null {
  const { 'if-match': wanted = '*' } = headers;
  if (wanted.trim() === '*') return null;
  const seq = /^\s*"(\d{1,15})"\s*$/.exec(wanted.slice(0, MAX_KEY))?.[1];
  if (seq === undefined) throw new AppError('precondition_failed');
  return Number(seq);
}

/** Browsers may keep the answer, and ask each time whether it is still right. */
export function setETag(reply: FastifyReply, seq: number | string): void {
  void reply.headers({ etag: `"${seq}"`, 'cache-control': 'private, no-cache' });
}

/** Whether the client has the answer of that seq: then it is sent 304. */
export function isUnchanged({ headers }: FastifyRequest, seq: number | string): boolean {
  const known = headers['if-none-match'] ?? '';
  return known.split(',', 20).some((tag) => tag.trim().replace(/^W\//, '') === `"${seq}"`);
}
