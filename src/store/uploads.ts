/** Rows of uploads: files that come in parts. An expired one counts as gone. */
import type { Db } from './database.ts';

export type UploadRow = { uid: string; length: number; name: string | null; type: string | null; expires_at: Date };

export type NewUploadRow = {
  readonly accountId: number;
  readonly length: number;
  readonly name: string | null;
  readonly type: string | null;
  /** Seconds until it expires. */
  readonly ttl: number;
};

/** Seconds that a lease holds without being renewed. */
export const LEASE = 15;

/** Until the transaction ends, the account begins no other upload. */
export async function lockUploadsOf(tx: Db, accountId: number): Promise<void> {
  await tx`select from stored_bytes where account_id = ${accountId} for no key update`;
}

/** @returns null: the account has as many as `most` */
export async function insertUpload(
  db: Db,
  { accountId, length, name, type, ttl }: NewUploadRow,
  most: number,
): Promise<UploadRow | null> {
  const [row] = await db<UploadRow[]>`
    insert into uploads (account_id, length, reserved, name, type, expires_at)
    select ${accountId}, ${length}, ${length}, ${name}, ${type}, now() + make_interval(secs => ${ttl})
     where (select count(*) from uploads where account_id = ${accountId} and expires_at > now()) < ${most}::int
    returning uid, length, name, type, expires_at`;
  return row ?? null;
}

export async function findUpload(db: Db, accountId: number, uid: string): Promise<UploadRow | null> {
  const [row] = await db<UploadRow[]>`
    select uid, length, name, type, expires_at from uploads
     where uid = ${uid} and account_id = ${accountId} and expires_at > now()`;
  return row ?? null;
}

/** Takes the upload for one writer. @returns whether no other has it */
export async function takeLease(db: Db, uid: string, lease: string): Promise<boolean> {
  const rows = await db`
    update uploads set lease = ${lease}, leased_until = now() + make_interval(secs => ${LEASE})
     where uid = ${uid} and (lease = ${lease} or leased_until <= now())
    returning uid`;
  return rows.length > 0;
}

/** @param ttl seconds until the upload expires, from now on */
export async function endLease(db: Db, uid: string, lease: string, ttl: number): Promise<Date | null> {
  const [row] = await db<{ expires_at: Date }[]>`
    update uploads set lease = null, leased_until = now(), expires_at = now() + make_interval(secs => ${ttl})
     where uid = ${uid} and lease = ${lease}
    returning expires_at`;
  return row?.expires_at ?? null;
}

/** Whether its length counts as stored. */
export async function setReserved(db: Db, uid: string, isReserved: boolean): Promise<void> {
  await db`update uploads set reserved = case when ${isReserved}::bool then length else 0 end where uid = ${uid}`;
}

/** @returns whether there was one that nobody writes to */
export async function deleteUpload(db: Db, accountId: number, uid: string): Promise<boolean> {
  const rows = await db`
    delete from uploads where uid = ${uid} and account_id = ${accountId} and leased_until <= now() returning uid`;
  return rows.length > 0;
}

/** Of one whose file is stored. */
export async function deleteStoredUpload(db: Db, uid: string): Promise<void> {
  await db`delete from uploads where uid = ${uid}`;
}

/** One at a time, as stored objects: each is taken off its account's counter. */
export async function deleteExpiredUpload(db: Db): Promise<boolean> {
  const rows = await db`
    delete from uploads
     where uid = (
       select uid from uploads where expires_at <= now() and leased_until <= now()
        order by expires_at limit 1 for update skip locked)
    returning uid`;
  return rows.length > 0;
}

/** Those of these that there are. */
export async function findKnownUploads(db: Db, uids: readonly string[]): Promise<string[]> {
  const rows = await db<{ uid: string }[]>`select uid from uploads where uid = any(${uids as string[]}::uuid[])`;
  return rows.map(({ uid }) => uid);
}
