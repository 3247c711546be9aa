/** Rows of accounts. */
import type { Db } from './database.ts';

/** The rights of an account in the community. */
export type CommunityRole = 'owner' | 'admin' | 'moderator' | 'member';

export type AccountRow = {
  id: number;
  uid: string;
  username: string;
  /** The name of the account where it is shown; null: by its username. */
  name: string | null;
  email: string | null;
  avatarUrl: string | null;
  /** The object of an uploaded picture; null: the default one. */
  avatarKey: string | null;
  /** Whether a program writes as this account. */
  bot: boolean;
};
/** `password_hash` null: nobody signs in to it by password. */
export type CredentialsRow = AccountRow & { password_hash: string | null };

export type NewAccountRow = {
  username: string;
  usernameKey: string;
  /** The username with confusable characters made equal (UTS 39); unique. */
  skeleton: string;
  /** The display name, and the key by which it is compared; null: the username. */
  name: string | null;
  nameKey: string | null;
  email: string | null;
  emailKey: string | null;
  passwordHash: string;
  avatarUrl: string | null;
};

/** Facts of a new account beside those that it gives. */
export type Joining = {
  readonly role?: CommunityRole;
  /** The creator of the invitation, and its code. */
  readonly invitedBy?: number | null;
  readonly inviteCode?: string | null;
};

/** @throws a unique violation of `accounts_username_key_key`, `accounts_skeleton` or `accounts_email_key_key` */
export async function insertAccount(db: Db, account: NewAccountRow, joining: Joining = {}): Promise<AccountRow> {
  const { username, usernameKey, skeleton, name, nameKey, email, emailKey, passwordHash, avatarUrl } = account;
  const { role = 'member', invitedBy = null, inviteCode = null } = joining;
  const [row] = await db<[AccountRow]>`
    insert into accounts (username, username_key, skeleton, name, name_key, email, email_key, password_hash, avatar_url, role, invited_by,
                          invite_code)
    values (${username}, ${usernameKey}, ${skeleton}, ${name}, ${nameKey}, ${email}, ${emailKey}, ${passwordHash}, ${avatarUrl}, ${role},
            ${invitedBy}, ${inviteCode})
    returning ${accountColumns(db)}`;
  return row;
}

/** Whether an account or an application has the name, or one that looks like it, and the e-mail. */
export async function findTaken(
  db: Db,
  { usernameKey, skeleton, emailKey }: Pick<NewAccountRow, 'usernameKey' | 'skeleton' | 'emailKey'>,
): Promise<{ username: boolean; email: boolean }> {
  const [row] = await db<[{ username: boolean; email: boolean }]>`
    select exists (select from accounts where username_key = ${usernameKey})
             or exists (select from accounts where skeleton = ${skeleton})
             or exists (select from applications where username_key = ${usernameKey})
             or exists (select from applications where skeleton = ${skeleton}) as username,
           exists (select from accounts where email_key = ${emailKey})
             or exists (select from applications where email_key = ${emailKey}) as email`;
  return row;
}

export async function findAccount(db: Db, id: number): Promise<AccountRow | null> {
  const [row] = await db<AccountRow[]>`select ${accountColumns(db)} from accounts where id = ${id}::bigint`;
  return row ?? null;
}

export async function findAccountByUsername(db: Db, usernameKey: string): Promise<AccountRow | null> {
  const [row] = await db<AccountRow[]>`select ${accountColumns(db)} from accounts where username_key = ${usernameKey}`;
  return row ?? null;
}

/** By id. The rows skipped are only counted, in the index. */
export async function listAccounts(db: Db, { skip, limit }: { skip: number; limit: number }): Promise<AccountRow[]> {
  return db<AccountRow[]>`
    select ${accountColumns(db)} from accounts
     where id >= (select id from accounts order by id offset ${skip}::bigint limit 1)
     order by id
     limit ${limit}`;
}

export async function findCredentialsByUsername(db: Db, usernameKey: string): Promise<CredentialsRow | null> {
  const [row] = await db<CredentialsRow[]>`
    select ${accountColumns(db)}, password_hash from accounts
     where username_key = ${usernameKey} and disabled_at is null`;
  return row ?? null;
}

/** By the first of the keys that is an account's. */
export async function findCredentialsByEmail(db: Db, emailKeys: readonly string[]): Promise<CredentialsRow | null> {
  const keys = emailKeys as string[];
  const [row] = await db<CredentialsRow[]>`
    select ${accountColumns(db)}, password_hash from accounts
     where email_key = any(${keys}::text[]) and disabled_at is null
     order by array_position(${keys}::text[], email_key)
     limit 1`;
  return row ?? null;
}

export async function findCredentialsById(db: Db, id: number): Promise<CredentialsRow | null> {
  const [row] = await db<CredentialsRow[]>`
    select ${accountColumns(db)}, password_hash from accounts where id = ${id} and disabled_at is null`;
  return row ?? null;
}

export async function updatePasswordHash(db: Db, id: number, passwordHash: string): Promise<void> {
  await db`update accounts set password_hash = ${passwordHash} where id = ${id}`;
}

/** True also while it waits to be deleted. */
export async function isDisabled(db: Db, id: number): Promise<boolean> {
  const rows = await db`select from accounts where id = ${id} and (disabled_at is not null or leaving_at is not null)`;
  return rows.length > 0;
}

