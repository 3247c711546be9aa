/** Whether file storage is reachable: checked at the start, and then on demand if the last result is stale. */
import type { Logger } from 'pino';
import type { Blobs } from '../store/blobs.ts';

/** How long a result is cached, in ms. Object stores may charge per request. */
const CACHE_TTL = 30_000;

export type FilesCheck = { readonly up: () => boolean };

/** The start does not wait for the first result: an unresponsive store must not block everything else. */
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
    if (!asking && performance.now() - askedAt >= CACHE_TTL) void ask();
  };
  refresh();
  return {
    up: () => {
      refresh();
      return up;
    },
  };
}
