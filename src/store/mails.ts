/** Rows of the outbox: mail that waits for its server, and what became of it. */
import type { Db } from './database.ts';

export type NewMailRow = {
  readonly uid: string;
  /** The account concerned; null: none. */
  readonly accountId: number | null;
  readonly recipient: string;
  readonly recipientKey: string;
  readonly kind: string;
  readonly language: string;
  /** JSON. */
  readonly facts: string;
  /** Seconds until it expires. */
  readonly lasts: number;
};

export type DueMailRow = Pick<NewMailRow, 'uid' | 'recipient' | 'kind' | 'language'> & {
  id: number;
  facts: Record<string, unknown>;
  /** With this one. */
  attempts: number;
  expired: boolean;
  /** The account's display name; null: no account. */
  name: string | null;
};

/** Until the transaction ends, nobody else puts mail to that recipient in: the bound is of all together. */
export async function lockRecipient(db: Db, recipientKey: string): Promise<void> {
  await db`select pg_advisory_xact_lock(hashtextextended(${recipientKey}, 29))`;
}

/** @returns whether it is stored: at most `most` of a kind go to a recipient within an hour */
export async function insertMail(db: Db, mail: NewMailRow, most: number): Promise<boolean> {
  const rows = await db`
    insert into mails (uid, account_id, recipient, recipient_key, kind, language, facts, expires_at)
    select ${mail.uid}, ${mail.accountId}, ${mail.recipient}, ${mail.recipientKey}, ${mail.kind}, ${mail.language},
           ${mail.facts}::text::jsonb, clock_timestamp() + make_interval(secs => ${mail.lasts})
     where (select count(*) from mails
             where recipient_key = ${mail.recipientKey} and kind = ${mail.kind} and created_at > now() - interval '1 hour')
           < ${most}
    returning 1`;
  return rows.length > 0;
}

/** Takes the mail that is due, so that no other node sends it within `lease` seconds. */
export async function takeDueMails(db: Db, lease: number, limit: number): Promise<DueMailRow[]> {
  return db<DueMailRow[]>`
    with due as (
      select id from mails where due_at <= now() order by due_at limit ${limit} for update skip locked
    ), taken as (
      update mails m set due_at = now() + make_interval(secs => ${lease}), attempts = attempts + 1
        from due where m.id = due.id
      returning m.*
    )
    select t.id, t.uid, t.recipient, t.kind, t.language, t.facts, t.attempts, t.expires_at <= now() as expired,
           coalesce(a.name, a.username) as name
      from taken t left join accounts a on a.id = t.account_id`;
}

/** An attempt whose lease has run out decides nothing any more. */
type Attempt = Pick<DueMailRow, 'id' | 'attempts'>;

export async function markMailSent(db: Db, { id, attempts }: Attempt): Promise<void> {
  await db`update mails set due_at = null, sent_at = now() where id = ${id} and attempts = ${attempts}`;
}

/** `seconds`: until it is tried again; null: never. */
export async function deferMail(db: Db, { id, attempts }: Attempt, seconds: number | null): Promise<void> {
  await db`
    update mails set due_at = now() + make_interval(secs => ${seconds}) where id = ${id} and attempts = ${attempts}`;
}

/** @returns how many */
export async function deleteOldMails(db: Db, days: number, limit: number): Promise<number> {
  const { count } = await db`
    delete from mails
     where id in (select id from mails
                   where created_at < now() - make_interval(days => ${days}) order by created_at limit ${limit})`;
  return count;
}

export type MailboxRow = { id: number; email: string; emailKey: string; language: string | null };

/** The mailbox of the account; null: it has no address, or there is no such account. */
export async function findMailbox(db: Db, accountId: number): Promise<MailboxRow | null> {
  const [row] = await db<MailboxRow[]>`
    select id, email, email_key as "emailKey", language from accounts where id = ${accountId} and email is not null`;
  return row ?? null;
}

/** The owner of the address; null: none. */
export async function findEmailOwner(db: Db, emailKey: string): Promise<number | null> {
  const [row] = await db<{ id: number }[]>`select id from accounts where email_key = ${emailKey}`;
  return row?.id ?? null;
}

/** Bots have no address, and need none. */
export async function isEmailVerified(db: Db, accountId: number): Promise<boolean> {
  const rows = await db`
    select from accounts where id = ${accountId} and (email_verified_at is not null or kind <> 'person')`;
  return rows.length > 0;
}
