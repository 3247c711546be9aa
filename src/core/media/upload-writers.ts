/** One request writes to an upload at a time: it holds its lease, in the database, for all nodes. */
import { randomUUID } from 'node:crypto';
import { AppError } from '../../errors.ts';
import type { Sql } from '../../store/database.ts';
import { endLease, LEASE, takeLease, type UploadRow } from '../../store/uploads.ts';

/** `offset`: bytes that are there. `expiresAt` null: it is a file already. */
export type UploadState = {
  readonly uid: string;
  readonly offset: number;
  readonly length: number;
  readonly expiresAt: number | null;
};

export type UploadWriters = {
  /** Runs what writes to the upload, alone. @throws AppError `wrong_offset`: another node writes to it | as `work` */
  write(upload: UploadRow, work: (signal: AbortSignal) => Promise<UploadState>): Promise<UploadState>;
  /** A client that comes again has given up its last request, which may not know it yet. @returns whether there was one */
  interrupt(uid: string): Promise<boolean>;
};

/** Seconds after the last part. */
export const TTL = 86_400;
/** How long a request waits for the one before it, which its client has given up, in ms. */
const PATIENCE = 5_000;

/** A request of this process that writes. */
type Writing = { readonly abort: AbortController; readonly ended: Promise<void> };

export function createUploadWriters(sql: Sql): UploadWriters {
  const writing = new Map<string, Writing>();

  async function write({ uid }: UploadRow, work: (signal: AbortSignal) => Promise<UploadState>): Promise<UploadState> {
    await interrupt(uid);
    const lease = randomUUID();
    if (!(await takeLease(sql, uid, lease))) throw new AppError('wrong_offset');
    const abort = new AbortController();
    let end = () => {};
    writing.set(uid, { abort, ended: new Promise((resolve) => (end = resolve)) });
    const renewal = setInterval(() => void renew(uid, lease, abort), (LEASE * 1_000) / 3).unref();
    try {
      const state = await work(abort.signal);
      const expiresAt = await endLease(sql, uid, lease, TTL);
      return expiresAt === null ? state : { ...state, expiresAt: expiresAt.getTime() };
    } catch (error) {
      await endLease(sql, uid, lease, TTL).catch(() => {});
      throw error;
    } finally {
      clearInterval(renewal);
      writing.delete(uid);
      end();
    }
  }

  /** A writer that cannot renew its lease stops. */
  async function renew(uid: string, lease: string, abort: AbortController): Promise<void> {
    const holds = await takeLease(sql, uid, lease).catch(() => false);
    if (!holds) abort.abort(new AppError('unavailable'));
  }

  async function interrupt(uid: string): Promise<boolean> {
    const before = writing.get(uid);
    if (before === undefined) return false;
    before.abort.abort(new AppError('wrong_offset'));
    await Promise.race([before.ended, new Promise((resolve) => setTimeout(resolve, PATIENCE).unref())]);
    return true;
  }

  return { write, interrupt };
}
