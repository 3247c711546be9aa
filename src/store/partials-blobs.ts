/**
 * Partial files as blobs, so that any node goes on where another one ended: each piece has its offset as its name. A piece is on disk
 * until it is stored, and the whole is put together here again, since it is looked at before it is kept.
 */
import { Readable } from 'node:stream';
import { AppError } from '../errors.ts';
import type { Blob, Blobs } from './blobs.ts';
import type { Partials } from './partials.ts';
import type { Spool } from './spool.ts';

/** Bytes of a piece. */
const PIECE = 32 * 1024 * 1024;
const FOLDER = 'uploads';
/** Digits of an offset, so that names are in the order of offsets. */
const DIGITS = 15;

export function createBlobPartials(blobs: Blobs, spool: Spool): Partials {
  const keyOf = (uid: string, offset: number) => `${FOLDER}/${uid}/${String(offset).padStart(DIGITS, '0')}.bin`;

  async function piecesOf(uid: string): Promise<Blob[]> {
    const pieces: Blob[] = [];
    for await (const piece of blobs.list(`${FOLDER}/${uid}/`)) pieces.push(piece);
    return pieces.sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  async function append(uid: string, offset: number, stream: Readable): Promise<void> {
    const source = createSource(stream);
    for (let at = offset; !source.hasEnded(); ) {
      const { path, bytes } = await spool.write(Readable.from(source.piece()), PIECE * 2);
      try {
        if (bytes > 0) await blobs.put(keyOf(uid, at), path);
      } finally {
        await spool.remove([path]);
      }
      at += bytes;
    }
    source.throwIfFailed();
  }

  async function* contentOf(uid: string): AsyncGenerator<Buffer> {
    for (const { key } of await piecesOf(uid)) {
      const piece = await blobs.open(key);
      if (piece === null) throw new AppError('unavailable');
      for await (const chunk of piece.stream) yield chunk as Buffer;
    }
  }

  return {
    append,
    size: async (uid) => (await piecesOf(uid)).reduce((sum, { bytes }) => sum + bytes, 0),
    withWhole: async (uid, use) => {
      const { path } = await spool.write(Readable.from(contentOf(uid)), Number.POSITIVE_INFINITY);
      try {
        return await use(path);
      } finally {
        await spool.remove([path]);
      }
    },
    remove: async (uid) => blobs.remove((await piecesOf(uid)).map(({ key }) => key)),
    list: async () => {
      const uids = new Set<string>();
      for await (const { key } of blobs.list(`${FOLDER}/`)) uids.add(key.split('/')[1] as string);
      return [...uids];
    },
  };
}

/** Reads a stream piece by piece. A failure ends the last piece, and is thrown later. */
function createSource(stream: Readable) {
  const chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  let ended = false;
  let failure: unknown;

  async function next(): Promise<Buffer | null> {
    try {
      const { value, done } = await chunks.next();
      ended = done === true;
      return ended ? null : (value as Buffer);
    } catch (error) {
      ended = true;
      failure = error;
      return null;
    }
  }

  async function* piece(): AsyncGenerator<Buffer> {
    for (let bytes = 0; bytes < PIECE; ) {
      const chunk = await next();
      if (chunk === null) return;
      bytes += chunk.length;
      yield chunk;
    }
  }

  return {
    piece,
    hasEnded: (): boolean => ended,
    throwIfFailed: (): void => {
      if (failure !== undefined) throw failure;
    },
  };
}
