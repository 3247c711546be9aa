/** Finds the caller before anything else: from the Bearer token or the cookie or, where social is open, from the id in the path. */

import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Core } from '../../core/core.ts';
import type { Actor, SignedIn } from '../../core/model.ts';
import { AppError } from '../../errors.ts';
import type { UpgradeRequest } from '../dialect.ts';
import { headerToken, socketToken } from '../shared/credentials.ts';
import type { Cookies } from './cookies.ts';

const CALLER = 'socialCaller';
const READING = ['GET', 'HEAD'];

export const NOT_SELF = new AppError('forbidden', { message: 'Нельзя действовать от имени другого пользователя' });

export type Callers = ReturnType<typeof createCallers>;

/**
 * `open`: a call without a token that carries its actor's id is taken at its word, and reading needs no token. Nobody is
 * an admin that way.
 */
export function createCallers(
  core: Pick<Core, 'accounts' | 'sessions'>,
  cookies: Cookies,
  { open }: { open: boolean },
) {
  /** A browser sends the cookie whatever page asks for it: writes must say which page they come from. */
  function cookieToken({ headers, method }: { headers: IncomingHttpHeaders; method: string }): string | null {
    if (!READING.includes(method)) cookies.requireWelcome(headers);
    return cookies.read(headers);
  }

  async function find(request: FastifyRequest): Promise<SignedIn | null> {
    const token = headerToken(request.headers.authorization) ?? cookieToken(request);
    return token === null ? null : core.sessions.authenticate(token);
  }

  /** @throws AppError `unauthenticated`: nobody has that id, or it is disabled */
  async function claimed(uid: string): Promise<Actor> {
    return core.accounts.getClaimed({ uid }).catch((error: unknown) => {
      throw error instanceof AppError && error.code === 'not_found' ? new AppError('unauthenticated') : error;
    });
  }

  /** @throws AppError `unauthenticated` */
  function requireCaller(caller: Actor | null): Actor {
    if (caller === null) throw new AppError('unauthenticated');
    return caller;
  }

  /** The caller of a token that is worth something, null without one. */
  const findValid = (request: FastifyRequest): Promise<SignedIn | null> =>
    find(request).catch((error: unknown) => {
      if (error instanceof AppError && error.code === 'unauthenticated') return null;
      throw error;
    });

  /** Anybody who reads: a token that has expired keeps no one from what is read without one. */
  async function anyReader(request: FastifyRequest): Promise<void> {
    request.setDecorator<Actor | null>(CALLER, await findValid(request));
  }

  async function anyAuthor(request: FastifyRequest): Promise<void> {
    request.setDecorator<Actor | null>(CALLER, await find(request));
  }

  async function member(request: FastifyRequest): Promise<void> {
    request.setDecorator<Actor | null>(CALLER, requireCaller(await find(request)));
  }

  /** The member whom the path names. */
  async function self(request: FastifyRequest): Promise<void> {
    const { user_id: uid = '' } = request.params as { user_id?: string };
    const caller = await find(request);
    const actor = caller ?? (open ? await claimed(uid) : requireCaller(null));
    requireSelf(actor, uid);
    request.setDecorator<Actor | null>(CALLER, actor);
  }

  return {
    prepare: (app: FastifyInstance) => {
      app.decorateRequest(CALLER, null);
    },
    member: { preValidation: member },
    self: { preValidation: self },
    /** The reader of what is for members: `viewerOf`, which is null for a reader without a token where social is open. */
    reader: { preValidation: open ? anyReader : member },
    /** The sender of a form with an author in it, which `authorOf` looks at. */
    author: { preValidation: open ? anyAuthor : member },
    /** @throws AppError `unauthenticated` | `forbidden` */
    authorOf: async (request: FastifyRequest, author: string): Promise<Actor> => {
      const actor = viewerOf(request) ?? (open ? await claimed(author) : requireCaller(null));
      requireSelf(actor, author);
      return actor;
    },
    /** Whose socket it is to be. @throws AppError `unauthenticated` | `forbidden` */
    ofSocket: async (request: UpgradeRequest, uid: string): Promise<Actor> => {
      const { headers } = request;
      const token =
        headerToken(headers.authorization) ?? socketToken(request) ?? cookieToken({ headers, method: 'UPGRADE' });
      const caller = token === null ? null : await core.sessions.authenticate(token);
      const actor = caller ?? (open ? await claimed(uid) : requireCaller(null));
      requireSelf(actor, uid);
      return actor;
    },
    /** The session of the request, if there is one that is worth something. */
    sessionOf: findValid,
  };
}

/** @throws AppError `forbidden` */
function requireSelf(actor: Actor, uid: string): void {
  if (actor.uid !== uid.toLowerCase()) throw NOT_SELF;
}

export function viewerOf(request: FastifyRequest): Actor | null {
  return request.getDecorator<Actor | null>(CALLER);
}

/** Of a route that has made sure that there is one. */
export function callerOf(request: FastifyRequest): Actor {
  const caller = viewerOf(request);
  if (caller === null) throw new AppError('unauthenticated');
  return caller;
}
