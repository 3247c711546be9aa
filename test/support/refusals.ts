/** Each dialect's responses to requests refused before its routes; `none`: outside of all prefixes. */
import { type HttpAnswer, JSON_TYPE, PLAIN, PROBLEM_TYPE } from './harness.ts';

type Refusals = {
  /** Unknown paths under its prefixes. */
  readonly unknown: readonly string[];
  /** A known path without PUT. */
  readonly known: string;
  /** A public path with a rate limit. */
  readonly limited: string;
  readonly notFound: HttpAnswer;
  readonly notAllowed: HttpAnswer;
  readonly tooMany: HttpAnswer;
};

const json = (status: number, body: object): HttpAnswer => ({ status, type: JSON_TYPE, body: JSON.stringify(body) });
const plain = (status: number, body: string): HttpAnswer => ({ status, type: PLAIN, body });

/** As `answerOf` shows it: without `instance`. */
const problem = (status: number, code: string, title: string): HttpAnswer => ({
  status,
  type: PROBLEM_TYPE,
  body: JSON.stringify({ type: `/docs/errors#${code}`, title, status, detail: title, code }),
});

export const REFUSALS = {
  koine: {
    unknown: ['/v1', '/v1/', '/v1/nothing', '/v1/nothing?x=/users/', '/v1/me/x/y', '/v1/live/1'],
    known: '/v1/me',
    limited: '/v1/me',
    notFound: problem(404, 'not_found', 'Not found'),
    notAllowed: problem(405, 'method_not_allowed', 'Method not allowed'),
    tooMany: problem(429, 'rate_limited', 'Too many requests'),
  },
  board: {
    unknown: ['/users/1/2/3', '/token/x', '/messages/1/likes', '/comments', '/comments/1/2', '/ws/1'],
    known: '/users/me',
    limited: '/messages/',
    notFound: json(404, { detail: 'Not Found' }),
    notAllowed: json(405, { detail: 'Method Not Allowed' }),
    tooMany: json(429, { detail: 'Too many requests' }),
  },
  social: {
    unknown: ['/api', '/api/', '/api/nothing', '/api/nothing?x=/users/', '/api/posts', '/api/auth/x/y'],
    known: '/api/posts/all',
    limited: '/api/auth/current_user',
    notFound: json(404, { detail: 'Не найдено' }),
    notAllowed: json(405, { detail: 'Метод не поддерживается' }),
    tooMany: json(429, { detail: 'Слишком много запросов, попробуйте позже' }),
  },
  messenger: {
    unknown: ['/accounts', '/accounts/api/nothing/', '/profiles/api/', '/messenger/x'],
    known: '/profiles/api/posts/',
    limited: '/accounts/api/users/',
    notFound: json(404, { detail: 'Not found.' }),
    notAllowed: json(405, { detail: 'Method "PUT" not allowed.' }),
    tooMany: json(429, { detail: 'Request was throttled.' }),
  },
  relay: {
    unknown: ['/signup/x', '/signin/x', '/connect/x/y'],
    known: '/signup',
    limited: '/connect',
    notFound: plain(404, 'Not found'),
    notAllowed: plain(405, 'Method not allowed'),
    tooMany: plain(429, 'Too many requests'),
  },
  lounge: {
    unknown: ['/createUser/x', '/login/x', '/join/x', '/status/x'],
    known: '/status',
    limited: '/status',
    notFound: json(404, { error: 'Not found' }),
    notAllowed: json(405, { error: 'Method not allowed' }),
    tooMany: json(429, { error: 'Too many requests' }),
  },
  none: {
    unknown: ['/nothing', '/apix', '/usersx', '/API/nothing', '/docs/x'],
    known: '/docs',
    limited: '/nowhere',
    notFound: json(404, { error: 'Not found' }),
    notAllowed: json(405, { error: 'Method not allowed' }),
    tooMany: json(429, { error: 'Too many requests' }),
  },
} as const satisfies Record<string, Refusals>;
