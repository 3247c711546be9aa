/** For a run of tests: a place for their files, and somebody who ends what is left of them. */
import { spawn } from 'node:child_process';
import { chmod, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';

/**
 * Has everything that this process starts make its files in a folder whose name leads to `folder`, and starts a reaper,
 * which ends what belongs to them once this process has ended and then removes both. @returns the folder for files
 */
export async function reapLeftovers(folder: string): Promise<string> {
  const mark = basename(folder);
  const files = join(tmpdir(), `${mark}-files`);
  await mkdir(files);
  // As in /tmp, other users than root's may work in folders that are theirs: PostgreSQL does.
  await chmod(files, 0o711);
  process.env.TMPDIR = files;
  const argv = [resolve('dist/test/support/reaper.js'), mark, folder, files];
  // In a session of its own, out of reach of what ends us. It hears of our end by the end of its standard input.
  spawn(process.execPath, argv, { detached: true, stdio: ['pipe', 'ignore', 'ignore'] }).unref();
  return files;
}
