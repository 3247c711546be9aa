/** Rows of marks: how far each account has read a room, and what it is notified of there. */
import type { Db } from './database.ts';

/** The mark only grows, up to the newest position. @returns whether it moved */
export async function moveMark(db: Db, roomId: number, accountId: number, seq: number): Promise<boolean> {
  const rows = await db`
    update room_marks k set read_seq = least(${seq}::bigint, s.head)
      from streams s
     where s.id = ${roomId} and k.room_id = ${roomId} and k.account_id = ${accountId}
       and k.read_seq < least(${seq}::bigint, s.head)
    returning 1`;
  return rows.length > 0;
}

/** @returns whether it is another one than before */
export async function updateNotify(
  db: Db,
  roomId: number,
  accountId: number,
  notify: 'all' | 'mentions' | 'nothing',
): Promise<boolean> {
  const rows = await db`
    update room_marks set notify = ${notify}
     where room_id = ${roomId} and account_id = ${accountId} and notify is distinct from ${notify}
    returning 1`;
  return rows.length > 0;
}
