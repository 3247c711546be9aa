/** Uploads: files that come in parts, so that an interrupted one goes on where it ended. A whole one becomes a file, whose uid is the upload's. */

import { addAbortSignal, Readable } from 'node:stream';
import { AppError } from '../../errors.ts';
import { type Sql, toKnownError } from '../../store/database.ts';
import { findOwnFile } from '../../store/files.ts';
import type { Partials } from '../../store/partials.ts';
import {
  deleteExpiredUpload,
  deleteStoredUpload,
  deleteUpload,
  findKnownUploads,
  findUpload,
  insertUpload,
  lockUploadsOf,
  setReserved,
  type UploadRow,
} from '../../store/uploads.ts';
import type { Contents } from '../contents.ts';
import type { Actor } from '../model.ts';
import { isUid } from '../text.ts';
import type { Files } from './files.ts';
import { createUploadWriters, TTL, type UploadState } from './upload-writers.ts';

export type Uploads = {
  readonly maxBytes: number;
  /**
   * Makes room for a file: its length counts as stored.
   * @throws AppError `invalid` | `too_large` | `quota_exceeded` | `rate_limited`: the account has too many unfinished ones
   */
  begin(actor: Owner, newUpload: NewUpload): Promise<UploadState>;
  /** Ends the request that writes to it. @throws AppError `not_found` | `wrong_offset`: it is being stored at this moment */
  find(actor: Owner, uid: string): Promise<UploadState>;
  /**
   * Appends what comes; the last part makes it a file. Bytes that arrived before the stream failed stay.
   * @throws AppError `not_found` | `wrong_offset` | `too_large`: there is more than its length | as `StoredFiles.keep`
   */
  append(actor: Owner, uid: string, offset: number, stream: Readable): Promise<UploadState>;
  /** @throws AppError `not_found` | `wrong_offset`: it is being written to */
  cancel(actor: Owner, uid: string): Promise<void>;
  /** Removes the expired ones, and what is left of accounts that were deleted. */
  sweep(): Promise<void>;
};

type Owner = Pick<Actor, 'id' | 'uid'>;

export type NewUpload = { readonly length: number; readonly name: string | null; readonly type: string | null };

/** Unfinished uploads of an account. */
const MOST = 20;
/** Characters. */
const NAME_MAX = 255;
const TYPE_MAX = 255;
export type UploadsOptions = {
  readonly partials: Partials;
  readonly files: Pick<Files, 'store'>;
  readonly contents: Contents;
  /** Bytes of each file. */
  readonly maxBytes: number;
};

export function createUploads(sql: Sql, { partials, files, contents, maxBytes }: UploadsOptions): Uploads {
  const { write, interrupt } = createUploadWriters(sql);

  async function begin(actor: Owner, { length, name, type }: NewUpload): Promise<UploadState> {
    if (length > maxBytes) throw new AppError('too_large', { message: `a file may have ${maxBytes} bytes` });
    const checked = {
      name: name ? contents.check('filename', name, NAME_MAX) : null,
      // Browsers know no type of many files, and send an empty one.
      type: type ? contents.check('filetype', type, TYPE_MAX) : null,
    };
    const made = await sql
      .begin(async (tx) => {
        await lockUploadsOf(tx, actor.id);
        return insertUpload(tx, { ...checked, accountId: actor.id, length, ttl: TTL }, MOST);
      })
      .catch((error) => {
        throw toKnownError(error);
      });
    if (made === null)
      throw new AppError('rate_limited', { message: `at most ${MOST} unfinished uploads`, retryAfter: 60 });
    return stateOf(made, 0);
  }

  async function find(actor: Owner, uid: string): Promise<UploadState> {
    let found = await findOwn(sql, actor, uid);
    if (await interrupt(uid)) found = await findOwn(sql, actor, uid);
    if ('offset' in found) return found;
    const row = found;
    const offset = await partials.size(uid);
    return offset < row.length ? stateOf(row, offset) : write(row, () => finish(actor, row));
  }

  async function append(actor: Owner, uid: string, offset: number, stream: Readable): Promise<UploadState> {
    const row = await findOwn(sql, actor, uid);
    if ('offset' in row) {
      if (offset !== row.offset) throw new AppError('wrong_offset');
      return row;
    }
    return write(row, async (signal) => {
      const size = await partials.size(uid);
      if (offset !== size) throw new AppError('wrong_offset');
      await partials.append(uid, offset, bounded(stream, row.length - offset, signal));
      const reached = await partials.size(uid);
      return reached < row.length ? stateOf(row, reached) : finish(actor, row);
    });
  }

  async function cancel(actor: Owner, uid: string): Promise<void> {
    if ('offset' in (await findOwn(sql, actor, uid))) throw new AppError('not_found');
    await interrupt(uid);
    if (!(await deleteUpload(sql, actor.id, uid))) throw new AppError('wrong_offset');
    await partials.remove(uid);
  }

  async function sweep(): Promise<void> {
    while (await deleteExpiredUpload(sql)) {}
    const there = (await partials.list()).filter(isUid);
    const known = new Set(await findKnownUploads(sql, there));
    for (const uid of there) if (!known.has(uid)) await partials.remove(uid);
  }

  async function finish(actor: Owner, { uid, length, name, type }: UploadRow): Promise<UploadState> {
    await setReserved(sql, uid, false);
    try {
      const details = { name, alt: null, keyed: null, uid };
      await partials.withWhole(uid, (path) =>
        files.store(actor, { path, bytes: length, ...(type !== null && { type }) }, details),
      );
    } catch (error) {
      await setReserved(sql, uid, true).catch(() => {});
      throw error;
    }
    await deleteStoredUpload(sql, uid);
    await partials.remove(uid);
    return { uid, offset: length, length, expiresAt: null };
  }

  return { maxBytes, begin, find, append, cancel, sweep };
}

/** @returns the upload; or its last state, where it is a file already. @throws AppError `not_found` */
async function findOwn(sql: Sql, { id }: Owner, uid: string): Promise<UploadRow | UploadState> {
  const file = isUid(uid) ? await findOwnFile(sql, id, uid) : null;
  if (file !== null) return { uid, offset: file.bytes, length: file.bytes, expiresAt: null };
  const row = isUid(uid) ? await findUpload(sql, id, uid) : null;
  if (row === null) throw new AppError('not_found');
  return row;
}

function stateOf({ uid, length, expires_at }: UploadRow, offset: number): UploadState {
  return { uid, offset, length, expiresAt: expires_at.getTime() };
}

/** Ends with an error as soon as there are more bytes than that, or somebody else is to write. */
function bounded(stream: Readable, most: number, signal: AbortSignal): Readable {
  addAbortSignal(signal, stream);
  return Readable.from(counted(stream, most), { objectMode: false });
}

async function* counted(stream: Readable, most: number): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
    bytes += (chunk as Buffer).length;
    if (bytes > most) throw new AppError('too_large', { message: 'there are more bytes than Upload-Length' });
    yield chunk as Buffer;
  }
}
