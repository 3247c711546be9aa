/** Who calls a route of board: found before anything else, from the token, or, where board is open, from the owner's id. */

import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Core } from '../../core/core.ts';
import type { Actor } from '../../core/model.ts';
import { AppError } from '../../errors.ts';
import { headerToken } from '../shared/credentials.ts';
import { readInteger } from '../shared/pydantic.ts';

const VIEWER = 'boardViewer';

export type Callers = ReturnType<typeof createCallers>;

/**
 * `open`: a call without a token that carries its owner's id is taken at its word, and reading needs no token. Nobody is
 * an admin that way.
 */
export function createCallers(core: Pick<Core, 'accounts' | 'sessions'>, { open }: { open: boolean }) {
  async function authenticate(request: FastifyRequest): Promise<Actor | null> {
    const token = headerToken(request.headers.authorization);
    return token === null ? null : core.sessions.authenticate(token);
  }

  /** Anybody; a token that is worth nothing makes nobody of its bearer. */
  async function anybody(request: FastifyRequest): Promise<void> {
    const viewer = await authenticate(request).catch((error: unknown) => {
      if (error instanceof AppError && error.code === 'unauthenticated') return null;
      throw error;
    });
    request.setDecorator<Actor | null>(VIEWER, viewer);
  }

  async function member(request: FastifyRequest): Promise<void> {
    const viewer = await authenticate(request);
    if (viewer === null) throw new AppError('unauthenticated');
    request.setDecorator<Actor | null>(VIEWER, viewer);
  }

  async function claimant(request: FastifyRequest): Promise<void> {
    const claimed = headerToken(request.headers.authorization) === null ? claimedId(request) : null;
    if (claimed === null) return member(request);
    request.setDecorator<Actor | null>(VIEWER, await core.accounts.getClaimed({ id: claimed }));
  }

  return {
    prepare: (app: FastifyInstance) => {
      app.decorateRequest(VIEWER, null);
    },
    anybody: { preValidation: anybody },
    member: { preValidation: member },
    /** Who reads what is for members. */
    reader: { preValidation: open ? anybody : member },
    /** Who writes under an owner's id. */
    owner: { preValidation: open ? claimant : member },
  };
}

export function viewerOf(request: FastifyRequest): Actor | null {
  return request.getDecorator<Actor | null>(VIEWER);
}

/** Of a route that has made sure that there is one. */
export function callerOf(request: FastifyRequest): Actor {
  const viewer = viewerOf(request);
  if (viewer === null) throw new AppError('unauthenticated');
  return viewer;
}

/** The owner's id as it came, looked at before the request is checked. */
function claimedId({ query, body }: FastifyRequest): number | null {
  const claims = [query, body].map((part) => (part as { owner_id?: unknown } | null | undefined)?.owner_id);
  const claim = readInteger(claims.find((id) => id !== undefined));
  return Number.isSafeInteger(claim) ? (claim as number) : null;
}