/** @returns whether the account was there and not disabled before */
export async function disableAccount(db: Db, id: number): Promise<boolean> {
  const rows = await db`
    update accounts set disabled_at = now() where id = ${id} and disabled_at is null returning 1`;
  return rows.length > 0;
}

/** The account is to be deleted in `grace` seconds. Until then it is its owner's, who stays by signing in. @returns when */
export async function markLeaving(db: Db, id: number, grace: number): Promise<Date> {
  const [row] = await db<[{ at: Date }]>`
    update accounts set leaving_at = now() + make_interval(secs => ${grace}) where id = ${id} returning leaving_at as at`;
  return row.at;
}

/** The accounts whose deletion is due. Nobody signs in to them any more. */
export async function takeLeaving(db: Db, limit: number): Promise<number[]> {
  const rows = await db<{ id: number }[]>`
    update accounts set disabled_at = coalesce(disabled_at, now())
     where id in (select id from accounts where leaving_at <= now() order by leaving_at limit ${limit}) and leaving_at <= now()
    returning id`;
  return rows.map(({ id }) => id);
}

/** Cancels the deletion of an account. @returns whether the account was there and disabled before */
export async function enableAccount(db: Db, id: number): Promise<boolean> {
  const rows = await db`
    update accounts set disabled_at = null, leaving_at = null where id = ${id} and disabled_at is not null returning 1`;
  return rows.length > 0;
}

export async function deleteAccount(db: Db, id: number): Promise<void> {
  await db`delete from accounts where id = ${id}`;
}

export async function findAccountByUid(db: Db, uid: string): Promise<AccountRow | null> {
  const [row] = await db<AccountRow[]>`select ${accountColumns(db)} from accounts where uid = ${uid}`;
  return row ?? null;
}

/** Returns the accounts that exist, in order of id. */
export async function findAccountsByUids(db: Db, uids: readonly string[]): Promise<AccountRow[]> {
  return db<AccountRow[]>`
    select ${accountColumns(db)} from accounts where uid = any(${uids as string[]}::uuid[]) order by id`;
}

/** The object that shows the account, and nothing else. @returns whether there is such an account */
export async function setAvatarKey(db: Db, id: number, key: string): Promise<boolean> {
  const rows = await db`update accounts set avatar_key = ${key} where id = ${id} returning 1`;
  return rows.length > 0;
}

/** @returns whether there is such an account */
export async function clearAvatar(db: Db, id: number): Promise<boolean> {
  const rows = await db`update accounts set avatar_key = null, avatar_url = null where id = ${id} returning 1`;
  return rows.length > 0;
}

/** @throws a unique violation of `accounts_email_key_key` */
export async function updateEmail(db: Db, id: number, email: string, emailKey: string): Promise<AccountRow | null> {
  const [row] = await db<AccountRow[]>`
    update accounts
       set email = ${email}, email_key = ${emailKey},
           email_verified_at = case when email_key = ${emailKey} then email_verified_at end
     where id = ${id} returning ${accountColumns(db)}`;
  return row ?? null;
}

export async function markEmailVerified(db: Db, id: number): Promise<void> {
  await db`update accounts set email_verified_at = coalesce(email_verified_at, now()) where id = ${id}`;
}

/** Of letters to the account. */
export async function updateLanguage(db: Db, id: number, language: string): Promise<void> {
  await db`update accounts set language = ${language} where id = ${id}`;
}

/** Accounts of earlier versions, by id. */
export async function listWithoutSkeleton(
  db: Db,
  limit: number,
): Promise<{ id: number; username: string; email: string | null; emailKey: string | null }[]> {
  return db`
    select id, username, email, email_key as "emailKey" from accounts where skeleton is null order by id limit ${limit}`;
}

export async function setSkeletons(db: Db, accounts: readonly { id: number; skeleton: string }[]): Promise<void> {
  await db`
    update accounts a set skeleton = r.skeleton
      from unnest(${accounts.map(({ id }) => id)}::int[], ${accounts.map(({ skeleton }) => skeleton)}::text[])
             as r (id, skeleton)
     where a.id = r.id`;
}

/** @throws a unique violation of `accounts_email_key_key` */
export async function updateEmailKey(db: Db, id: number, emailKey: string): Promise<void> {
  await db`update accounts set email_key = ${emailKey} where id = ${id}`;
}

/** Named as core shows them. */
export function accountColumns(db: Db) {
  return db`id, uid, username, name, email, avatar_url as "avatarUrl", avatar_key as "avatarKey", kind <> 'person' as bot`;
}

/** Somebody by their name, to the letter. `key`: what finds it. */
export type NamedRef = { readonly username: string; readonly key: string };

/** Whether a row of `accounts o` is one of these people. */
export function isNamed(db: Db, people: readonly NamedRef[]) {
  return db`o.username_key = any(${people.map((one) => one.key)}::text[])
            and o.username = any(${people.map((one) => one.username)}::text[])`;
}

/** Whether one of these people has an account. */
export async function existsAccount(db: Db, people: readonly NamedRef[]): Promise<boolean> {
  return (await db`select from accounts o where ${isNamed(db, people)} limit 1`).length > 0;
}

/** Sets the role by a provider's word: owners stay owners, and nobody else is an admin whom it does not name. */
export async function setProvidedRole(db: Db, id: number, isAdmin: boolean): Promise<void> {
  await db`
    update accounts set role = case when ${isAdmin} then 'admin' else 'member' end
     where id = ${id} and case when ${isAdmin} then role in ('member', 'moderator') else role = 'admin' end`;
}
