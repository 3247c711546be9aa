/** The headers of a film or a sound, of which only so much is read as an honest file needs: a hostile one may claim anything. */
import { type FileHandle, open } from 'node:fs/promises';
import { parseFromTokenizer } from 'music-metadata';
import { FileTokenizer } from 'strtok3';
import { AppError } from '../../errors.ts';

/** Bytes of one file, of one part of it, parts, and ms. */
const BYTES = 8 * 1024 * 1024;
const PART = 2 * 1024 * 1024;
const PARTS = 20_000;
const PATIENCE = 2_000;

/**
 * @returns seconds; undefined: the file does not say it
 * @throws Error: it is no such file | AppError `too_large`: too much of it would have to be read
 */
export async function readDuration(path: string, mimeType: string): Promise<number | undefined> {
  const handle = await open(path, 'r');
  try {
    const { size } = await handle.stat();
    const { format } = await parseFromTokenizer(new BoundedFile(handle, { size, mimeType }), {
      duration: true,
      skipCovers: true,
      mkvUseIndex: true,
    });
    return format.duration;
  } finally {
    await handle.close();
  }
}

class BoundedFile extends FileTokenizer {
  #bytes = BYTES;
  #parts = PARTS;
  readonly #deadline = performance.now() + PATIENCE;

  constructor(handle: FileHandle, fileInfo: { size: number; mimeType: string }) {
    super(handle, { fileInfo, maxBufferSize: PART });
  }

  override readBuffer(...part: Parameters<FileTokenizer['readBuffer']>): Promise<number> {
    this.#take(part);
    return super.readBuffer(...part);
  }

  override peekBuffer(...part: Parameters<FileTokenizer['peekBuffer']>): Promise<number> {
    this.#take(part);
    return super.peekBuffer(...part);
  }

  #take([{ length }, options]: Parameters<FileTokenizer['readBuffer']>): void {
    this.#bytes -= options?.length ?? length;
    this.#parts -= 1;
    // Not as at the end of a file, where the parser would count what it has seen.
    if (this.#bytes < 0 || this.#parts < 0 || performance.now() > this.#deadline) throw new AppError('too_large');
  }
}
