/**
 * Uploaded pictures: identified by their content, bounded before they are decoded, and re-encoded, so that only pixels are
 * stored (no location, camera or comment, and no second file appended to the first).
 */
import { availableParallelism } from 'node:os';
import pLimit from 'p-limit';
import sharp, { type Metadata, type Sharp } from 'sharp';
import { AppError } from '../../errors.ts';
import { type Kind, lookAt } from './image-files.ts';
import { placeholderOf } from './placeholders.ts';

export type Images = {
  /**
   * Writes the picture, scaled to fit `maxSide`, and its preview into new files.
   * @throws AppError `unsupported_media_type`: no accepted format, or damaged | `too_large`: too many pixels | `overloaded`
   */
  make(file: string, output: Output): Promise<MadeImage>;
  waiting(): number;
};

/** A picture and its preview, in files of the caller. */
export type MadeImage = {
  readonly ending: 'jpg' | 'png' | 'webp';
  readonly width: number;
  readonly height: number;
  /** Of both. */
  readonly bytes: number;
  readonly previewBytes: number;
  /** A ThumbHash in base64. */
  readonly placeholder: string;
};

/** The files to write, and the longest side of the picture in pixels. */
type Output = { readonly path: string; readonly previewPath: string; readonly maxSide: number };

/** The longest side in pixels. */
const PREVIEW_SIDE = 320;
const MAX_FRAMES = 1_000;
/** Seconds for each operation on a picture. */
const DEADLINE = 30;
/** Pictures in the queue; more are refused with `overloaded`. */
const MAX_WAITING = 128;
/** Threads of libuv's pool, shared with files and password hashes. */
const POOL_THREADS = 4;

const WHAT_WE_TAKE = 'pictures must be JPEG, PNG, WebP, GIF or AVIF';
/** libvips reads only one frame of an animated PNG or AVIF, so these are refused. */
export const WHAT_MOVES = 'moving pictures must be GIF or WebP: an animated PNG or AVIF would lose its movement';

/** The only loaders that uploads may reach: libvips has many more (SVG, TIFF, its own), each an attack surface. */
const LOADERS = ['Jpeg', 'Png', 'Webp', 'Nsgif', 'Heif'].flatMap((name) =>
  ['File', 'Buffer'].map((source) => `VipsForeignLoad${name}${source}`),
);

/** `maxPixels`: width × height × frames. `cores`: CPU cores that this process may use. */
export function createImages(maxPixels: number, cores: number = availableParallelism()): Images {
  // Settings of libvips for the whole process: every caller sets the same.
  sharp.cache(false);
  sharp.concurrency(1);
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({ operation: LOADERS });
  const jobs = Math.max(1, Math.min(POOL_THREADS - 2, Math.floor(cores / 2)));
  const limit = pLimit(jobs);
  // Not `warning`, the default: photos of well-known phones have minor defects that all viewers accept.
  const source = { limitInputPixels: maxPixels, failOn: 'error' as const };

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

  /** The preview is made from the result, which is smaller and already rotated. */
  async function write(
    kind: Kind | 'moving',
    { file, wide }: { file: string; wide: boolean },
    output: Output,
  ): Promise<MadeImage> {
    const { ending, encode } = ENCODERS[kind];
    const image = kind === 'moving' ? sharp(file, { ...source, animated: true }) : sharp(file, source).autoOrient();
    const fitted = within(image, output.maxSide).toColourspace('srgb');
    // sharp processes 16 bits with a profile in Display P3, and converts back to sRGB only when a profile is requested.
    if (wide) fitted.withIccProfile('srgb', { attach: false });
    const made = await encode(fitted).toFile(output.path);
    const preview = await within(sharp(output.path), PREVIEW_SIDE).webp(PREVIEW).toFile(output.previewPath);
    return {
      ending,
      width: made.width,
      height: made.pageHeight ?? made.height,
      bytes: made.size + preview.size,
      previewBytes: preview.size,
      placeholder: await placeholderOf(output.previewPath),
    };
  }

  return { make, waiting: (): number => limit.pendingCount };
}

const PREVIEW = { quality: 75, effort: 4 };

/**
 * Measured with a noisy picture of 2048 × 1536 pixels in one thread: JPEG 60 ms (mozjpeg 390 ms, no smaller), WebP with
 * effort 2 180 ms (effort 4: 350 ms, 4 % smaller), PNG 140 ms, AVIF with effort 2 1.4 s. So AVIF becomes WebP. PNG and GIF
 * stay lossless.
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

/** The format by the file's content: the name and the media type of the upload are ignored. */
async function kindOf(file: string): Promise<Kind> {
  const look = await lookAt(file);
  if (look === 'other') throw new AppError('unsupported_media_type', { message: WHAT_WE_TAKE });
  if (look === 'moving') throw new AppError('unsupported_media_type', { message: WHAT_MOVES });
  if (look === 'cut') throw damaged();
  return look;
}

/** An error of libvips as an AppError: its text may repeat content of the file. */
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
