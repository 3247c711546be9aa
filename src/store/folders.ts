/** Makes folders. Node's own `recursive` never returns below /proc, where a folder is missing however often it is made. */
import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** @throws the first error of the file system, also where a file is in the way */
export async function makeFolder(path: string, mode = 0o700): Promise<void> {
  try {
    await mkdir(path, { mode });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if ((await stat(path).catch(() => null))?.isDirectory()) return;
    if (code !== 'ENOENT' || dirname(path) === path) throw error;
    await makeFolder(dirname(path), mode);
    await mkdir(path, { mode }).catch(async (again: NodeJS.ErrnoException) => {
      // Another process may have been faster.
      if (again.code !== 'EEXIST') throw again;
    });
  }
}
