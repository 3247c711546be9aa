/** Koine's package folder, with its package.json and the files beside the sources; the same for sources and build. */
import { existsSync } from 'node:fs';

export const PACKAGE_ROOT = above(new URL('..', import.meta.url));

function above(folder: URL): URL {
  return existsSync(new URL('package.json', folder)) ? folder : above(new URL('..', folder));
}
