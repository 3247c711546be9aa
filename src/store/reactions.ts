/** Rows of reactions: who answered which message with which emoji. `reaction_counts` is kept by triggers. */
import type { Db } from './database.ts';

export type ReactionRow = { emoji: string; count: number; mine: boolean };
type Reaction = {
  readonly roomId: number;
  readonly seq: number;
  readonly emoji: string;
  readonly accountId: number;
};

/** @returns whether it is new */
export async function insertReaction(db: Db, { roomId, seq, emoji, accountId }: Reaction): Promise<boolean> {
  const rows = await db`
    insert into reactions (room_id, seq, emoji, account_id) values (${roomId}, ${seq}, ${emoji}, ${accountId})
    on conflict do nothing returning 1`;
  return rows.length > 0;
}

/** @returns whether there was one */
export async function deleteReaction(db: Db, { roomId, seq, emoji, accountId }: Reaction): Promise<boolean> {
  const rows = await db`
    delete from reactions
     where room_id = ${roomId} and seq = ${seq} and emoji = ${emoji} and account_id = ${accountId}
    returning 1`;
  return rows.length > 0;
}

/** The emojis of a message, in the order of their first use. */
export async function listReactions(
  db: Db,
  { roomId, seq }: { readonly roomId: number; readonly seq: number },
  viewerId: number,
): Promise<ReactionRow[]> {
  return db<ReactionRow[]>`
    select c.emoji, c.count, r.emoji is not null as mine
      from reaction_counts c
      left join reactions r
        on r.room_id = c.room_id and r.seq = c.seq and r.emoji = c.emoji and r.account_id = ${viewerId}
     where c.room_id = ${roomId} and c.seq = ${seq}
     order by c.since, c.emoji`;
}
