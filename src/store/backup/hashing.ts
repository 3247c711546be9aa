/** Bytes that are hashed as they are read. */
import type { Hash } from 'node:crypto';
import { Readable } from 'node:stream';

export function hashing(bytes: Readable, hash: Hash): Readable {
  return Readable.from(hashed(bytes, hash), { objectMode: false });
}

async function* hashed(bytes: Readable, hash: Hash): AsyncGenerator<Buffer> {
  for await (const chunk of bytes) {
    hash.update(chunk as Buffer);
    yield chunk as Buffer;
  }
}
