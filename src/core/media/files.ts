/** Files: uploaded by themselves, and then attached by id to a post or a message. */

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { AppError, checkAll, invalid } from '../../errors.ts';
import type { BlobSource, Blobs } from '../../store/blobs.ts';
import { type Db, type Sql, toKnownError } from '../../store/database.ts';
import { attachOwnFiles, describeFile, findKeyedFile, findReadableFile, markUploaded } from '../../store/files.ts';
import type { Contents } from '../contents.ts';
import { type IdempotencyKey, idempotencyKey, once } from '../idempotency.ts';
import type { Actor, File } from '../model.ts';
import { isUid } from '../text.ts';
import { presentationOf } from './presentation.ts';
import type { StoredFiles } from './stored-files.ts';
import type { Upload } from './stored-images.ts';

export type Files = {
  /**
   * As `create`, what was checked already.
   * @throws AppError as `StoredFiles.keep`
   */
  store(actor: Pick<Actor, 'id' | 'uid'>, upload: Upload, details: FileDetails): Promise<File>;
  /**
   * Stores one file. It is removed after a day unless something shows it by then.
   * @throws AppError `invalid` | `idempotency_key_reused` | as `StoredFiles.keep`
   */
  create(actor: Pick<Actor, 'id' | 'uid'>, newFile: NewFile): Promise<File>;
  /**
   * Says what a file of the actor shows, before it is shown itself.
   * @throws AppError `invalid` | `not_found`: there is no such file, or it is shown already
   */
  describe(actor: Pick<Actor, 'id'>, uid: string, alt: string | null): Promise<File>;
  /**
   * The readers of a file: its owner, the members of its room, everybody where it is of a post.
   * @param reader null: of nobody
   * @throws AppError `not_found`
   */
  getReadable(reader: Pick<Actor, 'id'> | null, uid: string): Promise<File>;
  /**
   * The place of the bytes, for a reader who may have them.
   * @param part `preview`: of a picture
   * @throws AppError `not_found` | `unavailable`
   */
  open(reader: Pick<Actor, 'id'> | null, uid: string, part: 'content' | 'preview'): Promise<OpenFile>;
};

export type NewFile = {
  readonly upload: Upload;
  /** As the sender's file was called. */
  readonly name?: string | null;
  /** A description of the picture, for those who cannot see it. */
  readonly alt?: string | null;
  readonly key?: string | null;
};

/** `uid`: of the upload that it came by. */
type FileDetails = {
  readonly name: string | null;
  readonly alt: string | null;
  readonly keyed: IdempotencyKey | null;
  readonly uid?: string;
};

/** `type`, `disposition`: how it is to be served. */
export type OpenFile = { readonly source: BlobSource; readonly type: string; readonly disposition: string };

/** Characters. */
const NAME_MAX = 255;
const ALT_MAX = 1_000;
/** Files of one post or message. */
export const FILES_MAX = 10;

/**
 * Attaches files of the actor, in the transaction of what shows them.
 * @returns them, in the order given; or the refusal, and none is attached: one is not the actor's, is shown already, or was swept a day
 * after the upload
 */
export async function attachFiles(
  tx: Db,
  actor: Pick<Actor, 'id'>,
  field: string,
  uids: readonly string[],
): Promise<File[] | AppError> {
  if (uids.length === 0) return [];
  const files = await attachOwnFiles(tx, actor.id, uids);
  if (files.length === uids.length) return files;
  return invalid(field, 'format', `${field} must be your own files, not yet shown elsewhere`);
}

/** @throws AppError `invalid` */
export function checkFileIds(field: string, uids: readonly string[]): readonly string[] {
  if (uids.length > FILES_MAX)
    throw invalid(field, 'many', `${field} must have at most ${FILES_MAX} entries`, { limit: FILES_MAX });
  const own = uids.every(isUid) ? new Set(uids.map((uid) => uid.toLowerCase())) : null;
  if (own?.size !== uids.length) throw invalid(field, 'format', `${field} must be ids of files, each once`);
  return [...own];
}

export function createFiles(
  sql: Sql,
  { stored: { keep, release }, blobs, contents }: { stored: StoredFiles; blobs: Blobs; contents: Contents },
): Files {
  async function create(actor: Pick<Actor, 'id' | 'uid'>, { upload, key, ...input }: NewFile): Promise<File> {
    const texts = checkAll({
      name: () => checkOptional('name', input.name, NAME_MAX),
      alt: () => checkOptional('alt', input.alt, ALT_MAX),
    });
    const content = key == null ? [] : [texts.name, texts.alt, await digestOf(upload)];
    const keyed = idempotencyKey(key, content);
    return once(
      keyed,
      (used) => findKeyedFile(sql, actor.id, used),
      () => store(actor, upload, { ...texts, keyed }),
    );
  }

  async function describe(actor: Pick<Actor, 'id'>, uid: string, alt: string | null): Promise<File> {
    const text = checkOptional('alt', alt, ALT_MAX);
    const file = isUid(uid) ? await describeFile(sql, actor.id, uid, text) : null;
    if (file === null) throw new AppError('not_found', { message: 'you have no such file that nothing shows yet' });
    return file;
  }

  async function store(actor: Pick<Actor, 'id' | 'uid'>, upload: Upload, details: FileDetails): Promise<File> {
    const kept = await keep(actor, upload);
    try {
      // Only now, so that a reader who finds the key finds the whole file.
      const file = await markUploaded(sql, kept.key, details);
      if (file === null) throw new AppError('unavailable');
      return file;
    } catch (error) {
      await release([kept]);
      throw toKnownError(error);
    }
  }

  async function getReadable(reader: Pick<Actor, 'id'> | null, uid: string): Promise<File> {
    const file = isUid(uid) ? await findReadableFile(sql, uid, reader?.id ?? null) : null;
    if (file === null) throw new AppError('not_found');
    return file;
  }

  async function open(reader: Pick<Actor, 'id'> | null, uid: string, part: 'content' | 'preview'): Promise<OpenFile> {
    const file = await getReadable(reader, uid);
    const key = part === 'content' ? file.key : file.previewKey;
    if (key === null) throw new AppError('not_found');
    const presentation = presentationOf(file, key);
    return { ...presentation, source: await blobs.source(key, presentation) };
  }

  function checkOptional(field: string, text: string | null | undefined, maxLength: number): string | null {
    return text == null || text === '' ? null : contents.check(field, text, maxLength);
  }

  return { store, create, describe, getReadable, open };
}

async function digestOf({ path }: Upload): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
