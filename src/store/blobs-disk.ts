/** Blobs as files of a folder: the key is the path. A blob appears under its key by a rename, written and synced. */
import { access, constants, copyFile, open, readdir, readFile, rename, rmdir, stat, unlink } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { AppError } from '../errors.ts';
import { type Blob, type Blobs, requireBlobType } from './blobs.ts';
import { makeFolder } from './folders.ts';
import { openSpool } from './spool.ts';

/** Folder of incomplete copies: on the same file system, so that a rename is atomic, and not reachable by a key. */
const DRAFTS = '.drafts';
/** Older drafts were left behind by a crash. In ms. */
const DRAFT_AGE = 3_600_000;
/** A folder that was just made may be tidied away before it is used. */
const PLACING_ATTEMPTS = 5;

/** `base`: the address under which `/files/` is served, known once the server listens. */
export async function openDiskBlobs(folder: string, base: () => string): Promise<Blobs> {
  const drafts = await openSpool(join(folder, DRAFTS));
  await drafts.sweep(new Date(Date.now() - DRAFT_AGE));

  function pathOf(key: string): string {
    requireBlobType(key);
    return join(folder, key);
  }

  const put = (key: string, file: string) => placeBy(copyFile, key, file);
  const move = (key: string, file: string) => placeBy(moveFile, key, file);

  async function placeBy(bring: (from: string, to: string) => Promise<void>, key: string, file: string): Promise<void> {
    const path = pathOf(key);
    const draft = drafts.newPath();
    try {
      await bring(file, draft);
      await sync(draft);
      await place(draft, path);
      await sync(dirname(path));
    } catch (error) {
      await drafts.remove([draft]);
      throw (error as NodeJS.ErrnoException).code === 'ENOSPC' ? new AppError('disk_full', { cause: error }) : error;
    }
  }

  async function remove(key: string): Promise<void> {
    const path = pathOf(key);
    await unlink(path).catch(unlessMissing);
    await removeEmpty(dirname(path));
  }

  /** The folder and those above it, which are named after accounts and posts, as far as nothing is in them. */
  async function removeEmpty(path: string): Promise<void> {
    if (path === folder) return;
    const removed = await rmdir(path).then(
      () => true,
      () => false,
    );
    if (removed) await removeEmpty(dirname(path));
  }

  return {
    place: folder,
    put,
    move,
    remove: async (keys) => {
      for (const key of keys) await remove(key);
    },
    read: async (key) => readFile(pathOf(key)).catch(missing(null)),
    open: async (key) => {
      const handle = await open(pathOf(key), 'r').catch(missing(null));
      if (handle === null) return null;
      const { size } = await handle.stat();
      return { size, stream: handle.createReadStream() };
    },
    source: async (key) => ({ path: pathOf(key) }),
    list: (prefix) => listFolder(folder, prefix),
    check: () => access(folder, constants.R_OK | constants.W_OK | constants.X_OK),
    url: (key) => `${base()}/files/${key}`,
  };
}

/** By a rename where both are on one file system. */
async function moveFile(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
    await copyFile(from, to);
    await unlink(from);
  }
}

async function place(draft: string, path: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    await makeFolder(dirname(path));
    try {
      return await rename(draft, path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || attempt === PLACING_ATTEMPTS) throw error;
    }
  }
}

/** Makes a file's bytes, or a folder's names, outlive a power cut. */
async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function* listFolder(folder: string, prefix: string): AsyncGenerator<Blob> {
  const top = prefix.slice(0, prefix.lastIndexOf('/') + 1);
  for (const path of await readdir(join(folder, top), { recursive: true }).catch(missing([]))) {
    const key = relative(folder, join(folder, top, path)).replaceAll(sep, '/');
    if (!key.startsWith(prefix) || key.startsWith(DRAFTS)) continue;
    const found = await stat(join(folder, key)).catch(() => null);
    if (found?.isFile()) yield { key, bytes: found.size, storedAt: found.mtime };
  }
}

function unlessMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}

/** @returns a handler that answers this where there is no such file */
function missing<T>(instead: T): (error: NodeJS.ErrnoException) => T {
  return (error) => {
    unlessMissing(error);
    return instead;
  };
}
