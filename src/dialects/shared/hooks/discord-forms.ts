/** The request of a sender in Discord's form: JSON, or a form of `payload_json` and files. */
import type { FastifyRequest } from 'fastify';
import type { Core } from '../../../core/core.ts';
import type { OpenHook } from '../../../core/hooks/hook-posts.ts';
import { FILES_MAX } from '../../../core/media/files.ts';
import { type FormFile, withForm } from '../multipart.ts';
import { type Json, parseObject } from './form.ts';

/** `files`: received, and gone afterwards. */
export type Submission = { readonly payload: Json; readonly files: readonly FormFile[] };

/** Characters of `payload_json`. */
export const PAYLOAD_MAX = 65_536;
const NAMED = ['file', ...Array.from({ length: FILES_MAX }, (_, n) => `file${n}`)];
const NUMBERED = Array.from({ length: FILES_MAX }, (_, n) => `files[${n}]`);

/**
 * Reads what is said and passes it to `use`.
 * @throws AppError `invalid`: it cannot be read | `too_large` | as `use`
 */
export async function withSubmission<T>(
  request: FastifyRequest,
  media: Core['media'],
  { actor }: OpenHook,
  use: (said: Submission) => Promise<T>,
): Promise<T> {
  if (!request.isMultipart()) {
    const bytes = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    return use({ payload: parseObject(bytes.toString('utf8')), files: [] });
  }
  const shape = { files: [...NUMBERED, ...NAMED], textLength: PAYLOAD_MAX, sender: actor };
  return withForm(request, media, shape, async ({ texts, files }) => {
    const payload = texts.has('payload_json')
      ? parseObject(texts.get('payload_json')?.[0] ?? '')
      : Object.fromEntries([...texts].map(([name, [value]]) => [name, value]));
    return use({ payload, files: [...files.values()].flat() });
  });
}
