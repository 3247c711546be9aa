/** Rows of several tables, read together: what events refer to. */
import { type AccountRow, accountColumns } from './accounts.ts';
import { type CommentRow, commentColumns } from './comments.ts';
import type { Db } from './database.ts';
import { messagePayload } from './message-payload.ts';
import { type RoomLookRow, roomLook } from './rooms.ts';

/** By the kind of what is referred to; a message as the payload of its `message.created`. */
export type ReferredRows = {
  account: AccountRow;
  comment: CommentRow;
  message: Record<string, unknown>;
  room: RoomLookRow;
};
export type ReferredKind = keyof ReferredRows;

/** `id`: of the row; of a message: of its room. */
export type Reference = { readonly kind: ReferredKind; readonly id: number; readonly seq?: number };

export type Found = { readonly [Kind in ReferredKind]: ReadonlyMap<string, ReferredRows[Kind]> };

/** The key in `Found`. */
export function keyOfReference({ id, seq }: Pick<Reference, 'id' | 'seq'>): string {
  return seq === undefined ? `${id}` : `${id} ${seq}`;
}

/** One statement, whatever is referred to. Things that are gone are left out. */
export async function findReferences(db: Db, references: readonly Reference[]): Promise<Found> {
  const idsOf = (kind: ReferredKind) => [...new Set(references.flatMap((one) => (one.kind === kind ? [one.id] : [])))];
  const ofMessages = references.filter(({ kind }) => kind === 'message');
  const messages = [...new Map(ofMessages.map((one) => [keyOfReference(one), one])).values()];
  const rows = await db<{ kind: ReferredKind; id: number; seq: number | null; found: object }[]>`
    select 'account' as kind, x.id, null::bigint as seq, to_jsonb(x) as found
      from (select ${accountColumns(db)} from accounts where id = any(${idsOf('account')}::int[])) as x
    union all
    select 'comment', x.id, null, to_jsonb(x) from (
      select ${commentColumns(db)} from comments c join posts p on p.id = c.post_id join accounts a on a.id = c.author_id
       where c.id = any(${idsOf('comment')}::int[])) as x
    union all
    select 'message', m.room_id, m.seq, ${messagePayload(db)}
      from unnest(${messages.map(({ id }) => id)}::int[], ${messages.map(({ seq = 0 }) => seq)}::bigint[]) as w (room_id, seq)
      join messages m using (room_id, seq)
      join lateral (select * from accounts where id = m.author_id offset 0) as a on true
    union all
    select 'room', x.id, null, to_jsonb(x) - 'id'
      from (select r.id, ${roomLook(db)} from rooms r where id = any(${idsOf('room')}::int[]) and deleted_at is null) as x`;
  const found = { account: new Map(), comment: new Map(), message: new Map(), room: new Map() };
  for (const { kind, id, seq, found: row } of rows)
    found[kind].set(keyOfReference({ id, ...(seq !== null && { seq }) }), kind === 'comment' ? withTimes(row) : row);
  return found;
}

/** JSON has texts in place of times. */
function withTimes(row: object): CommentRow {
  const { created_at, edited_at, ...comment } = row as Omit<CommentRow, 'created_at' | 'edited_at'> & {
    created_at: string;
    edited_at: string | null;
  };
  return { ...comment, created_at: new Date(created_at), edited_at: edited_at === null ? null : new Date(edited_at) };
}
