/** Who calls a route of messenger: found from the token before anything of the request is read. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Core } from '../../core/core.ts';
import type { Actor } from '../../core/sessions.ts';
import { AppError } from '../../errors.ts';
import { bearerToken, socketToken } from '../credentials.ts';
import type { UpgradeRequest } from '../dialect.ts';
import { noCredentials } from './errors.ts';

const ACTOR = 'messengerActor';

export type Members = { onRequest: (request: FastifyRequest) => Promise<void> };

/** For the routes that want a token. To be called before there are any. */
export function prepareMembers(app: FastifyInstance, sessions: Core['sessions']): Members {
  app.decorateRequest(ACTOR, null);
  return {
    onRequest: async (request) => {
      request.setDecorator<Actor>(ACTOR, await sessions.authenticate(headerToken(request.headers.authorization)));
    },
  };
}

export function actorOf(request: FastifyRequest): Actor {
  const actor = request.getDecorator<Actor | null>(ACTOR);
  if (actor === null) throw new AppError('unauthenticated');
  return actor;
}

/** The token that came with an upgrade. @throws AppError `unauthenticated` */
export function upgradeToken(request: UpgradeRequest): string {
  const { authorization } = request.headers;
  if (authorization !== undefined) return headerToken(authorization);
  const token = socketToken(request);
  if (token === null) throw noCredentials();
  return token;
}

/** A header of another scheme is none, as in Django REST framework. */
function headerToken(header: string | undefined): string {
  if (header === undefined || !/^Bearer\b/i.test(header)) throw noCredentials();
  const token = bearerToken(header);
  if (token === null) throw new AppError('unauthenticated');
  return token;
}
