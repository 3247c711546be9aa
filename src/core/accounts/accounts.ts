/** Accounts: signing up, checking passwords, and which fields others may see. */

import { AppError, type Issue, invalid, notFound } from '../../errors.ts';
import {
  type CredentialsRow,
  findAccount,
  findAccountByUid,
  findAccountByUsername,
  findCredentialsByEmail,
  findCredentialsByUsername,
  listAccounts,
} from '../../store/accounts.ts';
import { findApplicantHash } from '../../store/applications.ts';
import type { Sql } from '../../store/database.ts';
import { standingOf } from '../../store/sanctions.ts';
import { checkEmail, comparisonKey, emailKey, emailKeys } from '../account-rules.ts';
import type { Admission } from '../community/admission.ts';
import { APPLICATION_MAX } from '../community/applications.ts';
import type { Contents } from '../contents.ts';
import type { CredentialCheck, PasswordProof } from '../credentials/check.ts';
import type { Addresses } from '../mail/addresses.ts';
import type { Language } from '../mail/letters.ts';
import { type Account, type Actor, type Person, type ShowPerson, sees, type Viewer } from '../model.ts';
import { requireLetIn } from '../moderation/exclusions.ts';
import { requireSignUpAllowed } from '../moderation/sign-up-check.ts';
import type { Passwords } from '../sessions/passwords.ts';
import { requireScope } from '../sessions/scopes.ts';
import type { Beginner } from '../sessions/sessions.ts';
import type { SignInGuard } from '../sessions/sign-in-guard.ts';
import { isUid } from '../text.ts';
import { checkNewAccount, type NewAccount, type NewAccounts } from './new-accounts.ts';

export type Accounts = {
  /**
   * @throws AppError as `NewAccounts.make` | `sign_up_refused` | `registration_closed` | `invite_required` | `awaiting_approval`: the account waits for
   * a moderator
   */
  signUp(signUp: SignUp, address: string): Promise<Account>;
  /** @throws AppError `insufficient_scope` | `invalid` | `email_taken` | `not_found` */
  changeEmail(actor: Actor, input: string): Promise<Person>;
  /** @throws AppError `not_found` */
  getAccountByUid(uid: string): Promise<Account>;
  /**
   * The account that a caller claims to be, for dialects that are open to callers without a token.
   * @throws AppError `not_found`: no such account, or one that is excluded
   */
  getClaimed(claim: { id: number } | { uid: string }): Promise<Actor>;
  findIssues(input: Partial<NewAccount>): readonly Issue[];
  readonly show: ShowPerson;
  /** As the account's owner sees it. */
  showOwn(account: Account): Person;
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
  /** @throws AppError `not_found` */
  getAccount(id: number): Promise<Account>;
  /** @throws AppError `not_found` */
  getAccountByUsername(username: string): Promise<Account>;
  /** In order of id. */
  list(viewer: Viewer, page: { skip: number; limit: number }): Promise<Person[]>;
};

/**
 * `invite`: the code of an invitation. `application`: what a new person says to the moderators, where those approve. `language`: of
 * the letters to it.
 */
export type SignUp = NewAccount & {
  readonly invite?: string | undefined;
  readonly application?: string | undefined;
  readonly language?: Language | undefined;
};

/** The account that a caller says is theirs. */
export type Login = { readonly username: string } | { readonly email: string } | { readonly usernameOrEmail: string };

export type Proof = PasswordProof & {
  /** The client's, for the rate limits. */
  readonly address: string;
  /** For dialects whose documents tell an unknown account from a wrong password. */
  readonly revealUnknown?: boolean;
};

/** How long a socket of a claimed account may stay open, in ms. */
const CLAIM_LASTS = 24 * 3_600_000;

/** Any account that is not an admin: the viewer of frames that are encoded once for many readers. */
export const SOME_MEMBER: Viewer = { id: 0, isAdmin: false };

