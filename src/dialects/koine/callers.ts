/** The caller of a route of koine: of the token in the Authorization header or, in a browser, in the cookie. */

import type { IncomingHttpHeaders } from 'node:http';
import type { Core } from '../../core/core.ts';
import type { Actor } from '../../core/model.ts';
import type { Access } from '../../core/sessions/scopes.ts';
import { AppError } from '../../errors.ts';
import type { UpgradeRequest } from '../dialect.ts';
import { createCallers, READING } from '../shared/callers.ts';
import type { Cookies } from '../shared/cookies.ts';
import { headerToken, socketToken } from '../shared/credentials.ts';

export const NOT_FROM_HERE = new AppError('forbidden', { message: 'The Origin of the request is not this server' });

export type KoineCallers = ReturnType<typeof createKoineCallers>;

export function createKoineCallers({ sessions }: Pick<Core, 'sessions'>, cookies: Cookies) {
  const { prepare, anybody, findValid, requireCaller, memberWith } = createCallers({
    sessions,
    tokenOf: (request) => headerToken(request.headers.authorization) ?? cookieToken(request),
  });

  /** A browser sends the cookie with requests of any page: whatever is more than a read must come from a page of this server. */
  function cookieToken({ headers, method }: { headers: IncomingHttpHeaders; method: string }): string | null {
    const token = cookies.read(headers);
    if (token !== null && !READING.includes(method)) cookies.requireOrigin(headers);
    return token;
  }

  return {
    prepare,
    /** For routes that require a token that is good for this: it is checked before the body is read. */
    may: (access: Access) => ({ onRequest: memberWith(access) }),
    /** For routes that serve callers without a token too. */
    anybody: { onRequest: anybody },
    /** The session of the request, null where it has no valid one. */
    sessionOf: findValid,
    /** The account that opens a socket. @throws AppError `unauthenticated` | `forbidden` */
    ofSocket: async (request: UpgradeRequest): Promise<Actor> => {
      const { headers } = request;
      const token =
        headerToken(headers.authorization) ?? socketToken(request) ?? cookieToken({ headers, method: 'UPGRADE' });
      return requireCaller(token === null ? null : await sessions.authenticateConnection(token, 'read'));
    },
  };
}
