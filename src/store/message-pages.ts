/** Pages of messages as the native API shows them: with tombstones, reactions and pins, as of one position of the room. */
import type { Db } from './database.ts';
import { messagePayload, quotesBlocked } from './message-payload.ts';

/** The place of a page. `around`: with that message and what is on both sides. */
export type MessagePosition =
  | { readonly before: number }
  | { readonly after: number }
  | { readonly around: number }
  | { readonly newest: true };

/** `payload` null: somebody wrote it whom the viewer has blocked. */
export type ShownMessageRow = { seq: number; payload: Record<string, unknown> | null };
/** `head`: the position of the room that the rows show. */
export type MessagePageRow = { head: number; messages: ShownMessageRow[] };

/** At most `limit` messages, oldest first; of a page around a message, that number on each side. Null: there is no such room. */
export async function findMessagePage(
  db: Db,
  roomId: number,
  position: MessagePosition,
  { viewerId, limit }: { viewerId: number; limit: number },
): Promise<MessagePageRow | null> {
  const [row] = await db<MessagePageRow[]>`
    select s.head, (
        select coalesce(jsonb_agg(jsonb_build_object('seq', shown.seq, 'payload', shown.payload) order by shown.seq), '[]')
          from (
            select m.seq, ${shownPayload(db, viewerId)} as payload
              from (${placesIn(db, roomId, position, limit)}) as m
              join lateral (select * from accounts where id = m.author_id offset 0) as a on true
          ) as shown
      ) as messages
      from streams s
     where s.id = ${roomId}`;
  return row ?? null;
}

/** The earliest position after which there is no message of before `at`, found by halving: seqs and times grow together. */
export async function findPositionAt(db: Db, roomId: number, at: Date): Promise<number> {
  const [row] = await db<{ low: number }[]>`
    with recursive halving as (
      select 1::bigint as low, head + 1 as high from streams where id = ${roomId}
      union all
      select case when m.created_at < ${at} then m.seq + 1 else h.low end,
             case when m.created_at < ${at} then h.high else (h.low + h.high) / 2 end
        from halving h
        left join lateral (
          select seq, created_at from messages
           where room_id = ${roomId} and seq >= (h.low + h.high) / 2
           order by seq limit 1
        ) as m on true
       where h.low < h.high
    )
    select low from halving where low >= high limit 1`;
  return row?.low ?? 1;
}

function placesIn(db: Db, roomId: number, position: MessagePosition, limit: number) {
  const older = (seq: number) => db`
    select * from messages where room_id = ${roomId} and seq < ${seq}::bigint order by seq desc limit ${limit}`;
  const newer = (seq: number) => db`
    select * from messages where room_id = ${roomId} and seq > ${seq}::bigint order by seq limit ${limit}`;
  if ('before' in position) return older(position.before);
  if ('after' in position) return newer(position.after);
  if ('around' in position) return db`(${older(position.around)}) union all (${newer(position.around - 1)})`;
  return db`select * from messages where room_id = ${roomId} order by seq desc limit ${limit}`;
}

/** One message. Null: there is none, or the viewer has blocked its author. */
export async function findShownMessage(
  db: Db,
  roomId: number,
  seq: number,
  viewerId: number,
): Promise<Record<string, unknown> | null> {
  const [row] = await db<Pick<ShownMessageRow, 'payload'>[]>`
    select ${shownPayload(db, viewerId)} as payload
      from messages m
      join lateral (select * from accounts where id = m.author_id offset 0) as a on true
     where m.room_id = ${roomId} and m.seq = ${seq}`;
  return row?.payload ?? null;
}

/** The pinned messages of a room, the last pinned first. */
export async function listPinned(db: Db, roomId: number, viewerId: number, limit: number): Promise<ShownMessageRow[]> {
  return db<ShownMessageRow[]>`
    select m.seq, ${shownPayload(db, viewerId)} as payload
      from (select * from pins where room_id = ${roomId}) as p
      join lateral (select * from messages where room_id = p.room_id and seq = p.seq offset 0) as m on true
      join lateral (select * from accounts where id = m.author_id offset 0) as a on true
     order by p.created_at desc, p.seq desc limit ${limit}`;
}

/** The payload of `messages m` by `accounts a`. Null: the viewer has blocked the author. */
export function shownPayload(db: Db, viewerId: number) {
  return db`case when not exists (select from blocks b where b.account_id = ${viewerId} and b.blocked_id = m.author_id)
    then ${messagePayload(db)} || jsonb_build_object(
      'reactions', (
        select coalesce(jsonb_agg(jsonb_build_object('emoji', c.emoji, 'count', c.count, 'mine', r.emoji is not null)
                                  order by c.since, c.emoji), '[]')
          from reaction_counts c
          left join reactions r
            on r.room_id = c.room_id and r.seq = c.seq and r.emoji = c.emoji and r.account_id = ${viewerId}
         where c.room_id = m.room_id and c.seq = m.seq),
      'pinned', exists (select from pins p where p.room_id = m.room_id and p.seq = m.seq))
      || case when ${quotesBlocked(db, db`select blocked_id from blocks where account_id = ${viewerId}`)}
           then '{"replyTo": null}'::jsonb else '{}' end
    end`;
}
