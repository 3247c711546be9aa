/** Inspects a picture's file before anything decodes it: its format, whether it is complete, and whether it is animated. */
import { type FileHandle, open } from 'node:fs/promises';

export type Kind = 'jpeg' | 'png' | 'webp' | 'gif' | 'avif';

/** `moving`: an animation in a format that cannot keep it. `cut`: truncated. `other`: no accepted format. */
export type Look = Kind | 'moving' | 'cut' | 'other';

const HEAD = 64;
const BUFFER = 64 * 1024;
/** Chunks of a PNG before its pixels: libpng's own limit. */
const MAX_CHUNKS = 1_000;
const PNG_SIGNATURE = 8;

/** Reads the file's structure in bounded memory. Bytes after the end of the picture are ignored. */
export async function lookAt(path: string): Promise<Look> {
  const handle = await open(path, 'r');
  try {
    const file = new Bytes(handle);
    const kind = sniff((await file.peek(HEAD)).toString('latin1'));
    if (kind === 'png' && (await hasFrames(file))) return 'moving';
    if (kind === 'gif' && !(await hasTrailer(file))) return 'cut';
    return kind;
  } finally {
    await handle.close();
  }
}

/** Whether it looks like a whole picture of a format that is shown as one. */
export async function isPicture(path: string): Promise<boolean> {
  return !['moving', 'cut', 'other'].includes(await lookAt(path));
}

function sniff(head: string): Kind | 'moving' | 'other' {
  if (head.startsWith('\xFF\xD8\xFF')) return 'jpeg';
  if (head.startsWith('\x89PNG\r\n\x1A\n')) return 'png';
  if (/^GIF8[79]a/.test(head)) return 'gif';
  if (/^RIFF.{4}WEBP/s.test(head)) return 'webp';
  // The major brand or a compatible one: HEIC has the same box without `avif`.
  if (hasBrand(head, 'avis')) return 'moving';
  return hasBrand(head, 'avif') ? 'avif' : 'other';
}

function hasBrand(head: string, brand: string): boolean {
  if (head.slice(4, 8) !== 'ftyp') return false;
  const size = Buffer.from(head.slice(0, 4), 'latin1').readUInt32BE();
  const brands = [head.slice(8, 12), ...(head.slice(16, size).match(/.{4}/gs) ?? [])];
  return brands.includes(brand);
}

/** Whether a PNG is animated (APNG): it has an `acTL` chunk before the pixels, with more than one frame. */
async function hasFrames(file: Bytes): Promise<boolean> {
  await file.skip(PNG_SIGNATURE);
  for (let chunk = 0; chunk < MAX_CHUNKS; chunk += 1) {
    const head = await file.take(12);
    if (head.length < 12) return false;
    const type = head.toString('latin1', 4, 8);
    if (type === 'acTL') return head.readUInt32BE(8) > 1;
    if (type === 'IDAT') return false;
    // The chunk has twelve bytes beside its data: length, type and checksum. Four bytes of the next field were read.
    await file.skip(head.readUInt32BE(0));
  }
  return false;
}

const GIF = { extension: 0x21, image: 0x2c, trailer: 0x3b, padding: 0x00 };

/** Whether a GIF has its trailer, found block by block: a decoder would accept a truncated animation as a shorter one. */
async function hasTrailer(file: Bytes): Promise<boolean> {
  const screen = await file.take(13);
  if (screen.length < 13) return false;
  await file.skip(colours(screen[10]));
  for (;;) {
    const [block] = await file.take(1);
    if (block === GIF.trailer) return true;
    if (block === GIF.extension) await file.skip(1);
    else if (block === GIF.image) await file.skip(colours((await file.take(9))[8]) + 1);
    else if (block === GIF.padding) continue;
    else return false;
    for (let length = -1; length !== 0; ) {
      length = (await file.take(1))[0] ?? 0;
      await file.skip(length);
    }
  }
}

/** Bytes of the colour table that these flags describe. */
function colours(flags = 0): number {
  return flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0;
}

/** Reads a file sequentially through a buffer. */
class Bytes {
  readonly #handle: FileHandle;
  readonly #buffer = Buffer.alloc(BUFFER);
  #from = 0;
  #length = 0;
  #at = 0;

  constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  /** The next bytes, without advancing; fewer at the end of the file. */
  async peek(count: number): Promise<Buffer> {
    const buffered = this.#at >= this.#from && this.#at + count <= this.#from + this.#length;
    if (!buffered) {
      this.#from = this.#at;
      this.#length = (await this.#handle.read(this.#buffer, 0, BUFFER, this.#at)).bytesRead;
    }
    const start = this.#at - this.#from;
    return this.#buffer.subarray(start, Math.min(start + count, this.#length));
  }

  async take(count: number): Promise<Buffer> {
    const bytes = await this.peek(count);
    this.#at += bytes.length;
    return bytes;
  }

  async skip(count: number): Promise<void> {
    this.#at += count;
  }
}
