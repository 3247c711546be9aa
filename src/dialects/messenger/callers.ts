/** Who calls a route of messenger: found from the token before anything of the request is read. */

import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Core } from '../../core/core.ts';
import type { Actor } from '../../core/model.ts';
import { AppError } from '../../errors.ts';
import type { UpgradeRequest } from '../dialect.ts';
import { headerToken, socketToken } from '../shared/credentials.ts';
import { noCredentials } from './errors.ts';

const ACTOR = 'messengerActor';

export type Members = { onRequest: (request: FastifyRequest) => Promise<void> };

/** For the routes that want a token. To be called before there are any. */
export function prepareMembers(app: FastifyInstance, sessions: Core['sessions']): Members {
  app.decorateRequest(ACTOR, null);
  return {
    onRequest: async (request) => {
      request.setDecorator<Actor>(
        ACTOR,
        await sessions.authenticate(required(headerToken(request.headers.authorization))),
      );
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
  return required(headerToken(request.headers.authorization) ?? socketToken(request));
}

function required(token: string | null): string {
  if (token === null) throw noCredentials();
  return token;
}
