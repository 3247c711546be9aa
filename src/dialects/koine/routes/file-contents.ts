/** `/v1/files/{id}/content` and `/v1/files/{id}/preview`: the bytes of files, for those who may have them. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { OpenFile } from '../../../core/media/files.ts';
import { SERVED_TYPES } from '../../../core/media/presentation.ts';
import type { App } from '../../shared/app.ts';
import { viewerOf } from '../../shared/callers.ts';
import { sendFile } from '../../shared/send-file.ts';
import type { KoineParts } from '../parts.ts';
import * as schema from '../schema.ts';
import { FilePath } from './file.ts';

/** Cached for one reader and for a short time: a member who leaves loses access to files, apart from what the browser has cached. */
const CACHING = 'private, max-age=600';
const Bytes = Type.Unsafe<unknown>({ type: 'string', format: 'binary', description: 'The bytes.' });
const PARTS = [
  ['content', 'getFileContent', 'Get the bytes of a file', SERVED_TYPES],
  ['preview', 'getFilePreview', 'Get the small form of a picture', ['image/webp']],
] as const;

export function serveFileContents(app: App, { core: { files }, callers }: KoineParts): void {
  for (const [part, operationId, summary, types] of PARTS)
    app.get(
      `/v1/files/:fileId/${part}`,
      {
        ...callers.anybody,
        schema: {
          operationId,
          summary,
          description:
            'Its owner and the members of its room read it; everybody reads what a post has. Parts are answered (`Range`,' +
            ' `If-Range`). Pictures, films and sounds are shown in place by browsers; everything else is saved. Where files' +
            ' are in an object store, the answer leads to a link there that is good for an hour.',
          errors: ['not_found', 'range_not_satisfiable'],
          security: [{}, { bearer: [] }, { cookie: [] }],
          produces: [...types],
          params: FilePath,
          response: { 200: Bytes, 206: Bytes, 302: schema.Nothing, 304: schema.Nothing },
        },
      },
      async (request, reply) =>
        answer(request, reply, await files.open(viewerOf(request), request.params.fileId, part)),
    );
}

async function answer(request: FastifyRequest, reply: FastifyReply, { source, ...about }: OpenFile) {
  void reply.header('vary', 'authorization, cookie');
  if ('path' in source) return sendFile(request, reply, { ...about, path: source.path, caching: CACHING });
  return reply.code(302).headers({ location: source.link, 'cache-control': CACHING }).send(null);
}
