/**
 * Self-description of the server: `/` for people and programs, `/docs` for developers, `/docs/ui` for reading and trying
 * out, and each dialect's documents.
 */
import { createReadStream } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Dialect } from '../dialects/dialect.ts';
import { type Address, asyncApiOf } from './asyncapi.ts';
import { DOCS_PAGE, DOCS_POLICY, DOCS_STYLE, docsScript } from './docs-page.ts';
import { errorsPage } from './errors-page.ts';
import { PAGE_POLICY } from './html-page.ts';
import type { Document } from './openapi.ts';
import { startPage } from './start-page.ts';

const HTML = 'text/html; charset=utf-8';
const SCRIPT = 'text/javascript; charset=utf-8';
const STYLE = 'text/css; charset=utf-8';

/** The files of Swagger UI that the page loads. */
const UI_FILES: Record<string, string> = {
  'swagger-ui.css': STYLE,
  'swagger-ui-bundle.js': SCRIPT,
  'swagger-ui-standalone-preset.js': SCRIPT,
};
const UI_FOLDER = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));

export type Served = { readonly dialect: Dialect; readonly openApi: Document };

export type DocsOptions = {
  readonly version: string;
  /** Complete once every dialect is registered. */
  readonly served: readonly Served[];
  /** The public URL; undefined: taken from the request. */
  readonly publicUrl: string | undefined;
  /** Answers people who open `/` in a browser; null: they get the page for developers. */
  readonly sendClient: ((request: FastifyRequest, reply: FastifyReply) => FastifyReply) | null;
};

export function serveDocs(app: FastifyInstance, { version, served, publicUrl, sendClient }: DocsOptions): void {
  const dialects = served.map(({ dialect }) => dialect);
  const sendStart = (request: FastifyRequest, reply: FastifyReply) => {
    const { host, secure } = addressOf(request, publicUrl);
    return page(reply, startPage(dialects, version, `${secure ? 'https' : 'http'}://${host}`), PAGE_POLICY);
  };
  const sendHome = sendClient ?? sendStart;

  app.get('/', async (request, reply) => {
    void reply.header('vary', 'accept');
    if (wantsHtml(request.headers.accept)) return sendHome(request, reply);
    return {
      name: 'koine',
      version,
      dialects: dialects.map(({ name }) => ({
        name,
        docs: `/docs/${name}/openapi.json`,
        sockets: `/docs/${name}/asyncapi.json`,
      })),
    };
  });

  app.get('/docs', async (request, reply) => sendStart(request, reply));
  app.get('/docs/ui', async (_request, reply) => page(reply, DOCS_PAGE, DOCS_POLICY));
  const help = dialects.find(({ errorHelp }) => errorHelp !== undefined)?.errorHelp;
  if (help !== undefined)
    app.get('/docs/errors', async (_request, reply) => page(reply, errorsPage(help), PAGE_POLICY));
  app.get('/docs/ui/start.js', async (_request, reply) => reply.type(SCRIPT).send(docsScript(dialects)));
  app.get('/docs/ui/koine.css', async (_request, reply) => reply.type(STYLE).send(DOCS_STYLE));
  for (const [file, type] of Object.entries(UI_FILES))
    app.get(`/docs/ui/${file}`, async (_request, reply) =>
      reply
        .type(type)
        .header('cache-control', 'public, max-age=3600')
        .send(createReadStream(join(UI_FOLDER, file))),
    );

  for (const { dialect, openApi } of served) {
    const asyncApi = asyncApiOf(dialect, version);
    app.get(`/docs/${dialect.name}/openapi.json`, async () => openApi());
    app.get(`/docs/${dialect.name}/asyncapi.json`, async (request) => asyncApi(addressOf(request, publicUrl)));
  }
}

function page(reply: FastifyReply, html: string, policy: string): FastifyReply {
  return reply.type(HTML).header('content-security-policy', policy).send(html);
}

/** Whether HTML is requested explicitly, and preferred at least as much as JSON. */
function wantsHtml(accept = ''): boolean {
  const wish = (type: string) => {
    const [, parameters] = new RegExp(`(?:^|,)\\s*${type}\\s*(;[^,]*)?(?:,|$)`, 'i').exec(accept) ?? [];
    return Number(/;\s*q=([\d.]+)/i.exec(parameters ?? '')?.[1] ?? 1);
  };
  const named = (type: string) => accept.toLowerCase().includes(type);
  if (!named('text/html')) return false;
  return !named('application/json') || wish('text/html') >= wish('application/json');
}

function addressOf({ host, protocol }: FastifyRequest, publicUrl: string | undefined): Address {
  const url = publicUrl === undefined ? null : new URL(publicUrl);
  return url ? { host: url.host, secure: url.protocol === 'https:' } : { host, secure: protocol === 'https' };
}
