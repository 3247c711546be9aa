/** Forms without files, parsed from a complete, bounded body. The last value of a name wins. */
import { Busboy, type BusboyInstance } from '@fastify/busboy';
import { AppError } from '../../errors.ts';

/** Values by the names of the fields. A file is discarded and represented by `A_FILE`. */
export type TextForm = ReadonlyMap<string, string | typeof A_FILE>;

/** Not a text, so a schema that wants a text refuses it. */
export const A_FILE = Object.freeze({ file: true });

const MAX_FIELDS = 50;
const MAX_HEADERS = 20;

/** @throws AppError `too_large` */
export async function parseUrlEncoded(body: Buffer): Promise<TextForm> {
  const text = body.toString('utf8');
  if (text.split('&', MAX_FIELDS + 1).length > MAX_FIELDS) throw tooManyFields();
  return new Map(new URLSearchParams(text));
}

/** @throws AppError `too_large` | `invalid` */
export async function parseMultipart(body: Buffer, contentType: string): Promise<TextForm> {
  const form = new Map<string, string | typeof A_FILE>();
  await new Promise<void>((resolve, reject) => {
    const parser = openParser(contentType, body.length);
    parser.on('field', (name, value) => form.set(name ?? '', value));
    parser.on('file', (name, file, filename) => {
      // A form that ends within a file fails both: without a listener, that would end the process.
      file.on('error', (cause) => reject(broken(cause))).resume();
      // Browsers send an empty part when no file was chosen.
      if (filename) form.set(name ?? '', A_FILE);
    });
    parser.on('partsLimit', () => reject(tooManyFields()));
    parser.on('error', (cause) => reject(broken(cause)));
    parser.on('finish', resolve);
    parser.end(body);
  });
  return form;
}

function openParser(contentType: string, length: number): BusboyInstance {
  try {
    return new Busboy({
      headers: { 'content-type': contentType },
      limits: { parts: MAX_FIELDS, fields: MAX_FIELDS, fieldSize: length, fileSize: length, headerPairs: MAX_HEADERS },
    });
  } catch (cause) {
    throw broken(cause);
  }
}

function tooManyFields(): AppError {
  return new AppError('too_large', { message: `a form has at most ${MAX_FIELDS} fields` });
}

function broken(cause: unknown): AppError {
  return new AppError('invalid', { message: 'the form is broken or incomplete', cause });
}
