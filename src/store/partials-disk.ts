/** Partial files in a folder of the data directory: each is one file, whose size is how much has come. */
import { createWriteStream } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AppError } from '../errors.ts';
import { makeFolder } from './folders.ts';
import type { Partials } from './partials.ts';

export async function openDiskPartials(folder: string): Promise<Partials> {
  await makeFolder(folder);
  const pathOf = (uid: string) => join(folder, uid);

  async function append(uid: string, _offset: number, stream: Readable): Promise<void> {
    const output = createWriteStream(pathOf(uid), { flags: 'a', mode: 0o600 });
    try {
      await pipeline(stream, output);
    } catch (error) {
      if (!output.closed) await new Promise<void>((resolve) => output.once('close', resolve));
      throw (error as NodeJS.ErrnoException).code === 'ENOSPC' ? new AppError('disk_full', { cause: error }) : error;
    }
  }

  return {
    append,
    size: async (uid) => (await stat(pathOf(uid)).catch(() => null))?.size ?? 0,
    withWhole: (uid, use) => use(pathOf(uid)),
    remove: (uid) => rm(pathOf(uid), { force: true }),
    list: () => readdir(folder),
  };
}
