/** Rows of accounts. */
import type { Db } from './database.ts';

export type AccountRow = { id: number; uid: string; username: string; email: string | null };
export type CredentialsRow = AccountRow & { password_hash: string };

export type NewAccountRow = {
  username: string;
  usernameKey: string;
  email: string | null;
  emailKey: string | null;
  passwordHash: string;
};

/** @throws a unique violation of `accounts_username_key_key` or `accounts_email_key_key` */
export async function insertAccount(db: Db, account: NewAccountRow): Promise<AccountRow> {
  const [row] = await db<[AccountRow]>`
    insert into accounts (username, username_key, email, email_key, password_hash)
    values (${account.username}, ${account.usernameKey}, ${account.email}, ${account.emailKey}, ${account.passwordHash})
    returning id, uid, username, email`;
  return row;
}

/** Which of the two keys are in use. */
export async function findTaken(
  db: Db,
  usernameKey: string,
  emailKey: string | null,
): Promise<{ username: boolean; email: boolean }> {
  const [row] = await db<[{ username: boolean; email: boolean }]>`
    select exists (select from accounts where username_key = ${usernameKey}) as username,
           exists (select from accounts where email_key = ${emailKey}) as email`;
  return row;
}

export async function findCredentialsByUsername(db: Db, usernameKey: string): Promise<CredentialsRow | null> {
  const [row] = await db<CredentialsRow[]>`
    select id, uid, username, email, password_hash from accounts where username_key = ${usernameKey}`;
  return row ?? null;
}

export async function findCredentialsByEmail(db: Db, emailKey: string): Promise<CredentialsRow | null> {
  const [row] = await db<CredentialsRow[]>`
    select id, uid, username, email, password_hash from accounts where email_key = ${emailKey}`;
  return row ?? null;
}

export async function findAccountByUid(db: Db, uid: string): Promise<AccountRow | null> {
  const [row] = await db<AccountRow[]>`select id, uid, username, email from accounts where uid = ${uid}`;
  return row ?? null;
}

export async function findAccountByUsername(db: Db, usernameKey: string): Promise<AccountRow | null> {
  const [row] = await db<AccountRow[]>`
    select id, uid, username, email from accounts where username_key = ${usernameKey}`;
  return row ?? null;
}

/** Those of these that there are, by id. */
export async function findAccountsByUids(db: Db, uids: readonly string[]): Promise<AccountRow[]> {
  return db<AccountRow[]>`
    select id, uid, username, email from accounts where uid = any(${uids as string[]}::uuid[]) order by id`;
}
