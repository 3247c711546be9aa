/** Where stored files are: in S3 or on disk, by the settings. */
import { join } from 'node:path';
import type { Config } from './config.ts';
import type { Blobs } from './store/blobs.ts';
import { openDiskBlobs } from './store/blobs-disk.ts';

/** `base`: the server's own address, once it has one. */
export async function openBlobs(
  config: Pick<Config, 's3' | 'dataDir'>,
  base: () => string,
  onClose: (step: () => Promise<unknown> | unknown) => void,
): Promise<Blobs> {
  if (config.s3 === undefined) return openDiskBlobs(filesFolder(config), base);
  // Loaded only where it is used: it is larger than all the rest.
  const { openS3Blobs } = await import('./store/blobs-s3.ts');
  const blobs = openS3Blobs(config.s3);
  onClose(() => blobs.close());
  return blobs;
}

export function filesFolder(config: Pick<Config, 'dataDir'>): string {
  return join(config.dataDir, 'files');
}