/** Every account sees e-mail addresses, or with `hideEmails` only their owners and admins. Anonymous viewers never do. */
export function createShowPerson(options: { hideEmails: boolean }): ShowPerson {
  return (viewer, { id, uid, username, name, email, avatarUrl, avatarKey, bot }) => {
    const seen = viewer !== null && (!options.hideEmails || viewer.isAdmin || viewer.id === id);
    return { id, uid, username, name, email: seen ? (email ?? '') : '', avatarUrl, avatarKey, bot };
  };
}

export type AccountsOptions = {
  readonly check: CredentialCheck;
  readonly emailRequired: boolean;
  readonly addresses: Addresses;
  readonly passwords: Passwords;
  readonly guard: SignInGuard;
  readonly contents: Pick<Contents, 'refuseToken' | 'check'>;
  readonly newAccounts: NewAccounts;
  readonly admission: Admission;
  readonly show: ShowPerson;
};

/** Every parameter `address` is the client's, for the rate limits. */
export function createAccounts(
  sql: Sql,
  { emailRequired, addresses, check, passwords, guard, contents, newAccounts, admission, show }: AccountsOptions,
): Accounts {
  async function signUp({ invite, application = '', language, ...input }: SignUp, address: string): Promise<Account> {
    if (emailRequired && (input.email ?? '') === '') throw invalid('email', 'required', 'email is required here');
    const words = application === '' ? '' : contents.check('application', application, APPLICATION_MAX);
    const wayIn = await admission.find(invite);
    const account = await newAccounts.make(input, address, async (row) => {
      await requireSignUpAllowed(sql, { ...row, address });
      return admission.enter(row, wayIn, words);
    });
    await addresses.welcome(account.id, language ?? null);
    return account;
  }

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

  async function getAccount(id: number): Promise<Account> {
    const account = await findAccount(sql, id);
    if (account === null) throw notFound('account');
    return account;
  }

  async function getAccountByUsername(username: string): Promise<Account> {
    const account = await findAccountByUsername(sql, comparisonKey(username));
    if (account === null) throw notFound('account');
    return account;
  }

  async function getAccountByUid(uid: string): Promise<Account> {
    const account = isUid(uid) ? await findAccountByUid(sql, uid) : null;
    if (account === null) throw notFound('account');
    return account;
  }

  async function getClaimed(claim: { id: number } | { uid: string }): Promise<Actor> {
    const account = 'id' in claim ? await getAccount(claim.id) : await getAccountByUid(claim.uid);
    const standing = await standingOf(sql, account.id);
    if (standing === null) throw notFound('account');
    return {
      ...account,
      ...standing,
      role: 'member',
      isAdmin: false,
      sessionId: null,
      expiresAt: Date.now() + CLAIM_LASTS,
      scopes: null,
      isConfirmed: false,
    };
  }

  async function changeEmail(actor: Actor, input: string): Promise<Person> {
    // A reader of the mailbox can replace the password.
    requireScope(actor, 'owner');
    return show(actor, await addresses.replace(actor.id, contents.refuseToken('email', checkEmail(input))));
  }

  return {
    signUp,
    changeEmail,
    getAccountByUid,
    getClaimed,
    findIssues,
    show,
    showOwn: (account): Person => show({ ...account, isAdmin: false }, account),
    identify,
    prove,
    getAccount,
    getAccountByUsername,
    list: async (viewer, page): Promise<Person[]> =>
      (await listAccounts(sql, page)).flatMap((account) => (sees(viewer, account.id) ? [show(viewer, account)] : [])),
  };
}

function textOf(login: Login): string {
  if ('username' in login) return login.username;
  return 'email' in login ? login.email : login.usernameOrEmail;
}

/** The name under which attempts at the account are counted. */
function guardKey(login: Login): string {
  return 'username' in login ? comparisonKey(login.username) : emailKey(textOf(login));
}

/** Issues of the fields that are present, for dialects that check the others themselves. */
function findIssues(input: Partial<NewAccount>): readonly Issue[] {
  try {
    checkNewAccount({ username: 'given', password: 'not given', ...input });
    return [];
  } catch (error) {
    return error instanceof AppError ? error.issues : [];
  }
}
