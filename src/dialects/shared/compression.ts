/** Answers as gzip. */
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { FastifyInstance } from 'fastify';

/** Bytes from which it is worth the time. */
const WORTH = 2_048;
/** The quick levels are nearly as good with JSON. */
const LEVEL = 3;
const READS_GZIP = /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/i;

const compressed = promisify(gzip);

/** Compresses what is read, for callers who accept it. No answer to a GET has a secret beside what others may write. */
export function compressAnswers(app: FastifyInstance): void {
  app.addHook('onSend', async (request, reply, payload) => {
    const isText = typeof payload === 'string' || Buffer.isBuffer(payload);
    if (!isText || request.method !== 'GET' || payload.length < WORTH || reply.hasHeader('content-encoding'))
      return payload;
    if (!/json/.test(String(reply.getHeader('content-type')))) return payload;
    void reply.header('vary', [reply.getHeader('vary'), 'accept-encoding'].filter(Boolean).join(', '));
    if (!READS_GZIP.test(request.headers['accept-encoding'] ?? '')) return payload;
    void reply.header('content-encoding', 'gzip').removeHeader('content-length');
    return compressed(payload, { level: LEVEL });
  });
}
