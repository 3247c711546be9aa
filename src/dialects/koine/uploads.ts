/** The file that is the body of a request: as it is, or in the field `file` of a form. It is streamed into the spool. */
import { Readable } from 'node:stream';
import multipart from '@fastify/multipart';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { Media } from '../../core/media/media.ts';
import { spoolOwner, type Upload } from '../../core/media/stored-images.ts';
import type { Actor } from '../../core/model.ts';
import { AppError, invalid } from '../../errors.ts';
import { withForm } from '../shared/multipart.ts';

const FIELD = 'file';
/** Characters. */
const MAX_NAME = 255;
const MAX_TEXT = 1_000;
/** For documents: the types of an uploaded body. */
export const UPLOADED = ['application/octet-stream', 'multipart/form-data'];
export const FileBody = Type.Unsafe<unknown>({
  type: 'string',
  format: 'binary',
  contentMediaType: 'application/octet-stream',
  description: 'The bytes of the file, of any `Content-Type`; or a form with the file in its field `file`.',
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
  media: Pick<Media, 'receive' | 'discard' | 'limits'>,
  sender: Actor,
  use: (file: NamedUpload) => Promise<T>,
): Promise<T> {
  const take = ({ bytes, path }: Upload, name: string | undefined, type = '') => {
    if (bytes === 0) throw noFile();
    return use({ bytes, path, type, name: nameOf(name) });
  };
  if (request.isMultipart())
    return withForm(request, media, { files: [FIELD], textLength: MAX_TEXT, sender }, ({ files }) => {
      const [file, ...more] = files.get(FIELD) ?? [];
      if (file === undefined) throw noFile();
      if (more.length > 0) throw new AppError('too_large', { message: 'at most 1 file' });
      return take(file, file.filename, file.mimetype);
    });
  const upload = await receiveBody(request, media, sender);
  try {
    return await take(upload, dispositionName(request.headers['content-disposition']), request.headers['content-type']);
  } finally {
    await media.discard([upload]);
  }
}

async function receiveBody({ body, raw }: FastifyRequest, media: Pick<Media, 'receive'>, sender: Actor) {
  if (body == null) throw noFile();
  try {
    return await media.receive(Readable.from(chunksOf(body as Readable), { objectMode: false }), spoolOwner(sender));
  } catch (error) {
    // A client reads the answer only after it has sent its body.
    raw.resume();
    throw error;
  }
}

/** A reader that stops, by an error or without, leaves the stream open: it has to be read to its end. */
async function* chunksOf(body: Readable): AsyncGenerator<Buffer> {
  for await (const chunk of body.iterator({ destroyOnReturn: false })) yield chunk as Buffer;
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

/** The name of a file without folders and control characters; null: nothing is left. */
export function nameOf(given: string | undefined): string | null {
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

function noFile(): AppError {
  return invalid('', 'required', 'the body must be a file');
}
