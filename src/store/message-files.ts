/** Rows of message files: which stored pictures a message shows, in order. */
import type { Db } from './database.ts';

export type NewMessageFileRow = {
  readonly roomId: number;
  readonly seq: number;
  readonly position: number;
  readonly key: string;
};

/** The objects must have been attached. */
export async function insertMessageFiles(db: Db, rows: readonly NewMessageFileRow[]): Promise<void> {
  await db`
    insert into message_files (room_id, seq, position, object_key)
    select * from unnest(${rows.map(({ roomId }) => roomId)}::int[], ${rows.map(({ seq }) => seq)}::bigint[],
                         ${rows.map(({ position }) => position)}::int[], ${rows.map(({ key }) => key)}::text[])`;
}
