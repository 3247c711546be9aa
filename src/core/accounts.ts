/** Accounts: signing up, and proving who one is by password. */
import { AppError, invalid } from '../errors.ts';
import {
  type AccountRow,
  type CredentialsRow,
  findCredentialsByEmail,
  findCredentialsByUsername,
  findTaken,
  insertAccount,
} from '../store/accounts.ts';
import { type Sql, uniqueViolation } from '../store/database.ts';
import type { Passwords } from './passwords.ts';
import { isLongerThan } from './text.ts';

export type Account = AccountRow;
export type Accounts = ReturnType<typeof createAccounts>;

export type NewAccount = {
  username: string;
  email?: string;
  password: string;
  /** Characters; a dialect whose document shows shorter ones may ask for less. */
  passwordMinLength?: number;
};

const USERNAME_MAX = 64;
const EMAIL_MAX = 254;
const PASSWORD_MIN = 8;
const PASSWORD_MAX = 256;

export function createAccounts(sql: Sql, passwords: Passwords) {
  /**
   * @throws AppError `invalid` | `username_taken` (looked at first) | `email_taken` | `overloaded`
   */
  async function signUp(input: NewAccount): Promise<Account> {
    const username = checkUsername(input.username);
    const email = input.email === undefined ? null : checkEmail(input.email);
    checkPassword(input.password, input.passwordMinLength ?? PASSWORD_MIN);
    const usernameKey = key(username);
    const emailKey = email === null ? null : key(email);
    // Looked at before hashing so that the answer is cheap; the unique indexes decide when two come at once.
    const taken = await findTaken(sql, usernameKey, emailKey);
    if (taken.username) throw new AppError('username_taken');
    if (taken.email) throw new AppError('email_taken');
    const passwordHash = await passwords.hash(input.password);
    try {
      return await insertAccount(sql, { username, usernameKey, email, emailKey, passwordHash });
    } catch (error) {
      const constraint = uniqueViolation(error);
      if (constraint === null) throw error;
      throw new AppError(constraint.includes('email') ? 'email_taken' : 'username_taken');
    }
  }

  /** @throws AppError `bad_credentials`, the same for an unknown account and a wrong password | `overloaded` */
  async function checkCredentials(found: CredentialsRow | null, password: string): Promise<Account> {
    const matches = await passwords.matches(found?.password_hash ?? null, password);
    if (found === null || !matches) throw new AppError('bad_credentials');
    const { password_hash: _, ...account } = found;
    return account;
  }

  return {
    signUp,
    checkUsernameAndPassword: async (username: string, password: string): Promise<Account> =>
      checkCredentials(await findCredentialsByUsername(sql, key(username)), password),
    checkEmailAndPassword: async (email: string, password: string): Promise<Account> =>
      checkCredentials(await findCredentialsByEmail(sql, key(email)), password),
  };
}

/** How names and e-mails are compared: without regard to case, in one Unicode form. NUL cannot be in a stored one. */
export function key(text: string): string {
  return text.normalize('NFC').trim().toLowerCase().replaceAll('\0', '\uFFFD').toWellFormed();
}

function checkUsername(input: string): string {
  const username = input.normalize('NFC').trim();
  if (username === '') throw invalid('username', 'blank', 'username must not be blank');
  if (isLongerThan(username, USERNAME_MAX))
    throw invalid('username', 'long', `username must have at most ${USERNAME_MAX} characters`);
  if (/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}/]/u.test(username))
    throw invalid('username', 'format', 'username must not contain control characters or "/"');
  return username;
}

function checkEmail(input: string): string {
  const email = input.normalize('NFC').trim();
  if (email === '') throw invalid('email', 'blank', 'email must not be blank');
  if (isLongerThan(email, EMAIL_MAX)) throw invalid('email', 'long', `email must have at most ${EMAIL_MAX} characters`);
  if (!/^[^\s@\p{Cc}\p{Cs}]+@[^\s@\p{Cc}\p{Cs}]+$/u.test(email))
    throw invalid('email', 'format', 'email must be an e-mail address');
  return email;
}

function checkPassword(password: string, minLength: number): void {
  if (password === '') throw invalid('password', 'blank', 'password must not be empty');
  if (isLongerThan(password, PASSWORD_MAX))
    throw invalid('password', 'long', `password must have at most ${PASSWORD_MAX} characters`);
  if (!isLongerThan(password, minLength - 1))
    throw invalid('password', 'short', `password must have at least ${minLength} characters`);
}
