/** Rows of identities: who accounts are at a service that signs tokens elsewhere. */
import { type AccountRow, accountColumns } from './accounts.ts';
import type { Db } from './database.ts';

export type IdentityKey = { issuer: string; subject: string };

export type NewIdentityRow = {
  username: string;
  usernameKey: string;
  skeleton: string;
  email: string | null;
  emailKey: string | null;
  invitedBy: number | null;
  inviteCode: string | null;
};

/** An account that nobody signs in to by password, with its identity. @throws a unique violation of any of its keys */
export async function insertIdentity(db: Db, { issuer, subject }: IdentityKey, account: NewIdentityRow): Promise<void> {
  await db`
    with made as (
      insert into accounts (username, username_key, skeleton, email, email_key, invited_by, invite_code)
      values (${account.username}, ${account.usernameKey}, ${account.skeleton}, ${account.email}, ${account.emailKey}, ${account.invitedBy},
              ${account.inviteCode})
      returning id
    )
    insert into identities (issuer, subject, account_id) select ${issuer}, ${subject}, id from made`;
}

/**
 * Begins the session of a token, unless it has been begun (or ended) before, or the account was signed out everywhere
 * after the token had been issued. The identity is held meanwhile: signing out everywhere comes before or after.
 * @returns the account's id and whether the session is a new one; null: an identity that is not known
 */
export async function insertIdentitySession(
  db: Db,
  { issuer, subject }: IdentityKey,
  session: { id: string; issuedAt: Date; expiresAt: Date },
): Promise<{ accountId: number; begun: boolean } | null> {
  const [row] = await db<{ accountId: number; begun: boolean }[]>`
    with known as (
      select account_id, tokens_from <= ${session.issuedAt} as good from identities
       where issuer = ${issuer} and subject = ${subject}
         for share
    ), begun as (
      insert into sessions (id, account_id, expires_at, elsewhere)
      select ${session.id}::uuid, account_id, ${session.expiresAt}::timestamptz, true from known
       where good and ${session.expiresAt}::timestamptz > now()
          on conflict (id) do nothing
      returning 1
    )
    select account_id as "accountId", exists (select from begun) as begun from known`;
  return row ?? null;
}

/** From now on only tokens count that are issued later. */
export async function refuseEarlierTokens(db: Db, accountId: number): Promise<void> {
  await db`update identities set tokens_from = now() where account_id = ${accountId}`;
}

/** Gives the account that e-mail. @throws a unique violation of `accounts_email_key_key` */
export async function followEmail(db: Db, accountId: number, email: string, emailKey: string): Promise<void> {
  await db`
    update accounts set email = ${email}, email_key = ${emailKey}
     where id = ${accountId} and email is distinct from ${email}`;
}

/** The account of the identity; null: none. */
export async function findIdentityAccount(
  db: Db,
  { issuer, subject }: IdentityKey,
): Promise<{ account: AccountRow; isDisabled: boolean } | null> {
  const [row] = await db<(AccountRow & { isDisabled: boolean })[]>`
    select ${accountColumns(db)}, disabled_at is not null as "isDisabled" from accounts
     where id = (select account_id from identities where issuer = ${issuer} and subject = ${subject})`;
  if (row === undefined) return null;
  const { isDisabled, ...account } = row;
  return { account, isDisabled };
}

/** Another identity of an account, which has one of each issuer. @returns whether it was added */
export async function insertLink(db: Db, { issuer, subject }: IdentityKey, accountId: number): Promise<boolean> {
  const { count } = await db`
    insert into identities (issuer, subject, account_id)
    select ${issuer}, ${subject}, ${accountId}::int
     where not exists (select from identities where account_id = ${accountId} and issuer = ${issuer})
    on conflict (issuer, subject) do nothing`;
  return count > 0;
}

export async function listIdentities(
  db: Db,
  accountId: number,
  limit: number,
): Promise<{ issuer: string; createdAt: Date }[]> {
  return db<{ issuer: string; createdAt: Date }[]>`
    select issuer, created_at as "createdAt" from identities
     where account_id = ${accountId} order by created_at, issuer limit ${limit}`;
}

/** With the sessions that it began, unless the account has no other way to sign in. */
export async function deleteIdentity(db: Db, accountId: number, issuer: string): Promise<'gone' | 'missing' | 'last'> {
  const [row] = await db<[{ there: boolean; gone: boolean }]>`
    with gone as (
      delete from identities i using accounts a
       where i.account_id = ${accountId} and i.issuer = ${issuer} and a.id = i.account_id
         and (a.password_hash is not null
              or exists (select from passkeys p where p.account_id = a.id)
              or exists (select from identities o where o.account_id = a.id and o.issuer <> i.issuer))
      returning 1
    )
    select exists (select from identities where account_id = ${accountId} and issuer = ${issuer}) as there,
           exists (select from gone) as gone`;
  if (row.gone) return 'gone';
  return row.there ? 'last' : 'missing';
}
