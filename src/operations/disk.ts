/**
 * Watches the free space of the data directory, so that writes are refused early while reads and deletes still work.
 */
import { statfs } from 'node:fs/promises';
import { AppError } from '../errors.ts';
import type { WriteOnceAMinute } from '../limits/once-a-minute.ts';

/** Ms. */
const INTERVAL = 2_000;
/** The default reserve: a share of the disk, capped in bytes. */
const RESERVE_SHARE = 0.05;
const MAX_RESERVE = 1024 ** 3;

export type Disk = {
  readonly low: boolean;
  /** @throws AppError `disk_full` */
  requireSpace(): void;
  close(): void;
};

/**
 * `reserve`: bytes to keep free; undefined: derived from the size of the disk. If the file system does not answer, the
 * last result counts.
 */
export async function watchDisk(path: string, reserve: number | undefined, write: WriteOnceAMinute): Promise<Disk> {
  let low = false;
  let asking = false;

  async function check(): Promise<void> {
    if (asking) return;
    asking = true;
    try {
      const { bavail, blocks, bsize } = await statfs(path);
      const free = bavail * bsize;
      const kept = reserve ?? Math.min(MAX_RESERVE, blocks * bsize * RESERVE_SHARE);
      const before = low;
      low = free < kept;
      if (low !== before) report(free, kept);
    } catch (error) {
      write('disk unknown', `cannot read the free space of DATA_DIR ${path}: ${(error as Error).message}`);
    } finally {
      asking = false;
    }
  }

  function report(free: number, kept: number): void {
    const has = `the disk of DATA_DIR ${path} has ${mebibytes(free)} free`;
    if (low)
      write('disk low', `${has}, less than the ${mebibytes(kept)} of DISK_RESERVE: writes that need space are refused`);
    else write('disk well', `${has}: writes are accepted again`);
  }

  await check();
  const timer = setInterval(() => void check(), INTERVAL).unref();
  return {
    get low() {
      return low;
    },
    requireSpace: () => {
      if (low) throw new AppError('disk_full');
    },
    close: () => clearInterval(timer),
  };
}

/** For a database that is about to be created. @throws an Error that names the disk */
export async function requireFree(path: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(path);
  if (bavail * bsize < bytes)
    throw new Error(
      `the disk of DATA_DIR ${path} has ${mebibytes(bavail * bsize)} free, and a new database needs ${mebibytes(bytes)}`,
    );
}

function mebibytes(bytes: number): string {
  return `${Math.floor(bytes / 1024 ** 2)} MiB`;
}
