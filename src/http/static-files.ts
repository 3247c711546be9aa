/** `/files/…`: stored files, if they are on disk, and the images that come with the server. */
import { realpath } from 'node:fs/promises';
import { sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import send, { type SendOptions } from '@fastify/send';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../errors.ts';
import { PACKAGE_ROOT } from '../package-root.ts';
import { BLOB_CACHING, blobType } from '../store/blobs.ts';

/** The path of the default profile picture. */
export const DEFAULT_AVATAR = '/files/default-avatar.webp';

const ASSETS = fileURLToPath(new URL('assets', PACKAGE_ROOT));
/** Not immutable: a later version may replace the image. */
const ASSET_CACHING = 'public, max-age=86400';
const METHODS = ['GET', 'HEAD'];
const SEND: SendOptions = { cacheControl: false, contentType: false, index: false, dotfiles: 'deny' };

/** Forbids scripts, MIME sniffing and framing; allows embedding on other sites. */
const SAFE_HEADERS = {
  'content-security-policy': "default-src 'none'; sandbox",
  'cross-origin-resource-policy': 'cross-origin',
};

/** `folder` null: files are stored elsewhere. */
export function serveFiles(app: FastifyInstance, folder: string | null): void {
  app.route({
    method: METHODS,
    url: DEFAULT_AVATAR,
    handler: (request, reply) => sendFile(request, reply, { root: ASSETS, key: 'avatar.webp', caching: ASSET_CACHING }),
  });
  if (folder === null) return;
  app.route<{ Params: { '*': string } }>({
    method: METHODS,
    url: '/files/*',
    handler: async (request, reply) => {
      const key = request.params['*'];
      await requireInside(folder, key);
      return sendFile(request, reply, { root: folder, key, caching: BLOB_CACHING });
    },
  });
}

/** A name that is no key, or that leaves the folder through a link, counts as not found. */
async function requireInside(folder: string, key: string): Promise<void> {
  if (blobType(key) === null) throw new AppError('not_found');
  const [top, path] = await Promise.all([realpath(folder), realpath(`${folder}/${key}`)]).catch(() => {
    throw new AppError('not_found');
  });
  if (!path.startsWith(top + sep)) throw new AppError('not_found');
}

async function sendFile(
  request: FastifyRequest,
  reply: FastifyReply,
  { root, key, caching }: { root: string; key: string; caching: string },
): Promise<FastifyReply> {
  const found = await send(request.raw, `/${key}`, { ...SEND, root });
  if (found.statusCode === 416)
    return reply
      .code(416)
      .header('content-range', found.headers['Content-Range'])
      .type('application/json; charset=utf-8')
      .send({ error: 'No such range' });
  if (found.type !== 'file') throw new AppError('not_found');
  const name = key.slice(key.lastIndexOf('/') + 1);
  return reply
    .code(found.statusCode)
    .headers({ ...found.headers, ...SAFE_HEADERS, 'cache-control': caching })
    .header('content-disposition', `inline; filename="${name}"`)
    .type(blobType(key) as string)
    .send(found.stream);
}
