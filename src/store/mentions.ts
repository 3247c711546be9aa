/** Rows of mentions: which accounts a message names. */
import type { Db } from './database.ts';

/** `key`: of a username (`comparisonKey`). */
export type MentionWanted = { readonly roomId: number; readonly authorId: number; readonly key: string };
/** `n`: which of those wanted it is, from 0. */
export type MentionedRow = { n: number; id: number; uid: string };

/**
 * The accounts of these names that can be mentioned: members of the room, in the lobby anybody; never the author, nor who
 * has blocked the author.
 */
export async function findMentioned(db: Db, wanted: readonly MentionWanted[]): Promise<MentionedRow[]> {
  return db<MentionedRow[]>`
    select (i.n - 1)::int as n, a.id, a.uid
      from unnest(${wanted.map(({ roomId }) => roomId)}::int[], ${wanted.map(({ authorId }) => authorId)}::int[],
                  ${wanted.map(({ key }) => key)}::text[]) with ordinality as i (room_id, author_id, key, n)
      join accounts a on a.username_key = i.key and a.id <> i.author_id
      join rooms r on r.id = i.room_id
      left join room_members m on m.room_id = i.room_id and m.account_id = a.id
     where (r.kind = 'lobby' or m.account_id is not null)
       and not exists (select from blocks b where b.account_id = a.id and b.blocked_id = i.author_id)`;
}

export type NewMentionRow = { readonly roomId: number; readonly seq: number; readonly accountId: number };

export async function insertMentions(db: Db, rows: readonly NewMentionRow[]): Promise<void> {
  await db`
    insert into mentions (room_id, seq, account_id)
    select * from unnest(${rows.map(({ roomId }) => roomId)}::int[], ${rows.map(({ seq }) => seq)}::bigint[],
                         ${rows.map(({ accountId }) => accountId)}::int[])`;
}

/** The message mentions these accounts and no others. @returns the ones that it did not mention before */
export async function replaceMentions(
  db: Db,
  { roomId, seq }: { readonly roomId: number; readonly seq: number },
  accountIds: readonly number[],
): Promise<number[]> {
  const rows = await db<{ account_id: number }[]>`
    with gone as (
      delete from mentions
       where room_id = ${roomId} and seq = ${seq} and account_id <> all(${accountIds as number[]}::int[]))
    insert into mentions (room_id, seq, account_id)
    select ${roomId}, ${seq}, account_id from unnest(${accountIds as number[]}::int[]) as m (account_id)
    on conflict do nothing
    returning account_id`;
  return rows.map((row) => row.account_id);
}
