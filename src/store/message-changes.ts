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
  /** Whether only moderators write in the room. */
  isReadOnly: boolean;
  head: number;
  role: 'owner' | 'moderator' | 'member' | null;
  kind: 'lobby' | 'direct' | 'group';
};

/** Holds the message until the transaction ends. The room's stream must be locked. `accountId`: of the actor. */
export async function lockMessage(
  db: Db,
  { roomId, seq }: { readonly roomId: number; readonly seq: number },
  accountId: number,
): Promise<LockedMessageRow | null> {
  const [row] = await db<LockedMessageRow[]>`
    select m.author_id as "authorId", m.body, coalesce(m.edited_seq, m.seq) as version, m.deleted_at is not null as "isDeleted",
           exists (select from pins p where p.room_id = m.room_id and p.seq = m.seq) as "isPinned",
           exists (select from message_files f where f.room_id = m.room_id and f.seq = m.seq) as "hasFiles",
           s.head, o.role, coalesce(o.silenced, false) as "isSilenced", r.kind,
           r.posting = 'moderators' as "isReadOnly"
      from messages m
      join rooms r on r.id = m.room_id
      join streams s on s.id = m.room_id
      left join room_members o on o.room_id = m.room_id and o.account_id = ${accountId}
     where m.room_id = ${roomId} and m.seq = ${seq}
       for no key update of m`;
  return row ?? null;
}

/** `editedSeq`: the seq of the event that will report the edit. */
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
 * Leaves tombstones: of what hangs on the messages nothing is kept, nor the digest, from which a short text could be guessed. The room's
 * stream must be locked, and the next events of the room tell of them, in order of seq.
 * @returns those that were not deleted before, by seq; `at`: the time of the deletion, in Unix milliseconds
 */
export async function leaveTombstones(
  db: Db,
  roomId: number,
  seqs: readonly number[],
): Promise<{ seq: number; at: number }[]> {
  return db<{ seq: number; at: number }[]>`
    with due as (
      select id, seq, row_number() over (order by seq) as n from messages
       where room_id = ${roomId} and seq = any(${seqs as number[]}::bigint[]) and deleted_at is null
    ), unmentioned as (delete from mentions where room_id = ${roomId} and seq in (select seq from due)),
       unreacted as (delete from reactions where room_id = ${roomId} and seq in (select seq from due)),
       unpinned as (delete from pins where room_id = ${roomId} and seq in (select seq from due)),
       fileless as (delete from message_files where room_id = ${roomId} and seq in (select seq from due)),
       unindexed as (delete from message_search where message_id in (select id from due)),
       tombstones as (
      update messages m
         set body = '', deleted_at = date_trunc('milliseconds', clock_timestamp()), edited_at = null,
             edited_seq = (select head from streams where id = ${roomId}) + due.n, reply_to = null, has_more = false,
             key_digest = case when m.key is not null then decode(repeat('00', 32), 'hex') end
        from due where m.room_id = ${roomId} and m.seq = due.seq
      returning m.seq, (extract(epoch from m.deleted_at) * 1000)::float8 as at
    )
    select seq, at from tombstones order by seq`;
}
