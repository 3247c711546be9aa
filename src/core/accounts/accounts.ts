/** Accounts: signing up, finding them, and which fields others may see. */

import { AppError, type Issue, invalid, notFound } from '../../errors.ts';
import { findAccount, findAccountByUid, findAccountByUsername, listAccounts } from '../../store/accounts.ts';
import type { Sql } from '../../store/database.ts';
import { standingOf } from '../../store/sanctions.ts';
import { checkEmail, comparisonKey } from '../account-rules.ts';
import type { Admission } from '../community/admission.ts';
import { APPLICATION_MAX } from '../community/applications.ts';
import type { Contents } from '../contents.ts';
import type { Addresses } from '../mail/addresses.ts';
import type { Language } from '../mail/letters.ts';
import { type Account, type Actor, type Person, type ShowPerson, sees, type Viewer } from '../model.ts';
import { requireSignUpAllowed } from '../moderation/sign-up-check.ts';
import { requireScope } from '../sessions/scopes.ts';
import { isUid } from '../text.ts';
import { createLogins, type Logins, type LoginsOptions } from './logins.ts';
import { checkNewAccount, type NewAccount, type NewAccounts } from './new-accounts.ts';

export type Accounts = Logins & {
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

export type AccountsOptions = LoginsOptions & {
  readonly emailRequired: boolean;
  readonly addresses: Addresses;
  readonly contents: Pick<Contents, 'refuseToken' | 'check'>;
  readonly newAccounts: NewAccounts;
  readonly admission: Admission;
  readonly show: ShowPerson;
};

/** Every parameter `address` is the client's, for the rate limits. */
export function createAccounts(
  sql: Sql,
  { emailRequired, addresses, contents, newAccounts, admission, show, ...checking }: AccountsOptions,
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
    ...createLogins(sql, checking),
    signUp,
    changeEmail,
    getAccountByUid,
    getClaimed,
    findIssues,
    show,
    showOwn: (account): Person => show({ ...account, isAdmin: false }, account),
    getAccount,
    getAccountByUsername,
    list: async (viewer, page): Promise<Person[]> =>
      (await listAccounts(sql, page)).flatMap((account) => (sees(viewer, account.id) ? [show(viewer, account)] : [])),
  };
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
