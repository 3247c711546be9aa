/** Forms with files (`multipart/form-data`), taken in as they come: texts in memory, files straight to the spool. */
import multipart from '@fastify/multipart';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type Media, spoolOwner, type Upload } from '../../core/media/media.ts';
import { AppError, invalid } from '../../errors.ts';
import { unsupportedMedia } from './bodies.ts';

/** What a form held. `texts` and `files` by the names of their fields, in the order in which they came. */
export type Form = {
  readonly texts: ReadonlyMap<string, readonly string[]>;
  readonly files: ReadonlyMap<string, readonly Upload[]>;
};

export type FormShape = {
  /** The fields that may be files; a file under another name is refused. */
  readonly files: readonly string[];
  /** Characters of a text, at most four bytes each. */
  readonly textLength: number;
  /** Who sends it, where that is known before the form is read: else it is the address. */
  readonly sender: { readonly id: number } | null;
};

const MAX_TEXTS = 50;
const BYTES_PER_CHARACTER = 4;

/** Lets the routes of this scope take forms. */
export function takeFileForms(app: FastifyInstance): void {
  void app.register(multipart);
}

/**
 * Reads the form and hands it to `use`. Whatever happens, the spool holds nothing of it afterwards.
 * A part without content that stands for "no file" counts as none.
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
  const files = new Map<string, Upload[]>();
  const owner = shape.sender === null ? request.ip : spoolOwner(shape.sender);
  try {
    for await (const part of request.parts(partLimits(shape))) {
      // The parser leaves out the name that a part doesn't have.
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
        append(files, name, upload);
        if (count(files) > media.limits.files)
          throw new AppError('too_large', { message: `at most ${media.limits.files} files` });
      }
    }
  } catch (error) {
    // The rest is read and dropped, so that the client comes to read the answer.
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
      // The spool has the limits of files: it can say which one was passed.
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

/** What the parser threw is about the body; what has a code of the system's is ours. */
function formError(error: unknown): AppError | unknown {
  if (error instanceof AppError) return error;
  const { code = '', statusCode } = error as { code?: string; statusCode?: number };
  if (statusCode === 413) return new AppError('too_large', { message: 'the form has too many parts' });
  if (/^E[A-Z]+$/.test(code) && code !== 'ECONNRESET') return error;
  return new AppError('invalid', { message: 'the form is broken or incomplete', cause: error });
}
