/** The caller of a request: found from its token before the handler runs, and kept with the request. */

import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Core } from '../../core/core.ts';
import type { Actor } from '../../core/model.ts';
import type { Access } from '../../core/sessions/scopes.ts';
import { AppError } from '../../errors.ts';
import { nullOn } from './rename-errors.ts';

const CALLER = 'caller';
export const READING = ['GET', 'HEAD'];

export type CallerOptions = {
  readonly sessions: Pick<Core['sessions'], 'authenticate'>;
  /** Null where the request carries no token. */
  readonly tokenOf: (request: FastifyRequest) => string | null;
  /** The error for a request without a token, where one is required. */
  readonly missing?: () => AppError;
};

export type Callers = ReturnType<typeof createCallers>;

export function createCallers({ sessions, tokenOf, missing = () => new AppError('unauthenticated') }: CallerOptions) {
  /**
   * `access`: what the token must be good for.
   * @returns null without a token. @throws AppError `unauthenticated`: the token is not valid | `insufficient_scope`
   */
  async function find(request: FastifyRequest, access = accessOf(request)): Promise<Actor | null> {
    const token = tokenOf(request);
    return token === null ? null : sessions.authenticate(token, access);
  }

  /** An expired token must not keep anybody from what is readable without one. */
  async function findValid(request: FastifyRequest): Promise<Actor | null> {
    return nullOn('unauthenticated', find(request));
  }

  function requireCaller<T extends Actor>(caller: T | null): T {
    if (caller === null) throw missing();
    return caller;
  }

  return {
    /** To be called before the scope has routes. */
    prepare: (app: FastifyInstance): void => {
      app.decorateRequest(CALLER, null);
    },
    find,
    findValid,
    requireCaller,
    /** Hooks of routes. */
    anybody: keepCaller(findValid),
    member: keepCaller(async (request) => requireCaller(await find(request))),
    memberWith: (access: Access) => keepCaller(async (request) => requireCaller(await find(request, access))),
  };
}

/** The access that a route needs by default. */
function accessOf({ method }: FastifyRequest): Access {
  return READING.includes(method) ? 'read' : 'write';
}

/** A hook that keeps whom `find` finds. */
export function keepCaller(find: (request: FastifyRequest) => Promise<Actor | null>) {
  return async (request: FastifyRequest): Promise<void> => {
    request.setDecorator<Actor | null>(CALLER, await find(request));
  };
}

/** Null: an anonymous reader. */
export function viewerOf(request: FastifyRequest): Actor | null {
  return request.getDecorator<Actor | null>(CALLER);
}

/** For routes whose hook requires a caller. */
export function callerOf(request: FastifyRequest): Actor {
  const caller = viewerOf(request);
  if (caller === null) throw new AppError('unauthenticated');
  return caller;
}
