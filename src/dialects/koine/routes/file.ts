/** `/v1/files/{id}`: an uploaded file; and `/v1/me/usage`: what all of them take. */
import { Type } from 'typebox';
import type { App } from '../../shared/app.ts';
import { callerOf } from '../../shared/callers.ts';
import type { KoineParts } from '../parts.ts';
import * as schema from '../schema.ts';

export const FilePath = Type.Object({ fileId: schema.Id });
const FileChange = Type.Object(
  {
    alt: Type.Unsafe<string | null>({
      type: ['string', 'null'],
      maxLength: 1_000,
      description: 'The file in words; null: without.',
    }),
  },
  { title: 'FileChange' },
);

const Usage = Type.Object(
  {
    bytes: Type.Integer({ minimum: 0 }),
    quota: Type.Unsafe<number | null>({ type: ['integer', 'null'], description: 'null: there is none.' }),
  },
  { title: 'Usage' },
);

export function serveFile(app: App, { core: { files }, callers, present }: KoineParts): void {
  app.get(
    '/v1/me/usage',
    {
      ...callers.may('read'),
      schema: {
        operationId: 'getUsage',
        summary: 'Get how many bytes the account stores, and how many it may',
        description: 'Texts, files with their previews, and the lengths of unfinished uploads.',
        errors: ['unauthenticated'],
        response: { 200: Usage },
      },
    },
    async (request) => files.usage(callerOf(request)),
  );

  app.get(
    '/v1/files/:fileId',
    {
      ...callers.may('read'),
      schema: {
        operationId: 'getFile',
        summary: 'Get a file, without its bytes',
        errors: ['unauthenticated', 'not_found'],
        params: FilePath,
        response: { 200: schema.File },
      },
    },
    async (request) => present.file(await files.getReadable(callerOf(request), request.params.fileId)),
  );

  app.patch(
    '/v1/files/:fileId',
    {
      ...callers.may('write'),
      schema: {
        operationId: 'updateFile',
        summary: 'Say what an uploaded file shows',
        description: 'Until a post or a message has it.',
        errors: ['unauthenticated', 'not_found'],
        params: FilePath,
        body: FileChange,
        response: { 200: schema.File },
      },
    },
    async (request) => present.file(await files.describe(callerOf(request), request.params.fileId, request.body.alt)),
  );
}
