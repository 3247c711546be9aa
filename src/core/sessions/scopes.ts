/** The scopes of sessions: most may do all that the account may, those of access tokens and app passwords only some of it. */
import { AppError } from '../../errors.ts';
import type { Scope } from '../../store/sessions.ts';
import type { Actor } from '../model.ts';

/** `read`: what the account sees. `write`: what it says and changes. `moderate`: what its role in the community allows. */
export const SCOPES = ['read', 'write', 'moderate'] as const satisfies Scope[];
/** The scope that a route needs; `owner`: only the owner of the account, signed in without a scope. */
export type Access = Scope | 'owner';

/** The scopes of sessions that an app password began. */
export const APP_SCOPES: readonly Scope[] = ['read', 'write'];

export function mayDo({ scopes }: Pick<Actor, 'scopes'>, access: Access): boolean {
  return scopes === null || (access !== 'owner' && scopes.includes(access));
}

/** @throws AppError `insufficient_scope` */
export function requireScope(actor: Pick<Actor, 'scopes'>, access: Access): void {
  if (mayDo(actor, access)) return;
  if (access !== 'owner')
    throw new AppError('insufficient_scope', { message: `the token does not have the scope "${access}"` });
  throw new AppError('insufficient_scope', { message: 'the owner of the account has to sign in for this' });
}
