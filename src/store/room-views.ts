/** Rooms as single accounts see them, with how far each has read. Everything is looked up by index, and counted up to a cap. */
import type { Db } from './database.ts';
import { messagePayload, quotesBlocked } from './message-payload.ts';
import { type ActivityMark, type RoomKind, type RoomLookRow, roomLook } from './rooms.ts';

/** How far an account has read a room. */
export type MarksRow = {
  room_id: number;
  uid: string;
  /** The position of the room at which they were counted. */
  head: number;
  read_seq: number;
  unread: number;
  mentions: number;
};

export type RoomViewRow = RoomLookRow & {
  account_id: number;
  id: number;
  uid: string;
  kind: RoomKind;
  members_count: number | null;
  role: 'owner' | 'moderator' | 'member';
  head: number;
  active_at: Date;
  read_seq: number;
  /** Null: as usual for the kind of room. */
  notify: 'all' | 'mentions' | 'nothing' | null;
  unread: number;
  mentions: number;
  /** The payload of the newest message; null: there is none, or a blocked account wrote it. */
  last_message: Record<string, unknown> | null;
};

/** An account and a room that it may have entered. */
export type RoomReader = { readonly accountId: number; readonly roomId: number };

/** Counts end there: clients show 99+. */
const COUNTED = 100;
/** Messages after the mark that are looked at for that: the newest. One's own and deleted ones do not count. */
const LOOKED_AT = 3_000;

/** The rooms, in the order given. Those that the account may not enter are left out. */
export async function listRoomViews(db: Db, readers: readonly RoomReader[]): Promise<RoomViewRow[]> {
  return viewsOf(db, readersOf(db, readers));
}

/**
 * The account's rooms and the lobby, those where somebody spoke last first; `before`: only what comes after that mark. Each is
 * looked up once, as in `listRoomsByActivity`.
 */
export async function listRoomViewsByActivity(
  db: Db,
  accountId: number,
  before: ActivityMark | null,
  limit: number,
): Promise<RoomViewRow[]> {
  const earlier = before ? db`(s.active_at, s.id) < (${before.activeAt}, ${before.id})` : db`true`;
  return viewsOf(
    db,
    db`select ${accountId}::int as account_id, s.id as room_id,
              row_number() over (order by s.active_at desc, s.id desc) as n
         from (
           select room_id from room_members where account_id = ${accountId}
           union all
           select id from rooms where kind = 'lobby'
         ) as own
         join lateral (select id, active_at from streams where id = own.room_id offset 0) as s on ${earlier}
        order by s.active_at desc, s.id desc limit ${limit}`,
  );
}

/** How far each has read, in the order given. */
export async function listMarks(db: Db, readers: readonly RoomReader[]): Promise<MarksRow[]> {
  return db<MarksRow[]>`
    select r.id as room_id, r.uid, s.head, k.read_seq, ${unread(db)} as unread, ${mentions(db)} as mentions
      from (${readersOf(db, readers)}) as p
      join rooms r on r.id = p.room_id
      join lateral (select head from streams where id = p.room_id offset 0) as s on true
      ${marks(db)}
     order by p.n`;
}

function readersOf(db: Db, readers: readonly RoomReader[]) {
  const accountIds = readers.map(({ accountId }) => accountId);
  const roomIds = readers.map(({ roomId }) => roomId);
  return db`
    select account_id, room_id, n
      from unnest(${accountIds}::int[], ${roomIds}::int[]) with ordinality as given (account_id, room_id, n)`;
}

/** `page (account_id, room_id, n)`: who sees which room, and its place. `offset 0`: as in `listRoomsByActivity`. */
function viewsOf(db: Db, page: ReturnType<typeof readersOf>) {
  return db<RoomViewRow[]>`
    select p.account_id, r.id, r.uid, r.kind, ${roomLook(db)}, r.members_count, coalesce(m.role, 'member') as role,
           s.head, s.active_at, k.read_seq, k.notify, ${unread(db)} as unread, ${mentions(db)} as mentions,
           last.payload as last_message
      from (${page}) as p
      join rooms r on r.id = p.room_id
      join lateral (select head, active_at from streams where id = p.room_id offset 0) as s on true
      left join lateral (
        select role from room_members where room_id = p.room_id and account_id = p.account_id offset 0) as m on true
      ${marks(db)}
      left join lateral (
        select ${messagePayload(db)}
                 || case when ${quotesBlocked(db, db`select unnest(k.blocked)`)} then '{"replyTo": null}'::jsonb else '{}' end as payload
          from (select * from messages where room_id = p.room_id order by seq desc limit 1) as m
          join lateral (select * from accounts where id = m.author_id offset 0) as a on m.author_id <> all (k.blocked)
      ) as last on true
     where r.kind = 'lobby' or m.role is not null
     order by p.n`;
}

/** Joins `k`: the marks of `p`, and whom `p` has blocked. */
function marks(db: Db) {
  return db`
    join lateral (
      select read_seq, notify, array(select blocked_id from blocks where account_id = p.account_id) as blocked
        from room_marks where room_id = p.room_id and account_id = p.account_id offset 0) as k on true`;
}

/** Messages of others after the mark, for `p` and `k`. */
function unread(db: Db) {
  return db`(
    select count(*)::int from (
      select from (
        select author_id, deleted_at from messages
         where room_id = p.room_id and seq > k.read_seq order by seq desc limit ${LOOKED_AT}) as after
       where author_id <> all (k.blocked || p.account_id) and deleted_at is null limit ${COUNTED}) as counted)`;
}

/** Of `p` and `k`. */
function mentions(db: Db) {
  return db`(
    select count(*)::int from (
      select from mentions
       where account_id = p.account_id and room_id = p.room_id and seq > k.read_seq limit ${COUNTED}) as counted)`;
}
