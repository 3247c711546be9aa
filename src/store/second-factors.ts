/** Rows of second factors: the secrets of one-time passwords, and recovery codes. */
import type { Db } from './database.ts';

/** `secret`: sealed. `confirmedAt` null: it is not in use yet. `now`: by the database's clock. */
export type OneTimeSecretRow = { secret: Uint8Array; confirmedAt: Date | null; now: Date };

export async function findOneTimeSecret(db: Db, accountId: number): Promise<OneTimeSecretRow | null> {
  const [row] = await db<OneTimeSecretRow[]>`
    select secret, confirmed_at as "confirmedAt", now() as now from one_time_secrets where account_id = ${accountId}`;
  return row ?? null;
}

/** In place of one that is not in use. @returns whether there was none in use */
export async function saveOneTimeSecret(db: Db, accountId: number, secret: Uint8Array): Promise<boolean> {
  const { count } = await db`
    insert into one_time_secrets (account_id, secret) values (${accountId}, ${secret})
    on conflict (account_id) do update set secret = excluded.secret where one_time_secrets.confirmed_at is null`;
  return count > 0;
}

/** Uses up the codes of that step and earlier ones, and puts the secret to use. @returns whether they were not used up before */
export async function takeStep(db: Db, accountId: number, step: number): Promise<boolean> {
  const { count } = await db`
    update one_time_secrets set last_step = ${step}, confirmed_at = coalesce(confirmed_at, now())
     where account_id = ${accountId} and last_step < ${step}`;
  return count > 0;
}

/** @returns whether there was one */
export async function deleteSecondFactor(db: Db, accountId: number): Promise<boolean> {
  const rows = await db`
    with codes as (delete from recovery_codes where account_id = ${accountId})
    delete from one_time_secrets where account_id = ${accountId} returning 1`;
  return rows.length > 0;
}

/** In place of all earlier ones. */
export async function replaceRecoveryCodes(db: Db, accountId: number, digests: readonly Uint8Array[]): Promise<void> {
  await db`delete from recovery_codes where account_id = ${accountId}`;
  const texts = digests.map((digest) => Buffer.from(digest).toString('hex'));
  await db`
    insert into recovery_codes (account_id, digest)
    select ${accountId}, decode(digest, 'hex') from unnest(${texts}::text[]) as digest`;
}

/** @returns whether it was there: it counts once */
export async function spendRecoveryCode(db: Db, accountId: number, digest: Uint8Array): Promise<boolean> {
  const { count } = await db`delete from recovery_codes where account_id = ${accountId} and digest = ${digest}`;
  return count > 0;
}

export async function countRecoveryCodes(db: Db, accountId: number): Promise<number> {
  const [row] = await db<[{ count: number }]>`
    select count(*) from recovery_codes where account_id = ${accountId}`;
  return row.count;
}
