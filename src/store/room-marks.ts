/** Rows of marks: how far each account has read a room, and what it is notified of there. */
import type { Db } from './database.ts';

/** A mark that has moved. `membersCount`: of the room; null: of the lobby. */
export type MovedMark = { readSeq: number; membersCount: number | null };

/** The mark only grows, up to the newest position. @returns null: it did not move */
export async function moveMark(db: Db, roomId: number, accountId: number, seq: number): Promise<MovedMark | null> {
  const [row] = await db<MovedMark[]>`
    update room_marks k set read_seq = least(${seq}::bigint, s.head)
      from streams s
      join rooms r on r.id = s.id
     where s.id = ${roomId} and k.room_id = ${roomId} and k.account_id = ${accountId}
       and k.read_seq < least(${seq}::bigint, s.head)
    returning k.read_seq as "readSeq", r.members_count as "membersCount"`;
  return row ?? null;
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
