/** Temporary files and cleanup for a run of tests. */
import { spawn } from 'node:child_process';
import { chmod, mkdir } from 'node:fs/promises';
import { basename, resolve } from 'node:path';

/**
 * Redirects the temporary files of this process and its children to a folder beside `folder`, and starts a reaper, which
 * ends leftover processes once this one has exited and removes the folders. @returns the folder for files
 */
export async function reapLeftovers(folder: string): Promise<string> {
  const mark = basename(folder);
  const files = `${folder}-files`;
  await mkdir(files);
  // As in /tmp, other users may access their own folders: PostgreSQL does.
  await chmod(files, 0o711);
  process.env.TMPDIR = files;
  const argv = [resolve('dist/test/support/reaper.js'), mark, folder, files];
  // In its own session, safe from signals to us. The end of its standard input tells it that we have exited.
  spawn(process.execPath, argv, { detached: true, stdio: ['pipe', 'ignore', 'ignore'] }).unref();
  return files;
}
