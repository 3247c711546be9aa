/** The web client: its built files under `/app/`, and its page for every address of its own. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../errors.ts';
import { PACKAGE_ROOT } from '../package-root.ts';

const FOLDER = fileURLToPath(new URL('web/dist', PACKAGE_ROOT));
const PAGE = 'index.html';
const WORKER = 'sw.js';
/** Names of these files contain a hash of their content. */
const HASHED = /^assets\//;
/** In the order of preference. */
const ENCODINGS = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const;

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
};

type BuiltFile = {
  readonly type: string;
  readonly etag: string;
  readonly caching: string;
  readonly vary: string;
  /** By encoding; `identity` is always there. */
  readonly forms: ReadonlyMap<string, Buffer>;
};

/** The built client in memory, a few hundred KB; null: it is not built. */
export type WebClient = ReadonlyMap<string, BuiltFile>;

export function readWebClient(folder: string = FOLDER): WebClient | null {
  if (!existsSync(join(folder, PAGE))) return null;
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => name.replaceAll('\\', '/'));
  return new Map(
    names.filter((name) => TYPES[extname(name)] !== undefined).map((name) => [name, readBuilt(folder, name)]),
  );
}

function readBuilt(folder: string, name: string): BuiltFile {
  const bytes = readFileSync(join(folder, name));
  const forms = new Map([['identity', bytes]]);
  for (const [encoding, ending] of ENCODINGS)
    if (existsSync(join(folder, name + ending))) forms.set(encoding, readFileSync(join(folder, name + ending)));
  return {
    type: TYPES[extname(name)] as string,
    etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`,
    caching: HASHED.test(name) ? 'public, max-age=31536000, immutable' : 'no-cache',
    // Programs get something else where browsers get the page.
    vary: name === PAGE ? 'accept, accept-encoding' : 'accept-encoding',
    forms,
  };
}

const INLINE_SCRIPT = /<script>([^<]*)<\/script>/g;

/** The sources of scripts by which those in the page are allowed. */
function inlineScriptsOf(client: WebClient): string {
  const page = client.get(PAGE)?.forms.get('identity')?.toString() ?? '';
  const hashes = [...page.matchAll(INLINE_SCRIPT)].map(([, text = '']) =>
    createHash('sha256').update(text).digest('base64'),
  );
  return hashes.map((hash) => ` 'sha256-${hash}'`).join('');
}

/** `filesOrigins`: where stored files are served, beside this server. */
export function webClientPolicy(client: WebClient, filesOrigins: readonly string[]): string {
  const media = ["'self' blob:", ...filesOrigins].join(' ');
  return [
    "default-src 'none'",
    `script-src 'self'${inlineScriptsOf(client)}`,
    "style-src 'self'",
    `img-src ${media} data:`,
    `media-src ${media}`,
    "connect-src 'self'",
    "manifest-src 'self'",
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types koine',
  ].join('; ');
}

/** Answers a request with the page of the client. */
export type SendClient = (request: FastifyRequest, reply: FastifyReply) => FastifyReply;

export function webClientPage(client: WebClient, policy: string): SendClient {
  return (request, reply) => sendBuilt(request, reply.header('content-security-policy', policy), client.get(PAGE));
}

/** Serves `/app` and everything under it. Addresses that are no file are the client's, unless they look like a file. */
export function serveWebClient(app: FastifyInstance, client: WebClient, sendPage: SendClient): void {
  app.get('/app', async (request, reply) => sendPage(request, reply));
  app.get<{ Params: { '*': string } }>('/app/*', async (request, reply) => {
    const name = request.params['*'];
    const file = client.get(name);
    if (file === undefined && HASHED.test(name)) throw new AppError('not_found');
    if (file === undefined || name === PAGE) return sendPage(request, reply);
    if (name === WORKER) void reply.header('content-security-policy', "default-src 'none'; connect-src 'self'");
    return sendBuilt(request, reply, file);
  });
}

function sendBuilt(request: FastifyRequest, reply: FastifyReply, file: BuiltFile | undefined): FastifyReply {
  if (file === undefined) throw new AppError('not_found');
  const { type, etag, caching, vary, forms } = file;
  void reply.headers({ etag, 'cache-control': caching, vary });
  if (request.headers['if-none-match']?.includes(etag)) return reply.code(304).send();
  const accepted = request.headers['accept-encoding'] ?? '';
  const [encoding = 'identity'] = ENCODINGS.find(([name]) => forms.has(name) && accepts(accepted, name)) ?? [];
  if (encoding !== 'identity') void reply.header('content-encoding', encoding);
  return reply.type(type).send(forms.get(encoding));
}

function accepts(header: string, encoding: string): boolean {
  return header.split(',').some((item) => {
    const [name = '', ...parameters] = item.split(';').map((word) => word.trim().toLowerCase());
    return name === encoding && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
  });
}
