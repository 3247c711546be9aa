/** Forms with files (`multipart/form-data`), streamed: texts into memory, files into the spool. */
import multipart from '@fastify/multipart';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Media } from '../../core/media/media.ts';
import { spoolOwner, type Upload } from '../../core/media/stored-images.ts';
import { AppError, invalid } from '../../errors.ts';
import { unsupportedMedia } from './bodies.ts';

/** The content of a form: `texts` and `files` by the names of their fields, in the order received. */
export type Form = {
  readonly texts: ReadonlyMap<string, readonly string[]>;
  readonly files: ReadonlyMap<string, readonly FormFile[]>;
};

/** `filename`, `mimetype`: as the sender calls it. */
export type FormFile = Upload & { readonly filename: string | undefined; readonly mimetype: string };

export type FormShape = {
  /** The fields that may be files; a file under another name is refused. */
  readonly files: readonly string[];
  /** Characters of a text, at most four bytes each. */
  readonly textLength: number;
  /** The sender, if known before the form is read. Null: files count for the client's address. */
  readonly sender: { readonly id: number } | null;
};

const MAX_TEXTS = 50;
const BYTES_PER_CHARACTER = 4;

/** Lets the routes of this scope accept forms with files. */
export function takeFileForms(app: FastifyInstance): void {
  void app.register(multipart);
  app.addHook('onRoute', (route) => {
    route.config = { ...route.config, streamsForms: true };
  });
}

/**
 * Reads the form and passes it to `use`. Its files are removed from the spool afterwards, also after a failure. An empty part
 * without a filename, which browsers send for "no file", counts as absent.
 * @throws AppError `unsupported_media_type`: not a form | `invalid`: a broken one | `too_large` | `rate_limited` |
 * `overloaded`, or what `use` throws
 */
export async function withForm<T>(
  request: FastifyRequest,
  media: Pick<Media, 'receive' | 'discard' | 'limits'>,
  shape: FormShape,
  use: (form: Form) => Promise<T>,
): Promise<T> {
  if (!request.isMultipart()) throw unsupportedMedia(request);
  const received: Upload[] = [];
  try {
    return await use(await readForm(request, media, shape, received));
  } finally {
    await media.discard(received);
  }
}

async function readForm(
  request: FastifyRequest,
  media: Pick<Media, 'receive' | 'limits'>,
  shape: FormShape,
  received: Upload[],
): Promise<Form> {
  const texts = new Map<string, string[]>();
  const files = new Map<string, FormFile[]>();
  const owner = shape.sender === null ? request.ip : spoolOwner(shape.sender);
  try {
    for await (const part of request.parts(partLimits(shape))) {
      // The parser's type is wrong: the name is undefined where a part has none.
      const name = (part.fieldname as string | undefined) ?? '';
      if (part.type === 'field') {
        const value = textOf(part);
        if (shape.files.includes(name)) {
          if (value === '') continue;
          throw invalid(name, 'type', `${name} must be a file`);
        }
        append(texts, name, value);
      } else {
        const upload = await media.receive(part.file, owner);
        received.push(upload);
        if (upload.bytes === 0 && !part.filename) continue;
        if (!shape.files.includes(name))
          throw invalid(name, 'type', `${name || 'a part without a name'} must not be a file`);
        append(files, name, { ...upload, filename: part.filename, mimetype: part.mimetype });
        if (count(files) > media.limits.files)
          throw new AppError('too_large', { message: `at most ${media.limits.files} files` });
      }
    }
  } catch (error) {
    // Drain the rest: a client reads the answer only after it has sent its body.
    request.raw.unpipe();
    request.raw.resume();
    throw formError(error);
  }
  return { texts, files };
}

function partLimits({ textLength }: FormShape) {
  return {
    throwFileSizeLimit: false,
    limits: {
      fieldSize: textLength * BYTES_PER_CHARACTER + 1,
      fields: MAX_TEXTS,
      // The spool enforces the limits of files: its error names the limit.
      fileSize: Number.POSITIVE_INFINITY,
      headerPairs: 20,
    },
  };
}

function textOf(part: { fieldname: string | undefined; value: unknown; valueTruncated: boolean }): string {
  if (part.valueTruncated)
    throw invalid(part.fieldname ?? '', 'long', `${part.fieldname ?? 'a part without a name'} is too long`);
  return typeof part.value === 'string' ? part.value : JSON.stringify(part.value);
}

function append<T>(map: Map<string, T[]>, name: string, value: T): void {
  const known = map.get(name);
  if (known) known.push(value);
  else map.set(name, [value]);
}

function count(files: ReadonlyMap<string, readonly Upload[]>): number {
  return [...files.values()].reduce((sum, uploads) => sum + uploads.length, 0);
}

/** Errors of the parser are about the body; errors with a system code (ENOSPC) are ours. */
function formError(error: unknown): AppError | unknown {
  if (error instanceof AppError) return error;
  const { code = '', statusCode } = error as { code?: string; statusCode?: number };
  if (statusCode === 413) return new AppError('too_large', { message: 'the form has too many parts' });
  if (/^E[A-Z]+$/.test(code) && code !== 'ECONNRESET') return error;
  return new AppError('invalid', { message: 'the form is broken or incomplete', cause: error });
}
