/** The caller of a route of board: the bearer of the token or, where board is open, the owner whose id the request has. */

import type { FastifyRequest } from 'fastify';
import type { Core } from '../../core/core.ts';
import type { Actor } from '../../core/model.ts';
import type { AppError } from '../../errors.ts';
import { createCallers, keepCaller } from '../shared/callers.ts';
import { headerToken } from '../shared/credentials.ts';
import { readInteger } from '../shared/pydantic.ts';

export type BoardCallers = ReturnType<typeof createBoardCallers>;

/**
 * `open`: a request without a token acts for the owner whose id it has, and reading needs no token. Nobody is an admin
 * that way.
 */
export function createBoardCallers(
  { accounts, sessions }: Pick<Core, 'accounts' | 'sessions'>,
  { open }: { open: boolean },
) {
  const { prepare, find, requireCaller, anybody, member } = createCallers({
    sessions,
    tokenOf: ({ headers }) => headerToken(headers.authorization),
  });

  async function findOwner(request: FastifyRequest): Promise<Actor> {
    const caller = await find(request);
    const claimed = caller === null ? claimedId(request) : null;
    return claimed === null ? requireCaller<Actor>(caller) : accounts.getClaimed({ id: claimed });
  }

  return {
    prepare,
    anybody: { preValidation: anybody },
    member: { preValidation: member },
    /** Routes that only accounts may read. */
    reader: { preValidation: open ? anybody : member },
    /** Routes that write under an owner's id. */
    owner: { preValidation: open ? keepCaller(findOwner) : member },
  };
}

/** @throws `refusal` when the query or the body names another owner */
export function requireOwner(
  caller: { readonly id: number },
  places: readonly { owner_id?: number }[],
  refusal: AppError,
): void {
  if (places.some(({ owner_id }) => owner_id !== undefined && owner_id !== caller.id)) throw refusal;
}

/** The owner's id as it was sent: the request is not validated yet. */
function claimedId({ query, body }: FastifyRequest): number | null {
  const claims = [query, body].map((part) => (part as { owner_id?: unknown } | null | undefined)?.owner_id);
  const claim = readInteger(claims.find((id) => id !== undefined));
  return Number.isSafeInteger(claim) ? (claim as number) : null;
}
