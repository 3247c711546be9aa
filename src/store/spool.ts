/** Files on their way: uploads and what is made of them, in a folder of the data directory until they are stored. */
import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { readdir, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AppError } from '../errors.ts';
import { makeFolder } from './folders.ts';
import { SpoolBudget, type SpoolLimits } from './spool-budget.ts';

export type Spool = Awaited<ReturnType<typeof openSpool>>;

export async function openSpool(folder: string, limits?: SpoolLimits) {
  const budget = new SpoolBudget(limits);
  await makeFolder(folder);

  /** A path for a new file. */
  const newPath = () => join(folder, randomUUID());

  async function remove(paths: readonly string[]): Promise<void> {
    for (const path of paths) {
      await rm(path, { force: true });
      budget.release(path);
    }
  }

  return {
    newPath,
    remove,
    /** Counts a file that was made here as that owner's, until it is removed. */
    count: (path: string, owner: string, bytes: number): void => budget.count(path, owner, bytes),
    /** Bytes that there is room for. */
    free: async (): Promise<number> => {
      const { bavail, bsize } = await statfs(folder);
      return bavail * bsize;
    },

    /**
     * Writes what comes to a file of its own, a chunk at a time. The file counts as that owner's until it is removed.
     * @throws AppError `too_large` | `rate_limited`: this owner has too much on its way | `overloaded`: all together have |
     * `disk_full`, or the stream's own error; then there is no file
     */
    write: async (stream: Readable, maxBytes: number, owner = ''): Promise<{ path: string; bytes: number }> => {
      const path = newPath();
      let bytes = 0;
      async function* counted(): AsyncGenerator<Buffer> {
        for await (const chunk of stream as AsyncIterable<Buffer>) {
          bytes += chunk.length;
          if (bytes > maxBytes) throw new AppError('too_large');
          budget.take(path, owner, chunk.length);
          yield chunk;
        }
      }
      const output = createWriteStream(path, { flags: 'wx', mode: 0o600 });
      try {
        await pipeline(counted, output);
      } catch (error) {
        // It may be still being opened, and would then be there after its removal.
        if (!output.closed) await new Promise<void>((resolve) => output.once('close', resolve));
        await remove([path]);
        const full = (error as NodeJS.ErrnoException).code === 'ENOSPC';
        throw full ? new AppError('disk_full', { cause: error }) : error;
      }
      return { path, bytes };
    },

    /** Deletes what was last written to before that time: left behind by a crash. */
    sweep: async (before: Date): Promise<void> => {
      for (const name of await readdir(folder)) {
        const path = join(folder, name);
        const found = await stat(path).catch(() => null);
        if (found && found.mtime < before) await remove([path]);
      }
    },
  };
}
