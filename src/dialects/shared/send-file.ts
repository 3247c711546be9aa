/** Sends a file of the disk: whole or in part, or that the client has it already. */
import { basename, dirname } from 'node:path';
import send, { type SendOptions } from '@fastify/send';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../../errors.ts';

export type SentFile = {
  readonly path: string;
  readonly type: string;
  readonly caching: string;
  readonly disposition: string;
};

const SEND: SendOptions = { cacheControl: false, contentType: false, index: false, dotfiles: 'deny' };

/** Browsers run nothing in a file, guess no type, and frame nothing; other sites may embed it. */
const SAFE_HEADERS = {
  'content-security-policy': "default-src 'none'; sandbox",
  'cross-origin-resource-policy': 'cross-origin',
  'x-content-type-options': 'nosniff',
};

/** @throws AppError `not_found` | `range_not_satisfiable`: the answer has `Content-Range` already */
export async function sendFile(
  request: FastifyRequest,
  reply: FastifyReply,
  { path, type, caching, disposition }: SentFile,
): Promise<FastifyReply> {
  const found = await send(request.raw, `/${encodeURIComponent(basename(path))}`, { ...SEND, root: dirname(path) });
  if (found.statusCode === 416) {
    void reply.header('content-range', found.headers['Content-Range']);
    throw new AppError('range_not_satisfiable');
  }
  if (found.type !== 'file') throw new AppError('not_found');
  return reply
    .code(found.statusCode)
    .headers({ ...found.headers, ...SAFE_HEADERS, 'cache-control': caching, 'content-disposition': disposition })
    .type(type)
    .send(found.stream);
}
