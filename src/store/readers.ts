/** How far the members of a room have read it. */
import { type AccountRow, accountColumns } from './accounts.ts';
import type { Db } from './database.ts';

export type ReaderRow = AccountRow & { readSeq: number };

/** The people in a room with at most `most` members, by id; of a larger one, and of the lobby, none. */
export async function listReaders(db: Db, roomId: number, most: number): Promise<ReaderRow[]> {
  return db<ReaderRow[]>`
    select a.*, coalesce(k.read_seq, 0) as "readSeq"
      from (select room_id, account_id from room_members
             where room_id = ${roomId} and (select members_count from rooms where id = ${roomId}) <= ${most}) as m
      join lateral (select ${accountColumns(db)} from accounts where id = m.account_id and kind = 'person' offset 0) as a on true
      left join room_marks k on k.room_id = m.room_id and k.account_id = m.account_id
     order by a.id`;
}
