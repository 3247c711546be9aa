/** How long films and sounds play. A file that does not say it soon has no duration. */
import { createWorkQueue } from '../sessions/work-queue.ts';

/** Files that are read at once, that wait, and how long, in ms. */
const LIMITS = { atOnce: 1, queue: 20, patience: 2_000 };
/** Ms. */
const DURATION_MAX = 366 * 24 * 60 * 60 * 1_000;

/** @returns tells the duration of a file of that media type in ms; null: the file does not say it, or says nonsense */
export function createDurations(): (path: string, type: string) => Promise<number | null> {
  const queue = createWorkQueue(LIMITS);
  return async (path, type) => {
    try {
      // Loaded when the first film or sound comes.
      const { readDuration } = await import('./played-file.ts');
      const ms = Math.round(((await queue.run(0, () => readDuration(path, type))) ?? 0) * 1_000);
      return ms > 0 && ms <= DURATION_MAX ? ms : null;
    } catch {
      return null;
    }
  };
}
