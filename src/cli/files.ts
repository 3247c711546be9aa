/** Opens the configured file storage for the duration of a command. */
import type { Config } from '../config/config.ts';
import type { Blobs } from '../store/blobs.ts';
import { openBlobs } from '../store/open-blobs.ts';

export async function withFiles<T>(config: Config, work: (blobs: Blobs) => Promise<T>): Promise<T> {
  const closing: (() => unknown)[] = [];
  const blobs = await openBlobs(
    config,
    () => config.publicUrl ?? '',
    (step) => closing.push(step),
  );
  try {
    return await work(blobs);
  } finally {
    for (const step of closing) await step();
  }
}
