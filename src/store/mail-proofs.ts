/** Rows of proofs that somebody reads a mailbox. */
import type { Db } from './database.ts';

export type ProofPurpose = 'verify' | 'reset';

export type NewProofRow = {
  readonly accountId: number;
  readonly purpose: ProofPurpose;
  readonly digest: Buffer;
  readonly email: string;
  readonly emailKey: string;
  /** Seconds. */
  readonly lasts: number;
};

export type ProofRow = { accountId: number; email: string; emailKey: string };

/** In place of the one before. */
export async function saveProof(db: Db, proof: NewProofRow): Promise<void> {
  await db`
    insert into mail_proofs (account_id, purpose, digest, email, email_key, expires_at)
    values (${proof.accountId}, ${proof.purpose}, ${proof.digest}, ${proof.email}, ${proof.emailKey},
            clock_timestamp() + make_interval(secs => ${proof.lasts}))
    on conflict (account_id, purpose) do update
       set digest = excluded.digest, email = excluded.email, email_key = excluded.email_key,
           created_at = excluded.created_at, expires_at = excluded.expires_at`;
}

/** Uses the proof up. @returns null: it is not good (any more) */
export async function takeProof(db: Db, purpose: ProofPurpose, digest: Buffer): Promise<ProofRow | null> {
  const [row] = await db<ProofRow[]>`
    delete from mail_proofs where digest = ${digest} and purpose = ${purpose} and expires_at > now()
    returning account_id as "accountId", email, email_key as "emailKey"`;
  return row ?? null;
}

export async function isProof(db: Db, purpose: ProofPurpose, digest: Buffer): Promise<boolean> {
  const rows = await db`
    select from mail_proofs where digest = ${digest} and purpose = ${purpose} and expires_at > now()`;
  return rows.length > 0;
}

/** The address that waits to be verified; null: there is none. */
export async function findPendingEmail(db: Db, accountId: number): Promise<string | null> {
  const [row] = await db<{ email: string }[]>`
    select email from mail_proofs where account_id = ${accountId} and purpose = 'verify' and expires_at > now()`;
  return row?.email ?? null;
}

export async function deleteProofsOf(db: Db, accountId: number): Promise<void> {
  await db`delete from mail_proofs where account_id = ${accountId}`;
}

/** @returns how many */
export async function deleteExpiredProofs(db: Db, limit: number): Promise<number> {
  const { count } = await db`
    delete from mail_proofs
     where (account_id, purpose) in (select account_id, purpose from mail_proofs
                                      where expires_at < now() order by expires_at limit ${limit})`;
  return count;
}
