/** Opens the storage of files by the settings: S3 or disk. */
import { join } from 'node:path';
import type { Blobs } from './blobs.ts';
import { openDiskBlobs } from './blobs-disk.ts';
import type { S3Settings } from './blobs-s3.ts';

/** `s3` undefined: files are kept on disk, below `dataDir`. */
export type BlobPlace = { readonly s3?: S3Settings | undefined; readonly dataDir: string };

/** `base`: the server's own address, once it has one. */
export async function openBlobs(
  config: BlobPlace,
  base: () => string,
  onClose: (step: () => Promise<unknown> | unknown) => void,
): Promise<Blobs> {
  if (config.s3 === undefined) return openDiskBlobs(filesFolder(config), base);
  // Loaded only where it is used: it is larger than all the rest.
  const { openS3Blobs } = await import('./blobs-s3.ts');
  const blobs = openS3Blobs(config.s3);
  onClose(() => blobs.close());
  return blobs;
}

/** The origins of links to its blobs: the public ones, and the signed ones. */
export function s3Origins({ publicUrl, endpoint, bucket, region }: S3Settings): string[] {
  const signed = endpoint ?? `https://${bucket}.s3.${region}.amazonaws.com`;
  return [...new Set([publicUrl, signed].map((url) => new URL(url).origin))];
}

export function filesFolder(config: Pick<BlobPlace, 'dataDir'>): string {
  return join(config.dataDir, 'files');
}
