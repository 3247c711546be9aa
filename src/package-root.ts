/** Koine's folder, in which are its package.json and its files beside the sources; it lies above the build as well. */
import { existsSync } from 'node:fs';

export const PACKAGE_ROOT = above(new URL('..', import.meta.url));

function above(folder: URL): URL {
  return existsSync(new URL('package.json', folder)) ? folder : above(new URL('..', folder));
}
