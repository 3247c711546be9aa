/** Rows of messages. */
import postgres from 'postgres';
import type { Db, Fragment } from './database.ts';
import { messagePayload, quoteObject } from './message-payload.ts';

/** `key`: of idempotency, unique for its author. `digest`: of what was sent with it. */
export type Keyed = { readonly key: string; readonly digest: Uint8Array };
/** Fields that few messages have. `hasMore`: rows of mentions or files. */
export type MessageExtras = {
  readonly keyed: Keyed | null;
  readonly replyTo: number | null;
  readonly hasMore: boolean;
};
/** `extras`: left out if no message of the batch has any. */
export type NewMessageRows = { roomIds: number[]; authorIds: number[]; bodies: string[]; extras?: MessageExtras[] };
/** `at`: Unix milliseconds. */
export type InsertedMessageRow = { id: number; room_id: number; author_id: number; seq: number; at: number };
/** `payload`: what its `message.created` says. */
export type MessageRow = { payload: Record<string, unknown> };

/**
 * Stores a batch in one statement, each room's messages in the order given. Streams are locked in order of id, so two
 * nodes with batches for the same rooms wait for each other and never deadlock. Messages of authors who
 * are not members of the room, are silenced there, or may only read there, are left out.
 * @returns one row a stored message, those of one room in the order given
 * @throws what `isStrangersMessage` knows, when its author was taken out of the room while this waited for others; a unique violation
 * of `messages_key`
 */
export async function insertMessages(db: Db, rows: NewMessageRows): Promise<InsertedMessageRow[]> {
  const { roomIds, authorIds, bodies, extras } = rows;
  const more = extras === undefined ? null : extraColumns(db, extras);
  return db<InsertedMessageRow[]>`
    with input as (
      select i.* from unnest(${roomIds}::int[], ${authorIds}::int[], ${bodies}::text[] ${more?.values ?? db``})
        with ordinality as i (room_id, author_id, body ${more?.names ?? db``}, n)
        join rooms r on r.id = i.room_id
        left join room_members m on m.room_id = i.room_id and m.account_id = i.author_id
       where (r.kind = 'lobby' or (m.account_id is not null and not m.silenced))
         and (r.posting = 'everybody' or ${moderates(db, db`i.author_id`)})
    ), counts as (
      select room_id, count(*) as n from input group by room_id
    ), locked as (
      select id from streams where id in (select room_id from counts) order by id for update
    ), advanced as (
      update streams s set head = s.head + c.n, active_at = date_trunc('milliseconds', clock_timestamp())
        from locked l join counts c on c.room_id = l.id
       where s.id = l.id
      returning s.id, s.head - c.n as base
    )
    insert into messages (room_id, seq, author_id, body, created_at ${more?.names ?? db``})
    select i.room_id, a.base + row_number() over (partition by i.room_id order by i.n), i.author_id, i.body,
           date_trunc('milliseconds', clock_timestamp()) ${more?.selected ?? db``}
      from input i join advanced a on a.id = i.room_id
     order by i.room_id, i.n
    returning id, room_id, author_id, seq, (extract(epoch from created_at) * 1000)::float8 as at`;
}

/** Whether the account, a room member `m` if there is one, may write where only moderators do. */
export function moderates(db: Db, accountId: Fragment) {
  return db`(coalesce(m.role, 'member') <> 'member' or (select role <> 'member' from accounts where id = ${accountId}))`;
}

/** The pairs whose account may enter the room but not write there. */
export async function findReadOnly(
  db: Db,
  wanted: readonly { readonly roomId: number; readonly accountId: number }[],
): Promise<{ room_id: number; author_id: number }[]> {
  return db<{ room_id: number; author_id: number }[]>`
    select distinct i.room_id, i.author_id
      from unnest(${wanted.map(({ roomId }) => roomId)}::int[], ${wanted.map(({ accountId }) => accountId)}::int[])
             as i (room_id, author_id)
      join rooms r on r.id = i.room_id and r.posting = 'moderators'
      left join room_members m on m.room_id = i.room_id and m.account_id = i.author_id
     where r.kind = 'lobby' or (m.account_id is not null and not m.silenced)`;
}

function extraColumns(db: Db, extras: readonly MessageExtras[]) {
  const keys = extras.map(({ keyed }) => keyed?.key ?? null);
  const digests = extras.map(({ keyed }) => keyed && Buffer.from(keyed.digest).toString('hex'));
  const replies = extras.map(({ replyTo }) => replyTo);
  const more = extras.map(({ hasMore }) => Number(hasMore));
  return {
    names: db`, key, key_digest, reply_to, has_more`,
    values: db`, ${keys as string[]}::text[], ${digests as string[]}::text[], ${replies as number[]}::bigint[], ${more}::int[]`,
    selected: db`, i.key, decode(i.key_digest, 'hex'), i.reply_to, i.has_more <> 0`,
  };
}

/** A message that was sent with that key before. `readable`: its author may still enter the room. */
export type KeyedMessageRow = MessageRow & { author_id: number; key: string; digest: Buffer; readable: boolean };

