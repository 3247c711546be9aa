/** Rows of incoming hooks. */
import { type AccountRow, accountColumns } from './accounts.ts';
import type { Db } from './database.ts';

export type IncomingHookRow = {
  /** Decimal: larger than a number may be. */
  id: string;
  roomId: number;
  roomUid: string;
  /** Null: nothing was sent yet. */
  usedAt: Date | null;
  createdAt: Date;
  /** Writes what is sent. */
  account: AccountRow;
};
type ReadRow = Omit<IncomingHookRow, 'id' | 'account'> & AccountRow & { hookId: string };

/** @returns when it was made; null: the room has `most` */
export async function insertIncomingHook(
  db: Db,
  hook: { id: string; roomId: number; accountId: number; digest: Uint8Array; most: number },
): Promise<Date | null> {
  const { id, roomId, accountId, digest, most } = hook;
  const [row] = await db<{ createdAt: Date }[]>`
    insert into incoming_hooks (id, room_id, account_id, digest)
    select ${id}::bigint, ${roomId}::int, ${accountId}::int, ${digest}::bytea
     where (select count(*) from incoming_hooks where room_id = ${roomId}) < ${most}
    returning created_at as "createdAt"`;
  return row?.createdAt ?? null;
}

/** Those of a room, the newest first. */
export async function listIncomingHooks(db: Db, roomId: number, limit: number): Promise<IncomingHookRow[]> {
  const rows = await db<ReadRow[]>`
    select ${columns(db)} from incoming_hooks h ${joined(db)}
     where h.room_id = ${roomId} order by h.created_at desc, h.id limit ${limit}`;
  return rows.map(toHook);
}

export async function findIncomingHook(db: Db, id: string): Promise<(IncomingHookRow & { digest: Uint8Array }) | null> {
  const [row] = await db<(ReadRow & { digest: Uint8Array })[]>`
    select ${columns(db)}, h.digest from incoming_hooks h ${joined(db)}
     where h.id = ${id}::bigint and r.deleted_at is null`;
  if (row === undefined) return null;
  const { digest, ...hook } = row;
  return { ...toHook(hook), digest };
}

/** @returns whether the room has it */
export async function updateHookDigest(db: Db, roomId: number, id: string, digest: Uint8Array): Promise<boolean> {
  const rows = await db`
    update incoming_hooks set digest = ${digest} where room_id = ${roomId} and id = ${id}::bigint returning 1`;
  return rows.length > 0;
}

/** Something was sent. It is noted at most once a minute. */
export async function noteHookUse(db: Db, id: string): Promise<void> {
  await db`
    update incoming_hooks set used_at = now()
     where id = ${id}::bigint and (used_at is null or used_at < now() - interval '1 minute')`;
}

/** @returns whether the room had it */
export async function deleteIncomingHook(db: Db, roomId: number, id: string): Promise<boolean> {
  const rows = await db`delete from incoming_hooks where room_id = ${roomId} and id = ${id}::bigint returning 1`;
  return rows.length > 0;
}

/** The account of a removed hook is to be deleted, unless a message shows it as its author. */
export async function leaveUnused(db: Db, accountId: number): Promise<void> {
  await db`
    update accounts set leaving_at = now()
     where id = ${accountId} and not exists (select from messages where author_id = ${accountId})`;
}

function columns(db: Db) {
  return db`
    h.id::text as "hookId", h.room_id as "roomId", r.uid as "roomUid", h.used_at as "usedAt", h.created_at as "createdAt", a.*`;
}

function joined(db: Db) {
  return db`
    join rooms r on r.id = h.room_id
    join lateral (select ${accountColumns(db)} from accounts where accounts.id = h.account_id offset 0) as a on true`;
}

function toHook({ hookId, roomId, roomUid, usedAt, createdAt, ...account }: ReadRow): IncomingHookRow {
  return { id: hookId, roomId, roomUid, usedAt, createdAt, account };
}
