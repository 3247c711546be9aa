/** New accounts: what they are checked for before they are stored, however they come in. */
import { AppError, checkAll } from '../../errors.ts';
import { type AccountRow, findTaken, type NewAccountRow } from '../../store/accounts.ts';
import { type Sql, uniqueViolation } from '../../store/database.ts';
import {
  checkAvatarUrl,
  checkEmail,
  checkPassword,
  checkUsername,
  comparisonKey,
  emailKey,
  PASSWORD_MIN,
} from '../account-rules.ts';
import type { Contents } from '../contents.ts';
import type { Passwords } from '../sessions/passwords.ts';
import type { SignInGuard } from '../sessions/sign-in-guard.ts';
import { skeletonOf } from './confusables.ts';
import { checkName } from './names.ts';

export type NewAccounts = {
  /**
   * `address`: the client's, for the rate limits. `store`: stores the checked account.
   * @throws AppError `invalid` | `username_taken` (checked first; `also` says whether the e-mail is taken too) |
   * `email_taken` | `rate_limited` | `overloaded` | as `store`
   */
  make(input: NewAccount, address: string, store: (row: NewAccountRow) => Promise<AccountRow>): Promise<AccountRow>;
};

export type NewAccount = {
  username: string;
  /** The display name. Blank: the username. */
  name?: string;
  email?: string;
  password: string;
  /** A web address, or a path relative to the front end. Blank: none. */
  avatarUrl?: string | null;
  /** Characters. Lower for a dialect whose published document has shorter passwords. */
  passwordMinLength?: number;
};

export type NewAccountsOptions = {
  readonly passwords: Passwords;
  readonly guard: SignInGuard;
  readonly contents: Pick<Contents, 'check' | 'refuseToken'>;
};

export function createNewAccounts(sql: Sql, { passwords, guard, contents }: NewAccountsOptions): NewAccounts {
  return {
    make: async (input, address, store): Promise<AccountRow> => {
      const { username, email, avatarUrl } = checkNewAccount(input);
      const named = checkName(contents, input.name ?? '');
      contents.refuseToken('email', email ?? '');
      contents.refuseToken('avatarUrl', avatarUrl ?? '');
      const keys = {
        usernameKey: comparisonKey(username),
        name: named?.name ?? null,
        nameKey: named?.key ?? null,
        skeleton: skeletonOf(username),
        emailKey: email === null ? null : emailKey(email),
      };
      // Counted before the look-up: its answer reveals which usernames and e-mails exist.
      const rank = await guard.admitSignUp(address);
      // Checked before hashing, so that a refusal is cheap. The unique indexes decide between concurrent sign-ups.
      const taken = await findTaken(sql, keys);
      if (taken.username) throw new AppError('username_taken', taken.email ? { also: 'email_taken' } : {});
      if (taken.email) throw new AppError('email_taken');
      const passwordHash = await passwords.hash(input.password, rank);
      try {
        return await store({ ...keys, username, email, passwordHash, avatarUrl });
      } catch (error) {
        throw takenError(error);
      }
    },
  };
}

/** A unique violation of a name or an e-mail as an AppError; other errors as they are. */
export function takenError(error: unknown): unknown {
  const constraint = uniqueViolation(error);
  if (constraint === null) return error;
  return new AppError(constraint.includes('email') ? 'email_taken' : 'username_taken');
}

/** @throws AppError `invalid`, with all issues */
export function checkNewAccount(input: NewAccount) {
  return checkAll({
    username: () => checkUsername(input.username),
    email: () => (input.email === undefined ? null : checkEmail(input.email)),
    password: () => checkPassword(input.password, input.passwordMinLength ?? PASSWORD_MIN),
    avatarUrl: () => checkAvatarUrl(input.avatarUrl ?? ''),
  });
}
