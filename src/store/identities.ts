/** Rows of identities: who accounts are at a service that signs tokens elsewhere. */
import type { Db } from './database.ts';

export type IdentityKey = { issuer: string; subject: string };

/** An account that nobody signs in to by password, with its identity. @throws a unique violation of any of its keys */
export async function insertIdentity(
  db: Db,
  { issuer, subject }: IdentityKey,
  account: { username: string; usernameKey: string; skeleton: string; email: string | null; emailKey: string | null },
): Promise<void> {
  await db`
    with made as (
      insert into accounts (username, username_key, skeleton, email, email_key)
      values (${account.username}, ${account.usernameKey}, ${account.skeleton}, ${account.email}, ${account.emailKey})
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
