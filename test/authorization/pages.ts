/** What belongs to no dialect: for everybody. */
import { DIALECTS } from '../../src/config.ts';
import { halves } from '../pictures.ts';
import { call, form, type Post } from '../social-people.ts';
import { bearer } from './cast.ts';
import { type Asking, ROLES, table } from './table.ts';

const PAGES = [
  '/',
  '/docs',
  '/docs/ui/start.js',
  '/docs/ui/koine.css',
  '/docs/ui/swagger-ui.css',
  '/docs/ui/swagger-ui-bundle.js',
  '/docs/ui/swagger-ui-standalone-preset.js',
  ...DIALECTS.flatMap((name) => [`/docs/${name}/openapi.json`, `/docs/${name}/asyncapi.json`]),
  '/files/default-avatar.webp',
];

/** Links to stored files are known only to those who were shown them. */
const storedFile: Asking = async ({ cast }) => {
  const body = form(cast.owner.uid, 'with a picture', [await halves(8, 8).png().toBuffer()]);
  const { json } = await call<Post>(cast.server, 'POST', '/posts/create', { body, headers: bearer(cast.owner.token) });
  return { path: new URL(json.images[0] as string).pathname };
};

export const EVERYBODYS = table(
  'pages and files',
  'bearer',
  [
    ROLES.join('  '),
    ...PAGES.map((path) => `GET ${path}${'  200'.repeat(ROLES.length)}`),
    `GET /files/*${'  200'.repeat(7)}`,
  ].join('\n'),
  {
    ...Object.fromEntries(PAGES.map((path): [string, Asking] => [`GET ${path}`, () => ({ path })])),
    'GET /files/*': storedFile,
  },
);
