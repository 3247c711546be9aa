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
    select id, uid, username, email, password_hash from accounts
     where username_key = ${usernameKey} and disabled_at is null`;
  return row ?? null;
}

export async function findCredentialsByEmail(db: Db, emailKey: string): Promise<CredentialsRow | null> {
  const [row] = await db<CredentialsRow[]>`
    select id, uid, username, email, password_hash from accounts
     where email_key = ${emailKey} and disabled_at is null`;
  return row ?? null;
}

export async function findCredentialsById(db: Db, id: number): Promise<CredentialsRow | null> {
  const [row] = await db<CredentialsRow[]>`
    select id, uid, username, email, password_hash from accounts where id = ${id} and disabled_at is null`;
  return row ?? null;
}

export async function updatePasswordHash(db: Db, id: number, passwordHash: string): Promise<void> {
  await db`update accounts set password_hash = ${passwordHash} where id = ${id}`;
}

/** @returns whether the account was there and not disabled before */
export async function disableAccount(db: Db, id: number): Promise<boolean> {
  const rows = await db`
    update accounts set disabled_at = now() where id = ${id} and disabled_at is null returning 1`;
  return rows.length > 0;
}

/** @returns whether the account was there and disabled before */
export async function enableAccount(db: Db, id: number): Promise<boolean> {
  const rows = await db`
    update accounts set disabled_at = null where id = ${id} and disabled_at is not null returning 1`;
  return rows.length > 0;
}
