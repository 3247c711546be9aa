/** The file that is the body of a request: as it is, or the one file of a form. It is streamed into the spool. */
import { Readable } from 'node:stream';
import multipart from '@fastify/multipart';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { Media } from '../../core/media/media.ts';
import { spoolOwner, type Upload } from '../../core/media/stored-images.ts';
import type { Actor } from '../../core/model.ts';
import { invalid } from '../../errors.ts';

/** Characters. */
const MAX_NAME = 255;
/** For documents: the types of an uploaded body. */
export const UPLOADED = ['application/octet-stream', 'multipart/form-data'];
export const FileBody = Type.Unsafe<unknown>({
  type: 'string',
  format: 'binary',
  contentMediaType: 'application/octet-stream',
  description: 'The bytes of the file, of any `Content-Type`; or a form with one file.',
});

/** An uploaded file. `name`: as the sender calls it. */
export type NamedUpload = Upload & { readonly name: string | null };

/** For a scope whose routes take files. */
export function takeFiles(app: FastifyInstance): void {
  void app.register(multipart);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
  app.addHook('onRoute', (route) => {
    route.config = { ...route.config, streamsBodies: true };
  });
}

/**
 * Receives the file and passes it to `use`; it is removed from the spool afterwards, also after a failure.
 * @throws AppError `invalid`: no file | `too_large` | `rate_limited` | `overloaded`, or what `use` throws
 */
export async function withUpload<T>(
  request: FastifyRequest,
  media: Pick<Media, 'receive' | 'discard'>,
  sender: Actor,
  use: (file: NamedUpload) => Promise<T>,
): Promise<T> {
  const { stream, name } = await fileOf(request);
  const upload = await media.receive(stream, spoolOwner(sender)).catch((error: unknown) => {
    // A client reads the answer only after it has sent its body.
    request.raw.unpipe();
    request.raw.resume();
    throw error;
  });
  try {
    if (upload.bytes === 0) throw noFile();
    return await use({ ...upload, name: nameOf(name) });
  } finally {
    await media.discard([upload]);
  }
}

async function fileOf(request: FastifyRequest): Promise<{ stream: Readable; name: string | undefined }> {
  if (!request.isMultipart()) {
    const { body, headers } = request;
    if (body == null) throw noFile();
    const stream = Readable.from((body as Readable).iterator({ destroyOnReturn: false }), { objectMode: false });
    return { stream, name: dispositionName(headers['content-disposition']) };
  }
  const part = await request.file({
    limits: { files: 1, fields: 10, headerPairs: 20, fileSize: Number.POSITIVE_INFINITY },
  });
  if (part === undefined) throw noFile();
  return { stream: part.file, name: part.filename };
}

/** `filename*` (RFC 8187) before `filename`. */
function dispositionName(header = ''): string | undefined {
  const encoded = /;\s*filename\*\s*=\s*utf-8''([^;\s]+)/i.exec(header)?.[1];
  if (encoded !== undefined)
    try {
      return decodeURIComponent(encoded);
    } catch {
      return undefined;
    }
  const [, quoted, bare] = /;\s*filename\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s]+))/i.exec(header) ?? [];
  return quoted?.replace(/\\(.)/g, '$1') ?? bare;
}

/** Without folders and control characters; null: nothing is left. */
function nameOf(given: string | undefined): string | null {
  const last =
    (given ?? '')
      .slice(-2 * MAX_NAME)
      .split(/[/\\]/)
      .at(-1) ?? '';
  const name = last
    .replace(/\p{Cc}/gu, '')
    .toWellFormed()
    .trim();
  return name === '' ? null : [...name].slice(-MAX_NAME).join('');
}

function noFile() {
  return invalid('', 'required', 'the body must be a file');
}
