/**
 * Pictures that people send: told by their content, bounded before they are decoded, and made anew, so that what is
 * stored is pixels and nothing else (no place, no camera, no comment, no second format behind the first).
 */
import { availableParallelism } from 'node:os';
import pLimit from 'p-limit';
import sharp, { type Metadata, type Sharp } from 'sharp';
import { AppError } from '../../errors.ts';
import { type Kind, lookAt } from './image-files.ts';

export type Images = ReturnType<typeof createImages>;

/** A picture and its preview, in files of the caller's. */
export type MadeImage = {
  readonly ending: 'jpg' | 'png' | 'webp';
  readonly width: number;
  readonly height: number;
  /** Of both. */
  readonly bytes: number;
};

/** Where to write them, and how long the picture may be. */
type Output = { readonly path: string; readonly previewPath: string; readonly maxSide: number };

/** Pixels of the longest side. */
const PREVIEW_SIDE = 320;
const MAX_FRAMES = 1_000;
/** Seconds that one picture may take. */
const DEADLINE = 30;
/** Pictures that may wait for their turn. */
const MAX_WAITING = 128;
/** Threads of libuv's pool, which files and password hashes need too. */
const POOL_THREADS = 4;

const WHAT_WE_TAKE = 'pictures must be JPEG, PNG, WebP, GIF or AVIF';
/** libvips reads one frame of animated PNG and AVIF: an animation that would come to a stop is refused. */
export const WHAT_MOVES = 'moving pictures must be GIF or WebP: an animated PNG or AVIF would lose its movement';

/** The loaders that content may reach: libvips has many more (SVG, TIFF, its own), each a risk. */
const LOADERS = ['Jpeg', 'Png', 'Webp', 'Nsgif', 'Heif'].flatMap((name) =>
  ['File', 'Buffer'].map((source) => `VipsForeignLoad${name}${source}`),
);

/** `maxPixels`: width × height, of all frames together. `cores`: as many as this process may fill. */
export function createImages(maxPixels: number, cores: number = availableParallelism()) {
  // These are libvips' own, one for the process; every caller wants the same.
  sharp.cache(false);
  sharp.concurrency(1);
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({ operation: LOADERS });
  const jobs = Math.max(1, Math.min(POOL_THREADS - 2, Math.floor(cores / 2)));
  const limit = pLimit(jobs);
  // Not `warning`, the default: photos of well-known phones have small faults that every viewer overlooks.
  const source = { limitInputPixels: maxPixels, failOn: 'error' as const };

  /**
   * Makes the picture, at most `maxSide` long, and its preview, both into new files.
   * @throws AppError `unsupported_media_type`: not one of ours, or damaged | `too_large`: too many pixels | `overloaded`
   */
  async function make(file: string, output: Output): Promise<MadeImage> {
    if (limit.pendingCount >= MAX_WAITING) throw new AppError('overloaded', { retryAfter: 5 });
    return limit(async () => {
      const kind = await kindOf(file);
      try {
        const metadata = await sharp(file, source).metadata();
        check(kind, metadata);
        const wide = metadata.depth === 'ushort' && metadata.icc !== undefined;
        return await write((metadata.pages ?? 1) > 1 ? 'moving' : kind, { file, wide }, output);
      } catch (error) {
        throw refusal(error);
      }
    });
  }

  function check(kind: Kind, { format, compression, width, height, pageHeight, pages = 1 }: Metadata): void {
    const wanted = kind === 'avif' ? format === 'heif' && compression === 'av1' : format === kind;
    if (!wanted) throw new AppError('unsupported_media_type', { message: WHAT_WE_TAKE });
    if (width * (pageHeight ?? height) * pages > maxPixels) throw tooManyPixels();
    if (pages > MAX_FRAMES) throw new AppError('too_large', { message: `a picture may have ${MAX_FRAMES} frames` });
  }

  /** The preview is made of the result: it is small, and upright already. */
  async function write(
    kind: Kind | 'moving',
    { file, wide }: { file: string; wide: boolean },
    output: Output,
  ): Promise<MadeImage> {
    const { ending, encode } = ENCODERS[kind];
    const image = kind === 'moving' ? sharp(file, { ...source, animated: true }) : sharp(file, source).autoOrient();
    const fitted = within(image, output.maxSide).toColourspace('srgb');
    // sharp works on 16 bits with a profile in Display P3, and takes them back to sRGB only where a profile is asked for.
    if (wide) fitted.withIccProfile('srgb', { attach: false });
    const made = await encode(fitted).toFile(output.path);
    const preview = await within(sharp(output.path), PREVIEW_SIDE).webp(PREVIEW).toFile(output.previewPath);
    const bytes = made.size + preview.size;
    return { ending, width: made.width, height: made.pageHeight ?? made.height, bytes };
  }

  return { make, waiting: (): number => limit.pendingCount };
}

const PREVIEW = { quality: 75, effort: 4 };

/**
 * Measured on 2048 × 1536 pixels of a noisy picture, one thread: JPEG 60 ms (mozjpeg 390 ms, and no smaller), WebP of
 * effort 2 180 ms (effort 4: 350 ms for 4 % less), PNG 140 ms, AVIF of effort 2 1.4 s, so AVIF becomes WebP. PNG and
 * GIF stay without loss.
 */
const ENCODERS: Record<Kind | 'moving', { ending: MadeImage['ending']; encode: (image: Sharp) => Sharp }> = {
  jpeg: { ending: 'jpg', encode: (image) => image.jpeg({ quality: 82, progressive: true }) },
  png: { ending: 'png', encode: (image) => image.png({ compressionLevel: 6 }) },
  gif: { ending: 'png', encode: (image) => image.png({ compressionLevel: 6 }) },
  webp: { ending: 'webp', encode: (image) => image.webp({ quality: 82, effort: 2 }) },
  moving: { ending: 'webp', encode: (image) => image.webp({ quality: 80, effort: 2 }) },
  avif: { ending: 'webp', encode: (image) => image.webp({ quality: 82, effort: 2 }) },
};

function within(image: Sharp, side: number): Sharp {
  return image
    .resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
    .timeout({ seconds: DEADLINE });
}

/** What the file says of itself, whatever the name and the type that came with it. */
async function kindOf(file: string): Promise<Kind> {
  const look = await lookAt(file);
  if (look === 'other') throw new AppError('unsupported_media_type', { message: WHAT_WE_TAKE });
  if (look === 'moving') throw new AppError('unsupported_media_type', { message: WHAT_MOVES });
  if (look === 'cut') throw damaged();
  return look;
}

/** What libvips said, in our words: it is about a file of a stranger's, and may be anything. */
function refusal(error: unknown): unknown {
  if (error instanceof AppError) return error;
  const { message, code } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || /no space left/i.test(message)) return new AppError('disk_full', { cause: error });
  if (/pixel limit/.test(message)) return tooManyPixels();
  if (/timeout/i.test(message)) return new AppError('too_large', { message: 'the picture takes too long to read' });
  return damaged(error);
}

function damaged(cause?: unknown): AppError {
  return new AppError('unsupported_media_type', { message: 'the picture is damaged or incomplete', cause });
}

function tooManyPixels(): AppError {
  return new AppError('too_large', { message: 'the picture has too many pixels' });
}
