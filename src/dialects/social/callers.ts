/** The caller of a route of social: the bearer of the token or the cookie or, where social is open, the id in the path. */

import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyRequest } from 'fastify';
import type { Core } from '../../core/core.ts';
import type { Actor } from '../../core/model.ts';
import { AppError } from '../../errors.ts';
import type { UpgradeRequest } from '../dialect.ts';
import { createCallers, keepCaller, READING, viewerOf } from '../shared/callers.ts';
import type { Cookies } from '../shared/cookies.ts';
import { headerToken, socketToken } from '../shared/credentials.ts';
import { renameErrors } from '../shared/rename-errors.ts';

export const NOT_FROM_HERE = new AppError('forbidden', { message: 'Запросы с этого сайта не разрешены' });
export const NOT_SELF = new AppError('forbidden', { message: 'Нельзя действовать от имени другого пользователя' });

export type SocialCallers = ReturnType<typeof createSocialCallers>;

/**
 * `open`: a request without a token acts for the account whose id it has, and reading needs no token. Nobody is an admin
 * that way.
 */
export function createSocialCallers(
  { accounts, sessions }: Pick<Core, 'accounts' | 'sessions'>,
  cookies: Cookies,
  { open }: { open: boolean },
) {
  const { prepare, find, findValid, requireCaller, anybody, member } = createCallers({
    sessions,
    tokenOf: (request) => headerToken(request.headers.authorization) ?? cookieToken(request),
  });

  /** A browser sends the cookie with requests of any page: writes must come from a page that may use it. */
  function cookieToken({ headers, method }: { headers: IncomingHttpHeaders; method: string }): string | null {
    if (!READING.includes(method)) cookies.requireWelcome(headers);
    return cookies.read(headers);
  }

  /** @throws AppError `unauthenticated`: no account has that id, or it is disabled | `forbidden`: the caller has another id */
  async function requireSelf(caller: Actor | null, uid: string): Promise<Actor> {
    const actor = caller ?? (open ? await findClaimed(uid) : requireCaller<Actor>(null));
    if (actor.uid !== uid.toLowerCase()) throw NOT_SELF;
    return actor;
  }

  async function findClaimed(uid: string): Promise<Actor> {
    return renameErrors(accounts.getClaimed({ uid }), { not_found: () => new AppError('unauthenticated') });
  }

  async function findSelf(request: FastifyRequest): Promise<Actor> {
    const { user_id: uid = '' } = request.params as { user_id?: string };
    return requireSelf(await find(request), uid);
  }

  return {
    prepare,
    member: { preValidation: member },
    /** For routes whose path has the caller's id. */
    self: { preValidation: keepCaller(findSelf) },
    /** For reading what only accounts may read. Where social is open, `viewerOf` is null for a reader without a token. */
    reader: { preValidation: open ? anybody : member },
    /** For forms that name their author: `requireAuthor` checks it when the form is read. */
    author: { preValidation: open ? keepCaller(find) : member },
    /** @throws AppError `unauthenticated` | `forbidden` */
    requireAuthor: (request: FastifyRequest, author: string): Promise<Actor> => requireSelf(viewerOf(request), author),
    /** The account that opens a socket. @throws AppError `unauthenticated` | `forbidden` */
    ofSocket: async (request: UpgradeRequest, uid: string): Promise<Actor> => {
      const { headers } = request;
      const token =
        headerToken(headers.authorization) ?? socketToken(request) ?? cookieToken({ headers, method: 'UPGRADE' });
      return requireSelf(token === null ? null : await sessions.authenticate(token, 'read', 'write'), uid);
    },
    /** The session of the request, null where it has no valid one. */
    sessionOf: findValid,
  };
}
