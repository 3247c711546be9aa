/** `/files/…`: stored files, if they are on disk, and the images that come with the server. */
import { realpath } from 'node:fs/promises';
import { sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';
import { sendFile } from '../dialects/shared/send-file.ts';
import { AppError } from '../errors.ts';
import { PACKAGE_ROOT } from '../package-root.ts';
import { BLOB_CACHING, blobType, isPrivate } from '../store/blobs.ts';

/** The path of the default profile picture. */
export const DEFAULT_AVATAR = '/files/default-avatar.webp';

const ASSETS = fileURLToPath(new URL('assets', PACKAGE_ROOT));
/** Not immutable: a later version may replace the image. */
const ASSET_CACHING = 'public, max-age=86400';
const AVATAR = {
  path: `${ASSETS}/avatar.webp`,
  type: 'image/webp',
  caching: ASSET_CACHING,
  disposition: 'inline; filename="avatar.webp"',
};
const METHODS = ['GET', 'HEAD'];
/** `folder` null: files are stored elsewhere. */
export function serveFiles(app: FastifyInstance, folder: string | null): void {
  app.route({
    method: METHODS,
    url: DEFAULT_AVATAR,
    handler: (request, reply) => sendFile(request, reply, AVATAR),
  });
  if (folder === null) return;
  app.route<{ Params: { '*': string } }>({
    method: METHODS,
    url: '/files/*',
    handler: async (request, reply) => {
      const key = request.params['*'];
      await requireInside(folder, key);
      return sendFile(request, reply, {
        path: `${folder}/${key}`,
        type: blobType(key) as string,
        caching: BLOB_CACHING,
        disposition: `inline; filename="${key.slice(key.lastIndexOf('/') + 1)}"`,
      });
    },
  });
}

/** A name that is no key, that is not for everybody, or that leaves the folder through a link, counts as not found. */
async function requireInside(folder: string, key: string): Promise<void> {
  if (blobType(key) === null || isPrivate(key)) throw new AppError('not_found');
  const [top, path] = await Promise.all([realpath(folder), realpath(`${folder}/${key}`)]).catch(() => {
    throw new AppError('not_found');
  });
  if (!path.startsWith(top + sep)) throw new AppError('not_found');
}