/** The messages that were sent with these keys before. */
export async function findKeyedMessages(
  db: Db,
  wanted: readonly { readonly authorId: number; readonly key: string }[],
): Promise<KeyedMessageRow[]> {
  return db<KeyedMessageRow[]>`
    select m.author_id, m.key, m.key_digest as digest, ${messagePayload(db)} as payload,
           exists (select from rooms r where r.id = m.room_id and r.kind = 'lobby')
             or exists (select from room_members o where o.room_id = m.room_id and o.account_id = m.author_id) as readable
      from unnest(${wanted.map(({ authorId }) => authorId)}::int[], ${wanted.map(({ key }) => key)}::text[])
             as i (author_id, key)
      join messages m on m.author_id = i.author_id and m.key = i.key
      join lateral (select * from accounts where id = m.author_id offset 0) as a on true`;
}

export type QuoteRow = { room_id: number; seq: number; account_id: number; quote: Record<string, unknown> };

/** The quotes of these in messages that answer them. Deleted ones, and those of rooms that the account may not enter, are left out. */
export async function findQuotes(
  db: Db,
  wanted: readonly { readonly roomId: number; readonly seq: number; readonly accountId: number }[],
): Promise<QuoteRow[]> {
  return db<QuoteRow[]>`
    select q.room_id, q.seq, i.account_id, ${quoteObject(db)} as quote
      from (select distinct * from unnest(${wanted.map(({ roomId }) => roomId)}::int[],
                                          ${wanted.map(({ seq }) => seq)}::bigint[],
                                          ${wanted.map(({ accountId }) => accountId)}::int[])
                              as i (room_id, seq, account_id)) as i
      join rooms r on r.id = i.room_id
      left join room_members m on m.room_id = i.room_id and m.account_id = i.account_id
      join messages q on q.room_id = i.room_id and q.seq = i.seq and q.deleted_at is null
      join lateral (select * from accounts where id = q.author_id offset 0) as qa on true
     where r.kind = 'lobby' or m.account_id is not null`;
}

/** Whether the database refused a message because its author is not (any more) a member of the room. */
export function isStrangersMessage(error: unknown): boolean {
  return error instanceof postgres.PostgresError && error.code === 'KO001';
}

/**
 * The newest messages of a room after the first `skip`, oldest first, without deleted ones. A seq doesn't tell how many there are above it
 * (some may be gone), so those are counted, in indexes alone; never more than there can be.
 */
export async function listMessagesAfterSkip(
  db: Db,
  roomId: number,
  skip: number,
  limit: number,
): Promise<MessageRow[]> {
  return db<MessageRow[]>`
    select payload from (
      select m.seq, ${messagePayload(db)} as payload
        from messages m
        join accounts a on a.id = m.author_id
       where m.room_id = ${roomId} and m.deleted_at is null and m.seq <= (
         select o.seq from messages o
          where o.room_id = ${roomId} and (select head from streams where id = ${roomId}) > ${skip}
            and not exists (
              select from messages d where d.room_id = o.room_id and d.seq = o.seq and d.deleted_at is not null)
          order by o.seq desc offset ${skip} limit 1)
       order by m.seq desc limit ${limit}
    ) as page order by seq`;
}

/**
 * The newest messages of a room with an id below that, oldest first, without deleted ones. Within a room, ids rise with seqs: the place of
 * the id, which may be gone or of another room, is found by halving.
 */
export async function listMessagesBefore(db: Db, roomId: number, id: number, limit: number): Promise<MessageRow[]> {
  return db<MessageRow[]>`
    with recursive place (below, above) as (
      select 0::bigint, head + 1 from streams where id = ${roomId}
      union all
      select case when probe.id < ${id} then probe.seq else place.below end,
             case when probe.id < ${id} then place.above else (place.below + place.above) / 2 end
        from place
        left join lateral (
          select m.id, m.seq from messages m
           where m.room_id = ${roomId} and m.seq >= (place.below + place.above) / 2
           order by m.seq limit 1) as probe on true
       where place.above - place.below > 1
    )
    select payload from (
      select m.seq, ${messagePayload(db)} as payload
        from messages m
        join accounts a on a.id = m.author_id
       where m.room_id = ${roomId} and m.deleted_at is null and m.seq <= (select max(below) from place)
       order by m.seq desc limit ${limit}
    ) as page order by seq`;
}

/** The newest messages of a room, oldest first, without deleted ones. */
export async function listLatestMessages(db: Db, roomId: number, limit: number): Promise<MessageRow[]> {
  return db<MessageRow[]>`
    select payload from (
      select m.seq, ${messagePayload(db)} as payload
        from messages m
        join accounts a on a.id = m.author_id
       where m.room_id = ${roomId} and m.deleted_at is null
       order by m.seq desc limit ${limit}
    ) as page order by seq`;
}

/** These messages of a room, by seq; those that are gone are left out. */
export async function findMessages(db: Db, roomId: number, seqs: readonly number[]): Promise<MessageRow[]> {
  return db<MessageRow[]>`
    select ${messagePayload(db)} as payload
      from messages m
      join lateral (select * from accounts where id = m.author_id offset 0) as a on true
     where m.room_id = ${roomId} and m.seq = any(${seqs as number[]}::bigint[])
     order by m.seq`;
}
