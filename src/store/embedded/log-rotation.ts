// Keeps the server's log bounded: the part before is kept beside it, and replaced by the next.

import { copyFile, stat, truncate } from 'node:fs/promises';

/**
 * Copies and truncates, as the running server goes on writing to the file that it was given (it appends).
 * @returns a line for the log; null: it was small enough
 */
export async function rotateLog(log: string, maxBytes: number): Promise<string | null> {
  const size = await stat(log).then(
    (found) => found.size,
    () => 0,
  );
  if (size <= maxBytes) return null;
  const old = `${log}.1`;
  // A full disk must not keep the log from being truncated.
  const kept = await copyFile(log, old).then(
    () => `its content is in ${old}`,
    () => 'its content could not be kept',
  );
  await truncate(log);
  return `${log} had ${Math.round(size / 1024)} KiB and was emptied; ${kept}`;
}
