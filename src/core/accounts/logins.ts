/** Checks who signs in: by username or e-mail, password and second factor. */
import { AppError, notFound } from '../../errors.ts';
import { type CredentialsRow, findCredentialsByEmail, findCredentialsByUsername } from '../../store/accounts.ts';
import { findApplicantHash } from '../../store/applications.ts';
import type { Sql } from '../../store/database.ts';
import { comparisonKey, emailKey, emailKeys } from '../account-rules.ts';
import type { CredentialCheck, PasswordProof } from '../credentials/check.ts';
import { requireLetIn } from '../moderation/exclusions.ts';
import type { Passwords } from '../sessions/passwords.ts';
import type { Beginner } from '../sessions/sessions.ts';
import type { SignInGuard } from '../sessions/sign-in-guard.ts';

export type Logins = {
  /**
   * Checks a password, and the second factor, also of an account that is excluded. A username and another account's e-mail may read the
   * same: then either password is right.
   * @throws AppError `bad_credentials`, after the same time for an unknown account and for a wrong password |
   * `code_required` | `bad_code` | `awaiting_approval`: it is right, and a moderator has not approved the account yet | `not_found`:
   * an unknown account, with `revealUnknown` | `rate_limited` | `overloaded`
   */
  identify(login: Login, proof: Proof): Promise<Beginner>;
  /** As `identify`, of an account that may come in. @throws AppError as `identify` | `suspended` | `banned` */
  prove(login: Login, proof: Proof): Promise<Beginner>;
};

/** The account that a caller says is theirs. */
export type Login = { readonly username: string } | { readonly email: string } | { readonly usernameOrEmail: string };

export type Proof = PasswordProof & {
  /** The client's, for the rate limits. */
  readonly address: string;
  /** For dialects whose documents tell an unknown account from a wrong password. */
  readonly revealUnknown?: boolean;
};

export type LoginsOptions = {
  readonly check: CredentialCheck;
  readonly passwords: Passwords;
  readonly guard: SignInGuard;
};

export function createLogins(sql: Sql, { check, passwords, guard }: LoginsOptions): Logins {
  /** The accounts that the login may mean: the one with that username first. */
  async function findCandidates(login: Login): Promise<CredentialsRow[]> {
    const text = textOf(login);
    const named = 'email' in login ? null : await findCredentialsByUsername(sql, comparisonKey(text));
    const mailed = 'username' in login ? null : await findCredentialsByEmail(sql, emailKeys(text));
    return [named, mailed].filter((row) => row !== null);
  }

  /** The password's hash of the application with that username or e-mail; null: there is none. */
  async function findApplicant(login: Login): Promise<string | null> {
    const text = textOf(login);
    return findApplicantHash(sql, {
      usernameKey: 'email' in login ? null : comparisonKey(text),
      emailKeys: 'username' in login ? [] : emailKeys(text),
    });
  }

  async function identify(login: Login, { address, revealUnknown = false, ...proof }: Proof): Promise<Beginner> {
    return guard.attempt(guardKey(login), address, async (rank) => {
      const candidates = await findCandidates(login);
      const applicant = await findApplicant(login);
      if (candidates.length === 0 && applicant === null && revealUnknown) throw notFound('account');
      if (candidates.length === 0 && (await passwords.matches(applicant, proof.password, rank)))
        throw new AppError('awaiting_approval');
      for (const candidate of candidates) {
        const proven = await check(candidate, proof, rank);
        if (proven !== null) return proven;
      }
      throw new AppError('bad_credentials');
    });
  }

  async function prove(login: Login, proof: Proof): Promise<Beginner> {
    const account = await identify(login, proof);
    await requireLetIn(sql, account.id);
    return account;
  }

  return { identify, prove };
}

function textOf(login: Login): string {
  if ('username' in login) return login.username;
  return 'email' in login ? login.email : login.usernameOrEmail;
}

/** The name under which attempts at the account are counted. */
function guardKey(login: Login): string {
  return 'username' in login ? comparisonKey(login.username) : emailKey(textOf(login));
}
