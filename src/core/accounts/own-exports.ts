/** The archives that accounts fetch of themselves: a few at a time, since each reads all that its account wrote. */
import { PassThrough, type Readable } from 'node:stream';
import { AppError } from '../../errors.ts';
import { writeStream } from '../../store/backup/container.ts';
import type { Blobs } from '../../store/blobs.ts';
import type { Sql } from '../../store/database.ts';
import type { Actor } from '../model.ts';
import { type ExportedFile, exportAccount } from './account-export.ts';

export type OwnExports = {
  /**
   * The archive (tar.gz), made while it is read. If it fails the stream ends with an error, so nobody takes it for whole.
   * @throws AppError `rate_limited`: the account fetches one already | `overloaded`: too many others do
   */
  open(actor: Actor): Promise<Readable>;
};

const AT_ONCE = 2;
/** How long one may take, in ms: it holds a connection of the database as long as its reader reads. */
const DEADLINE = 600_000;
/** Seconds. */
const RETRY_AFTER = 30;

export function createOwnExports(sql: Sql, blobs: Pick<Blobs, 'open'>): OwnExports {
  const running = new Set<number>();

  async function fill(output: PassThrough, { id }: Actor): Promise<void> {
    const gone = new AbortController();
    output.once('close', () => gone.abort());
    const signal = AbortSignal.any([gone.signal, AbortSignal.timeout(DEADLINE)]);
    await writeStream(output, signal, async (add) => {
      const addFile = ({ name, content }: ExportedFile) => add(name, content);
      await exportAccount(sql, blobs, id, addFile, { signal, onProgress: () => {} });
    });
  }

  return {
    open: async (actor): Promise<Readable> => {
      if (running.has(actor.id)) throw new AppError('rate_limited', { retryAfter: RETRY_AFTER });
      if (running.size >= AT_ONCE) throw new AppError('overloaded', { retryAfter: RETRY_AFTER });
      running.add(actor.id);
      const output = new PassThrough();
      fill(output, actor)
        .catch((error: Error) => output.destroy(error))
        .finally(() => running.delete(actor.id));
      return output;
    },
  };
}
