/** Rows of pins: the messages that a room keeps at hand. */
import type { Db } from './database.ts';

type Pin = { readonly roomId: number; readonly seq: number };

export async function countPins(db: Db, roomId: number): Promise<number> {
  const [row] = await db<[{ count: number }]>`select count(*)::int as count from pins where room_id = ${roomId}`;
  return row.count;
}

export async function insertPin(db: Db, { roomId, seq }: Pin, accountId: number): Promise<void> {
  await db`insert into pins (room_id, seq, account_id) values (${roomId}, ${seq}, ${accountId})`;
}

export async function deletePin(db: Db, { roomId, seq }: Pin): Promise<void> {
  await db`delete from pins where room_id = ${roomId} and seq = ${seq}`;
}
