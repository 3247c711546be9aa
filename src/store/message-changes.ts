/** Rows of messages that change: they are edited, or deleted and leave a tombstone. */
import type { Db } from './database.ts';

/**
 * `version`: the seq of the last edit's event, or of the message. `head`: of the room's stream. `role`: of the account; null: not a
 * member. `isSilenced`: the account may not write there.
 */
export type LockedMessageRow = {
  authorId: number;
  body: string;
  version: number;
  isDeleted: boolean;
  isPinned: boolean;
  hasFiles: boolean;
  isSilenced: boolean;
  head: number;
  role: 'owner' | 'moderator' | 'member' | null;
  kind: 'lobby' | 'direct' | 'group';
};

/** Holds the message until the transaction ends. The room's stream must be locked. `accountId`: of whoever wants to change it. */
export async function lockMessage(
  db: Db,
  { roomId, seq }: { readonly roomId: number; readonly seq: number },
  accountId: number,
): Promise<LockedMessageRow | null> {
  const [row] = await db<LockedMessageRow[]>`
    select m.author_id as "authorId", m.body, coalesce(m.edited_seq, m.seq) as version, m.deleted_at is not null as "isDeleted",
           exists (select from pins p where p.room_id = m.room_id and p.seq = m.seq) as "isPinned",
           exists (select from message_files f where f.room_id = m.room_id and f.seq = m.seq) as "hasFiles",
           s.head, o.role, coalesce(o.silenced, false) as "isSilenced", r.kind
      from messages m
      join rooms r on r.id = m.room_id
      join streams s on s.id = m.room_id
      left join room_members o on o.room_id = m.room_id and o.account_id = ${accountId}
     where m.room_id = ${roomId} and m.seq = ${seq}
       for no key update of m`;
  return row ?? null;
}

/** `editedSeq`: the seq of the event that will tell of it. */
export async function updateMessage(
  db: Db,
  { roomId, seq, body, editedSeq }: { roomId: number; seq: number; body: string; editedSeq: number },
): Promise<void> {
  await db`
    update messages m
       set body = ${body}, edited_at = date_trunc('milliseconds', clock_timestamp()), edited_seq = ${editedSeq},
           has_more = exists (select from mentions n where n.room_id = m.room_id and n.seq = m.seq)
                   or exists (select from message_files f where f.room_id = m.room_id and f.seq = m.seq)
     where m.room_id = ${roomId} and m.seq = ${seq}`;
}

/**
 * Leaves the tombstone: of what hangs on the message nothing is kept, nor the digest, from which a short text could be guessed.
 * `deletedSeq`: the seq of the event that will tell of it. @returns the time of the deletion, in Unix milliseconds
 */
export async function leaveTombstone(
  db: Db,
  { roomId, seq, deletedSeq }: { roomId: number; seq: number; deletedSeq: number },
): Promise<number> {
  const [row] = await db<[{ at: number }]>`
    with unmentioned as (delete from mentions where room_id = ${roomId} and seq = ${seq}),
         unreacted as (delete from reactions where room_id = ${roomId} and seq = ${seq}),
         unpinned as (delete from pins where room_id = ${roomId} and seq = ${seq}),
         fileless as (delete from message_files where room_id = ${roomId} and seq = ${seq}),
         unindexed as (delete from message_search
                        where message_id = (select id from messages where room_id = ${roomId} and seq = ${seq}))
    update messages
       set body = '', deleted_at = date_trunc('milliseconds', clock_timestamp()), edited_at = null, edited_seq = ${deletedSeq},
           reply_to = null, has_more = false, key_digest = case when key is not null then decode(repeat('00', 32), 'hex') end
     where room_id = ${roomId} and seq = ${seq}
    returning (extract(epoch from deleted_at) * 1000)::float8 as at`;
  return row.at;
}
