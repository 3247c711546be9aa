/** Checks of new accounts beyond what a schema can say. */
import type { FastifyRequest } from 'fastify';
import type { NewAccount } from '../../core/accounts/new-accounts.ts';
import type { Core } from '../../core/core.ts';
import type { ErrorCode, Issue } from '../../errors.ts';

/** The names of a new account's fields in a body. */
type Names = Partial<Readonly<Record<keyof NewAccount, string>>>;

/** The errors of signing up that say how people join, for the documents. */
export const JOINING = [
  'registration_closed',
  'invite_required',
  'awaiting_approval',
  'sign_up_refused',
] as const satisfies ErrorCode[];

export const ACCOUNT_FIELDS = { username: 'username', email: 'email', password: 'password' } as const satisfies Names;

/** For `validateTogether`: one answer names what the schema and core find wrong. */
export function checkNewAccount(accounts: Pick<Core['accounts'], 'findIssues'>, names: Names = ACCOUNT_FIELDS) {
  return { findMore: ({ body }: FastifyRequest): readonly Issue[] => accounts.findIssues(textsIn(body, names)) };
}

/** Fields of a wrong type are left out: the schema names them. */
function textsIn(body: unknown, names: Names): Partial<NewAccount> {
  const fields = (body ?? {}) as Record<string, unknown>;
  const texts = Object.entries(names).map(([field, name]) => [field, fields[name]]);
  return Object.fromEntries(texts.filter(([, text]) => typeof text === 'string'));
}
