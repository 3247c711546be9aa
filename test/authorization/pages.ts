/** Routes outside of dialects: public, except for metrics, which need the operator's token. */
import { existsSync } from 'node:fs';
import { DIALECTS } from '../../src/config/dialects.ts';
import { halves } from '../support/pictures.ts';
import { call, form, type Post } from '../support/social-people.ts';
import { bearer } from './cast.ts';
import { type Asking, ROLES, table } from './table.ts';

const EVERYBODYS = [
  '/',
  '/docs',
  '/docs/errors',
  '/docs/ui',
  '/docs/ui/start.js',
  '/docs/ui/koine.css',
  '/docs/ui/swagger-ui.css',
  '/docs/ui/swagger-ui-bundle.js',
  '/docs/ui/swagger-ui-standalone-preset.js',
  ...DIALECTS.flatMap((name) => [`/docs/${name}/openapi.json`, `/docs/${name}/asyncapi.json`]),
  '/files/default-avatar.webp',
  // Served once it is built, which needs Vite.
  ...(existsSync('web/dist/index.html') ? ['/app', '/app/*'] : []),
  '/healthz',
  '/readyz',
];

/** The operator's token, which belongs to no account. */
export const METRICS_TOKEN = 'the-operators-own-token';

/** Links to stored files are known only to people who were shown them. */
const storedFile: Asking = async ({ cast }) => {
  const body = form(cast.owner.uid, 'with a picture', [await halves(8, 8).png().toBuffer()]);
  const { json } = await call<Post>(cast.server, 'POST', '/posts/create', { body, headers: bearer(cast.owner.token) });
  return { path: new URL(json.images[0] as string).pathname };
};

const line = (label: string, status: number) => `${label}${`  ${status}`.repeat(ROLES.length)}`;

export const PAGES = table(
  'pages, files and operations',
  'bearer',
  [
    ROLES.join('  '),
    ...EVERYBODYS.map((path) => line(`GET ${path}`, 200)),
    line('GET /files/*', 200),
    line('GET /metrics', 401),
    line('GET /metrics, with METRICS_TOKEN', 200),
  ].join('\n'),
  {
    ...Object.fromEntries(EVERYBODYS.map((path): [string, Asking] => [`GET ${path}`, () => ({ path })])),
    'GET /files/*': storedFile,
    'GET /metrics': () => ({ path: '/metrics' }),
    'GET /metrics, with METRICS_TOKEN': () => ({ path: '/metrics', token: METRICS_TOKEN }),
  },
);
