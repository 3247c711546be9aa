/** `/v1/uploads`: files that come in parts, by the protocol tus 1.0 (https://tus.io), so that any client of it works. */
import type { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { UploadState } from '../../../core/media/upload-writers.ts';
import { AppError, invalid } from '../../../errors.ts';
import type { App } from '../../shared/app.ts';
import { callerOf } from '../../shared/callers.ts';
import type { KoineParts } from '../parts.ts';
import * as schema from '../schema.ts';
import { metadataOf } from '../upload-metadata.ts';
import { nameOf } from '../uploads.ts';

const VERSION = '1.0.0';
const EXTENSIONS = 'creation,expiration,termination';
const PART = 'application/offset+octet-stream';
/** Digits of a number of bytes. */
const BYTES = /^\d{1,15}$/;

const UploadPath = Type.Object({ uploadId: schema.Id });
const header = (description: string, maxLength: number) => Type.Optional(Type.String({ maxLength, description }));
const VersionHeaders = { 'tus-resumable': header('`1.0.0`.', 16) };
const BeginHeaders = Type.Object({
  ...VersionHeaders,
  'upload-length': header('Bytes of the file.', 16),
  'upload-metadata': header('`filename` and `filetype`, each with its value in base64.', 4_096),
});
const PartHeaders = Type.Object({ ...VersionHeaders, 'upload-offset': header('Bytes that are there already.', 16) });
const State = Type.Object(
  { offset: Type.Integer({ minimum: 0 }), length: Type.Integer({ minimum: 1 }) },
  { title: 'Upload', description: 'In bytes.' },
);
const Bytes = Type.Unsafe<unknown>({
  type: 'string',
  format: 'binary',
  contentMediaType: PART,
  description: 'The bytes from there on, as many as the client likes.',
});

export function serveUploads(app: App, parts: KoineParts): void {
  app.addHook('onSend', async (_request, reply) => void reply.header('tus-resumable', VERSION));
  app.addHook('preValidation', async (request, reply) => {
    if (request.method === 'OPTIONS' || (request.headers['tus-resumable'] ?? VERSION) === VERSION) return;
    void reply.header('tus-version', VERSION);
    throw new AppError('precondition_failed', { message: `the version of tus is ${VERSION}` });
  });
  serveNewUploads(app, parts);
  serveUpload(app, parts);
}

function serveNewUploads(app: App, { core: { uploads }, callers }: KoineParts): void {
  app.options(
    '/v1/uploads',
    {
      schema: {
        operationId: 'getUploadOptions',
        summary: 'Get the version and the extensions of tus, and the size of the largest file (in headers)',
        security: [],
        response: { 204: schema.Nothing },
      },
    },
    async (_request, reply) =>
      reply
        .code(204)
        .headers({ 'tus-version': VERSION, 'tus-extension': EXTENSIONS, 'tus-max-size': uploads.maxBytes })
        .send(null),
  );

  app.post(
    '/v1/uploads',
    {
      ...callers.may('write'),
      schema: {
        operationId: 'createUpload',
        summary: 'Begin to upload a file in parts',
        description:
          'By [tus](https://tus.io) 1.0. The bytes follow by PATCH to the `Location`, whose last segment is the id of the file,' +
          ' once all have come. An upload expires a day after its last part.',
        errors: ['invalid', 'unauthenticated', 'too_large', 'quota_exceeded', 'precondition_failed'],
        headers: BeginHeaders,
        response: { 201: schema.Nothing },
      },
    },
    async (request, reply) => {
      const { filename, filetype } = metadataOf(request.headers['upload-metadata']);
      const length = bytesIn(request, 'upload-length');
      if (length === 0) throw invalid('', 'required', 'the file is empty');
      const made = await uploads.begin(callerOf(request), { length, name: nameOf(filename), type: filetype ?? null });
      return withState(reply.code(201).header('location', `/v1/uploads/${made.uid}`), made).send(null);
    },
  );
}

function serveUpload(app: App, { core: { uploads }, callers }: KoineParts): void {
  app.get(
    '/v1/uploads/:uploadId',
    {
      ...callers.may('read'),
      schema: {
        operationId: 'getUpload',
        summary: 'Get how much of an upload has come',
        description: 'Also by HEAD, as tus does. A request that still sends a part of it ends.',
        errors: ['unauthenticated', 'not_found', 'wrong_offset', 'quota_exceeded', 'precondition_failed'],
        headers: Type.Object(VersionHeaders),
        params: UploadPath,
        response: { 200: State },
      },
    },
    async (request, reply) => {
      const state = await uploads.find(callerOf(request), request.params.uploadId);
      const { offset, length } = state;
      return withState(reply.headers({ 'cache-control': 'no-store', 'upload-length': length }), state).send({
        offset,
        length,
      });
    },
  );

  app.patch(
    '/v1/uploads/:uploadId',
    {
      ...callers.may('write'),
      schema: {
        operationId: 'updateUpload',
        summary: 'Send the next part of an upload',
        description:
          'What came of an interrupted request stays: HEAD says how much. The answer to the last part comes when the file is stored.',
        errors: [
          ...(['unauthenticated', 'not_found', 'wrong_offset', 'too_large', 'quota_exceeded'] as const),
          ...(['unsupported_media_type', 'precondition_failed', 'overloaded'] as const),
        ],
        consumes: [PART],
        headers: PartHeaders,
        params: UploadPath,
        body: Bytes,
        response: { 204: schema.Nothing },
      },
    },
    async (request, reply) => {
      const state = await append(request, uploads.append);
      return withState(reply.code(204), state).send(null);
    },
  );

  app.delete(
    '/v1/uploads/:uploadId',
    {
      ...callers.may('write'),
      schema: {
        operationId: 'removeUpload',
        summary: 'Give an upload up',
        errors: ['unauthenticated', 'not_found', 'wrong_offset', 'precondition_failed'],
        headers: Type.Object(VersionHeaders),
        params: UploadPath,
        response: { 204: schema.Nothing },
      },
    },
    async (request, reply) => {
      await uploads.cancel(callerOf(request), request.params.uploadId);
      return reply.code(204).send(null);
    },
  );
}

async function append(
  request: FastifyRequest<{ Params: { uploadId: string } }>,
  append: KoineParts['core']['uploads']['append'],
): Promise<UploadState> {
  const { body, raw, headers, params } = request;
  const offset = bytesIn(request, 'upload-offset');
  if (headers['content-type'] !== PART)
    throw new AppError('unsupported_media_type', { message: `the body must be ${PART}` });
  try {
    return await append(callerOf(request), params.uploadId, offset, (body ?? raw) as Readable);
  } catch (error) {
    // A client reads the answer only after it has sent its body; one that has gone reads nothing.
    raw.resume();
    throw raw.destroyed && !(error instanceof AppError)
      ? new AppError('invalid', { message: 'the body ended early' })
      : error;
  }
}

function withState(reply: FastifyReply, { offset, expiresAt }: UploadState): FastifyReply {
  void reply.header('upload-offset', offset);
  return expiresAt === null ? reply : reply.header('upload-expires', new Date(expiresAt).toUTCString());
}

/** @throws AppError `invalid` */
function bytesIn({ headers }: FastifyRequest, name: string): number {
  const text = String(headers[name] ?? '');
  if (BYTES.test(text)) return Number(text);
  throw new AppError('invalid', {
    issues: [{ in: 'header', field: name, reason: 'format', message: `${name} must be a number of bytes` }],
  });
}
