/** Accounts: signing up, checking passwords, and which fields others may see. */

import { AppError, checkAll, type Issue, notFound } from '../../errors.ts';
import {
  type CredentialsRow,
  findAccount,
  findAccountByUid,
  findAccountByUsername,
  findCredentialsByEmail,
  findCredentialsByUsername,
  findTaken,
  insertAccount,
  isDisabled,
  listAccounts,
  updateAdmin,
  updateEmail,
} from '../../store/accounts.ts';
import { type Sql, uniqueViolation } from '../../store/database.ts';
import {
  checkAvatarUrl,
  checkEmail,
  checkPassword,
  checkUsername,
  comparisonKey,
  emailKey,
  emailKeys,
  PASSWORD_MIN,
} from '../account-rules.ts';
import type { Contents } from '../contents.ts';
import type { Changes } from '../events/changes.ts';
import type { Account, Actor, Person, ShowPerson, Viewer } from '../model.ts';
import type { Passwords } from '../sessions/passwords.ts';
import type { SignInGuard } from '../sessions/sign-in-guard.ts';
import { isUid } from '../text.ts';
import { skeletonOf } from './confusables.ts';
import { ownAccountFacts } from './me.ts';

export type Accounts = ReturnType<typeof createAccounts>;

export type NewAccount = {
  username: string;
  email?: string;
  password: string;
  /** A web address, or a path relative to the front end. Blank: none. */
  avatarUrl?: string | null;
  /** Characters. Lower for a dialect whose published document has shorter passwords. */
  passwordMinLength?: number;
};

/** The account that a caller says is theirs. */
export type Login = { readonly username: string } | { readonly email: string } | { readonly usernameOrEmail: string };

export type Proof = {
  readonly password: string;
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
  return (viewer, { id, uid, username, name, email, avatarUrl, avatarKey }) => {
    const seen = viewer !== null && (!options.hideEmails || viewer.isAdmin || viewer.id === id);
    return { id, uid, username, name, email: seen ? (email ?? '') : '', avatarUrl, avatarKey };
  };
}

export type AccountsOptions = {
  readonly changes: Changes;
  readonly passwords: Passwords;
  readonly guard: SignInGuard;
  readonly contents: Pick<Contents, 'refuseToken'>;
  readonly show: ShowPerson;
};

