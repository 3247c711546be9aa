/** The file of a backup: written beside its name and renamed when it is whole; read one entry at a time. */
import { createReadStream, createWriteStream } from 'node:fs';
import { access, link, open, rename, rm } from 'node:fs/promises';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { extract, pack } from 'tar-stream';
import { DamagedBackupError } from './format.ts';

/** The content of an entry; a stream of exactly `size` bytes where it is too large for the memory. */
export type Content = Buffer | { readonly size: number; readonly stream: Readable };
export type AddEntry = (name: string, content: Content) => Promise<void>;
export type Fill = (add: AddEntry) => Promise<void>;
/** `bytes` must be read before the next entry is asked for. */
export type Entry = { readonly name: string; readonly size: number; readonly bytes: Readable };

/** Pictures are compressed already, and text well enough by the quickest. */
const GZIP_LEVEL = 1;
/** The largest entry that is read into memory as a whole, in bytes. */
const WHOLE_MAX = 256 * 1024 * 1024;

/**
 * Writes the file by what `fill` adds. It appears under its name whole, readable by its owner only, or not at all.
 * @throws where there is such a file already
 */
export async function writeContainer(path: string, signal: AbortSignal, fill: Fill): Promise<void> {
  await refuseExisting(path);
  const draft = `${path}.${process.pid}.part`;
  try {
    await writeStream(createWriteStream(draft, { flags: 'wx', mode: 0o600 }), signal, fill);
    await sync(draft);
    await place(draft, path);
  } finally {
    await rm(draft, { force: true });
  }
}

/** As `writeContainer`, into a stream, whose reader must check that it is complete. */
export async function writeStream(output: Writable, signal: AbortSignal, fill: Fill): Promise<void> {
  const tar = pack();
  const written = pipeline(tar, createGzip({ level: GZIP_LEVEL }), output, { signal });
  const add: AddEntry = (name, content) =>
    new Promise((resolve, reject) => {
      const size = Buffer.isBuffer(content) ? content.length : content.size;
      const entry = tar.entry({ name, size, mode: 0o600 }, (error) => (error ? reject(error) : resolve()));
      if (Buffer.isBuffer(content)) entry.end(content);
      else pipeline(content.stream, entry, { signal }).catch(reject);
    });
  // It may fail while something else is waited for.
  written.catch(() => {});
  try {
    await fill(add);
    tar.finalize();
    await written;
  } catch (error) {
    tar.destroy(error as Error);
    // The reason, where writing failed first and nothing took what was added any more.
    await written;
    throw error;
  }
}

/** By a link, which, unlike a rename, refuses a file that has come meanwhile; not every file system has them. */
async function place(draft: string, path: string): Promise<void> {
  try {
    await link(draft, path);
  } catch {
    await refuseExisting(path);
    await rename(draft, path);
  }
}

async function refuseExisting(path: string): Promise<void> {
  const there = await access(path).then(
    () => true,
    () => false,
  );
  if (there) throw new Error(`${path} is there already, and is not overwritten`);
}

async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r');
  await handle.sync().finally(() => handle.close());
}

/**
 * The entries, one after the other. Has the whole file been read, it is sure that none was missing or altered.
 * @throws where they would have more than `room` bytes together: a small file can unpack to any size
 */
export async function* readContainer(path: string, signal: AbortSignal, room: number): AsyncGenerator<Entry> {
  let left = room;
  const entries = extract();
  const input = createReadStream(path);
  const read = pipeline(input, createGunzip(), entries, { signal });
  // The loop below receives the error first; this handler prevents an unhandled rejection.
  read.catch(() => {});
  try {
    for await (const entry of entries) {
      left -= entry.header.size ?? 0;
      if (left < 0)
        throw new Error(`it unpacks to more than the ${Math.floor(room / 1_048_576)} MiB that there is room for`);
      yield { name: entry.header.name, size: entry.header.size ?? 0, bytes: Readable.from(bytesOf(entry)) };
      entry.resume();
    }
    await read;
  } catch (error) {
    throw signal.aborted ? signal.reason : readable(error);
  } finally {
    entries.destroy();
    input.destroy();
    await read.catch(() => {});
  }
}

async function* bytesOf(entry: AsyncIterable<unknown>): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of entry) yield chunk as Buffer;
  } catch (error) {
    throw readable(error);
  }
}

/** Turns errors caused by the content of the file into DamagedBackupError. */
function readable(error: unknown): unknown {
  const { code, message, syscall } = error as NodeJS.ErrnoException;
  if (syscall !== undefined || error instanceof DamagedBackupError) return error;
  const ofFile =
    code?.startsWith('Z_') || /^(Unexpected end of data|Invalid tar header|unexpected end of file)/.test(message);
  return ofFile ? new DamagedBackupError(`it ends early or was altered (${message})`, { cause: error }) : error;
}

export async function readWhole({ name, size, bytes }: Entry): Promise<Buffer> {
  if (size > WHOLE_MAX) throw new DamagedBackupError(`${name} is too large`);
  const chunks: Buffer[] = [];
  for await (const chunk of bytes) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
