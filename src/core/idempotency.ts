/**
 * Idempotency keys: a creation that is sent again with its key makes nothing new. A key is a column of what was made with it, unique
 * for each author, so it holds as long as that does.
 */
import { createHash } from 'node:crypto';
import { AppError } from '../errors.ts';
import { checkText } from './text.ts';

/** Characters. */
const KEY_MAX = 64;

/** `digest`: of the content that was sent with the key. */
export type IdempotencyKey = { readonly key: string; readonly digest: Uint8Array };

/**
 * `content`: everything that the author chose. Undefined and null keys are none.
 * @throws AppError `invalid`
 */
export function idempotencyKey(key: string | null | undefined, content: readonly unknown[]): IdempotencyKey | null {
  if (key == null) return null;
  checkText('Idempotency-Key', key, KEY_MAX);
  return { key, digest: createHash('sha256').update(JSON.stringify(content)).digest() };
}

/**
 * Creates, unless the key has been used: then the result is what was made with it, as it is now.
 * @param find what the author made with the key, and the digest of its content
 * @throws AppError `idempotency_key_reused`: it was made of other content | as `find` and `create`
 */
export async function once<T>(
  idempotency: IdempotencyKey | null,
  find: (key: string) => Promise<{ readonly digest: Uint8Array; readonly made: T } | null>,
  create: () => Promise<T>,
): Promise<T> {
  if (idempotency === null) return create();
  const { key, digest } = idempotency;
  const same = (found: { readonly digest: Uint8Array; readonly made: T }): T => {
    if (Buffer.compare(found.digest, digest) !== 0) throw new AppError('idempotency_key_reused');
    return found.made;
  };
  const earlier = await find(key);
  if (earlier !== null) return same(earlier);
  try {
    return await create();
  } catch (error) {
    // Another request with the key may have been faster, and a commit whose answer was lost may have succeeded.
    const found = await find(key).catch(() => null);
    if (found === null) throw error;
    return same(found);
  }
}
