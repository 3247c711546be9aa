/** Whether stored files can be reached: asked at the start, and then when somebody wants to know and the answer is old. */
import type { Logger } from 'pino';
import type { Blobs } from '../store/blobs.ts';

/** For this long an answer is good, in ms. Each question may cost money, at a store that counts requests. */
const FRESH = 30_000;

export type FilesCheck = { readonly up: () => boolean };

/** The first answer is not waited for: a store that hangs must not keep the rest from being served. */
export function checkFiles(blobs: Pick<Blobs, 'check' | 'place'>, logger: Pick<Logger, 'warn' | 'info'>): FilesCheck {
  let up = true;
  let askedAt = Number.NEGATIVE_INFINITY;
  let asking = false;

  async function ask(): Promise<void> {
    asking = true;
    askedAt = performance.now();
    const reason = await blobs.check().then(
      () => null,
      (error: Error) => error.message,
    );
    asking = false;
    if (reason !== null && up) logger.warn(`pictures cannot be stored or deleted: ${blobs.place}: ${reason}`);
    if (reason === null && !up) logger.info(`pictures can be stored again: ${blobs.place}`);
    up = reason === null;
  }

  const refresh = () => {
    if (!asking && performance.now() - askedAt >= FRESH) void ask();
  };
  refresh();
  return {
    up: () => {
      refresh();
      return up;
    },
  };
}