/** Every parameter `address` is the client's, for the rate limits. */
export function createAccounts(sql: Sql, { changes, passwords, guard, contents, show }: AccountsOptions) {
  /**
   * @throws AppError `invalid` | `username_taken` (checked first; `also` says whether the e-mail is taken too) |
   * `email_taken` | `rate_limited` | `overloaded`
   */
  async function signUp(input: NewAccount, address: string): Promise<Account> {
    const { username, email, avatarUrl } = checkNewAccount(input);
    contents.refuseToken('email', email ?? '');
    contents.refuseToken('avatarUrl', avatarUrl ?? '');
    const keys = {
      usernameKey: comparisonKey(username),
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
      return await insertAccount(sql, { ...keys, username, email, passwordHash, avatarUrl });
    } catch (error) {
      const constraint = uniqueViolation(error);
      if (constraint === null) throw error;
      throw new AppError(constraint.includes('email') ? 'email_taken' : 'username_taken');
    }
  }

  /** The accounts that the login may mean: the one with that username first. */
  async function findCandidates(login: Login): Promise<CredentialsRow[]> {
    const text = textOf(login);
    const named = 'email' in login ? null : await findCredentialsByUsername(sql, comparisonKey(text));
    const mailed = 'username' in login ? null : await findCredentialsByEmail(sql, emailKeys(text));
    return [named, mailed].filter((row) => row !== null);
  }

  /**
   * Checks a password. A username and another account's e-mail may read the same: then either password is right.
   * @throws AppError `bad_credentials`, after the same time for an unknown account and for a wrong password | `not_found`:
   * an unknown account, with `revealUnknown` | `rate_limited` | `overloaded`
   */
  async function prove(login: Login, { password, address, revealUnknown = false }: Proof): Promise<Account> {
    return guard.attempt(guardKey(login), address, async (rank) => {
      const candidates = await findCandidates(login);
      if (candidates.length === 0 && revealUnknown) throw notFound('account');
      if (candidates.length === 0) await passwords.matches(null, password, rank);
      for (const { password_hash: hash, ...account } of candidates)
        if (await passwords.matches(hash, password, rank)) return account;
      throw new AppError('bad_credentials');
    });
  }

  /** @throws AppError `not_found` */
  async function getAccount(id: number): Promise<Account> {
    const account = await findAccount(sql, id);
    if (account === null) throw notFound('account');
    return account;
  }

  /** @throws AppError `not_found` */
  async function getAccountByUsername(username: string): Promise<Account> {
    const account = await findAccountByUsername(sql, comparisonKey(username));
    if (account === null) throw notFound('account');
    return account;
  }

  /** @throws AppError `not_found` */
  async function getAccountByUid(uid: string): Promise<Account> {
    const account = isUid(uid) ? await findAccountByUid(sql, uid) : null;
    if (account === null) throw notFound('account');
    return account;
  }

  /**
   * The account that a caller claims to be, for dialects that are open to callers without a token.
   * @throws AppError `not_found`: no such account, or a disabled one
   */
  async function getClaimed(claim: { id: number } | { uid: string }): Promise<Actor> {
    const account = 'id' in claim ? await getAccount(claim.id) : await getAccountByUid(claim.uid);
    if (await isDisabled(sql, account.id)) throw notFound('account');
    return { ...account, isAdmin: false, sessionId: null, expiresAt: new Date(Date.now() + CLAIM_LASTS) };
  }

  /** @throws AppError `invalid` | `email_taken` | `not_found` */
  async function changeEmail(actor: Actor, input: string): Promise<Person> {
    const email = contents.refuseToken('email', checkEmail(input));
    try {
      return await changes.run([], async (tx) => {
        const account = await updateEmail(tx, actor.id, email, emailKey(email));
        if (account === null) throw notFound('account');
        return { result: show(actor, account), personal: await ownAccountFacts(tx, actor.id) };
      });
    } catch (error) {
      throw uniqueViolation(error) === null ? error : new AppError('email_taken');
    }
  }

  return {
    signUp,
    changeEmail,
    getAccountByUid,
    getClaimed,
    findIssues,
    show,
    /** As the account's owner sees it. */
    showOwn: (account: Account): Person => show({ ...account, isAdmin: false }, account),
    prove,
    getAccount,
    getAccountByUsername,
    /** In order of id. */
    list: async (viewer: Viewer, page: { skip: number; limit: number }): Promise<Person[]> =>
      (await listAccounts(sql, page)).map((account) => show(viewer, account)),
  };
}

/**
 * Grants or revokes admin rights, for the command line. It takes effect with the account's next request.
 * @returns the account's username as stored, null when there is no such account
 */
export async function setAdmin(sql: Sql, username: string, isAdmin: boolean): Promise<string | null> {
  return updateAdmin(sql, comparisonKey(username), isAdmin);
}

function textOf(login: Login): string {
  if ('username' in login) return login.username;
  return 'email' in login ? login.email : login.usernameOrEmail;
}

/** The name under which attempts at the account are counted. */
function guardKey(login: Login): string {
  return 'username' in login ? comparisonKey(login.username) : emailKey(textOf(login));
}

/** @throws AppError `invalid`, with all issues */
function checkNewAccount(input: NewAccount) {
  return checkAll({
    username: () => checkUsername(input.username),
    email: () => (input.email === undefined ? null : checkEmail(input.email)),
    password: () => checkPassword(input.password, input.passwordMinLength ?? PASSWORD_MIN),
    avatarUrl: () => checkAvatarUrl(input.avatarUrl ?? ''),
  });
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
