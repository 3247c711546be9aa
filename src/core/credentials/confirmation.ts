/** The owner of a session shows once more who they are, before they change how the account is signed in to. */
import { AppError } from '../../errors.ts';
import { findCredentialsById } from '../../store/accounts.ts';
import type { Sql } from '../../store/database.ts';
import { confirmSession } from '../../store/sessions.ts';
import { comparisonKey } from '../account-rules.ts';
import type { Actor } from '../model.ts';
import type { SignInGuard } from '../sessions/sign-in-guard.ts';
import type { CredentialCheck } from './check.ts';

export type ConfirmationOptions = { readonly guard: SignInGuard; readonly check: CredentialCheck };

export type Confirmation = {
  /**
   * `address`: the client's; attempts count like sign-ins.
   * @throws AppError `bad_credentials` | `code_required` | `bad_code` | `rate_limited` | `overloaded`
   */
  confirm(
    actor: Actor,
    proof: { readonly password: string; readonly code: string | null },
    address: string,
  ): Promise<void>;
};

export function createConfirmation(sql: Sql, { guard, check }: ConfirmationOptions): Confirmation {
  return {
    confirm: async (actor, { password, code }, address): Promise<void> => {
      await guard.attempt(comparisonKey(actor.username), address, async (rank) => {
        const row = await findCredentialsById(sql, actor.id);
        const proven = row && (await check(row, { password, code }, rank));
        if (proven === null) throw new AppError('bad_credentials');
        return proven;
      });
      if (actor.sessionId !== null) await confirmSession(sql, actor.sessionId);
    },
  };
}
