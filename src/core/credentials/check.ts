/** Checks what somebody shows to sign in with a password: with a second factor a code too, or an app password in place of both. */
import { AppError } from '../../errors.ts';
import type { CredentialsRow } from '../../store/accounts.ts';
import type { Sql } from '../../store/database.ts';
import type { Passwords } from '../sessions/passwords.ts';
import type { Beginner } from '../sessions/sessions.ts';
import { findAppPassword } from './app-passwords.ts';
import type { SecondFactor } from './second-factor.ts';

/**
 * `code`: of the second factor; null: none was given. Undefined: the API cannot ask for one, so that an app password counts, and with a
 * second factor nothing else.
 */
export type PasswordProof = { readonly password: string; readonly code?: string | null | undefined };

/**
 * `rank`: with which it waits for its turn.
 * @returns whose session may begin; null: the password is wrong, after the same time as for a right one
 * @throws AppError `code_required` | `bad_code` | `rate_limited` | `overloaded`
 */
export type CredentialCheck = (row: CredentialsRow, proof: PasswordProof, rank: number) => Promise<Beginner | null>;

export type CredentialCheckOptions = {
  readonly passwords: Pick<Passwords, 'matches'>;
  readonly secondFactor: Pick<SecondFactor, 'isOn' | 'takeCode'>;
};

export function createCredentialCheck(sql: Sql, { passwords, secondFactor }: CredentialCheckOptions): CredentialCheck {
  return async (row, { password, code }, rank): Promise<Beginner | null> => {
    const { password_hash: hash, ...account } = row;
    const isRight = await passwords.matches(hash, password, rank);
    if (code === undefined) {
      if (isRight && !(await secondFactor.isOn(account.id))) return account;
      const appPasswordId = await findAppPassword(sql, account.id, password);
      return appPasswordId === null ? null : { ...account, appPasswordId };
    }
    if (!isRight) return null;
    if (!(await secondFactor.isOn(account.id))) return account;
    if (code === null) throw new AppError('code_required');
    await secondFactor.takeCode(account.id, code);
    return account;
  };
}
