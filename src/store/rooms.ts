/** Rows of rooms and of who is in them. */
import { type AccountRow, accountColumns, isNamed, type NamedRef } from './accounts.ts';
import type { Db } from './database.ts';

export type RoomKind = 'lobby' | 'direct' | 'group';
/** Writers in a room: all who may enter, or moderators only. */
export type Posting = 'everybody' | 'moderators';
export type RoomRow = {
  id: number;
  uid: string;
  kind: RoomKind;
  name: string;
  title: string | null;
  /** The URL of a picture on another server. */
  avatarUrl: string | null;
  /** The key of the uploaded picture. */
  avatarKey: string | null;
  posting: Posting;
  active_at: Date;
  /** The head of the stream. */
  head: number;
};
export type RoomLookRow = Pick<RoomRow, 'title' | 'avatarUrl' | 'avatarKey' | 'posting'>;
export type MemberRow = AccountRow & { room_id: number };

/** How a room is called: by one of its three keys. */
export type RoomRef = { readonly id: number } | { readonly uid: string } | { readonly name: string };

function columns(db: Db) {
  return db`r.id, r.uid, r.kind, r.name, ${roomLook(db)}, s.active_at, s.head`;
}

/** Of rooms `r`. */
export function roomLook(db: Db) {
  return db`r.title, r.avatar as "avatarUrl", r.avatar_key as "avatarKey", r.posting`;
}

function isCalled(db: Db, ref: RoomRef) {
  if ('id' in ref) return db`r.id = ${ref.id}`;
  return 'uid' in ref ? db`r.uid = ${ref.uid}` : db`r.name = ${ref.name}`;
}

/** The room, whoever its members are. */
export async function findRoom(db: Db, ref: RoomRef): Promise<RoomRow | null> {
  const [row] = await db<RoomRow[]>`
    select ${columns(db)} from rooms r join streams s on s.id = r.id
     where ${isCalled(db, ref)} and r.deleted_at is null`;
  return row ?? null;
}

/** The room, if the account is one of its members or it is the lobby. */
export async function findRoomFor(db: Db, ref: RoomRef, accountId: number): Promise<RoomRow | null> {
  const [row] = await db<RoomRow[]>`
    select ${columns(db)}
      from rooms r
      join streams s on s.id = r.id
     where ${isCalled(db, ref)}
       and (r.kind = 'lobby'
            or exists (select from room_members m where m.room_id = r.id and m.account_id = ${accountId}))`;
  return row ?? null;
}

/** The account's direct room with one of these people; the oldest where there are several. */
export async function findDirectRoomWith(db: Db, id: number, others: readonly NamedRef[]): Promise<RoomRow | null> {
  if (others.length === 0) return null;
  const [row] = await db<RoomRow[]>`
    select ${columns(db)}
      from accounts o
      join direct_rooms d on d.low_id = least(o.id, ${id}) and d.high_id = greatest(o.id, ${id})
      join rooms r on r.id = d.room_id
      join streams s on s.id = r.id
     where ${isNamed(db, others)}
     order by r.id limit 1`;
  return row ?? null;
}

export async function findDirectRoom(db: Db, one: number, other: number): Promise<RoomRow | null> {
  const [row] = await db<RoomRow[]>`
    select ${columns(db)}
      from direct_rooms d
      join rooms r on r.id = d.room_id
      join streams s on s.id = r.id
     where d.low_id = ${Math.min(one, other)} and d.high_id = ${Math.max(one, other)}`;
  return row ?? null;
}

/** Locks the pair until the transaction ends, so that the direct room of the two is created once. */
export async function lockDirectPair(db: Db, one: number, other: number): Promise<void> {
  await db`select pg_advisory_xact_lock(${Math.min(one, other)}::int, ${Math.max(one, other)}::int)`;
}

/** @throws a unique violation of `direct_rooms_low_id_high_id_key` */
export async function insertDirectPair(db: Db, roomId: number, one: number, other: number): Promise<void> {
  await db`
    insert into direct_rooms (room_id, low_id, high_id)
    values (${roomId}, ${Math.min(one, other)}, ${Math.max(one, other)})`;
}

/** The stream that a new room will be. */
export async function insertStream(db: Db): Promise<number> {
  const [row] = await db<[{ id: number }]>`insert into streams default values returning id`;
  return row.id;
}

export type NewRoomRow = {
  streamId: number;
  kind: RoomKind;
  name: string;
  title: string | null;
  avatarUrl: string | null;
  creatorId: number;
  /** The idempotency key, with the digest of the request that used it. */
  key?: string;
  digest?: Uint8Array;
};

/**
 * @returns null when another room has that name
 * @throws a unique violation of `rooms_key`
 */
export async function insertRoom(db: Db, room: NewRoomRow): Promise<RoomRow | null> {
  const [row] = await db<RoomRow[]>`
    with r as (
      insert into rooms (id, kind, name, title, avatar, creator_id, key, key_digest)
      values (${room.streamId}, ${room.kind}, ${room.name}, ${room.title}, ${room.avatarUrl}, ${room.creatorId},
              ${room.key ?? null}, ${room.digest ?? null})
      on conflict (name) do nothing
      returning id, uid, kind, name, title, avatar, avatar_key, posting
    )
    select ${columns(db)} from r join streams s on s.id = r.id`;
  return row ?? null;
}

/**
 * A number to put behind a name that is taken, `step` after the last one; a transaction that wants one for the same name
 * waits until this one has ended.
 */
export async function takeNameNumber(db: Db, base: string, step: number): Promise<number> {
  const [row] = await db<[{ used: number }]>`
    insert into room_names (base, used) values (${base}, 1 + ${step}::int)
    on conflict (base) do update set used = room_names.used + ${step}::int
    returning used`;
  return row.used;
}

/** The room that the account made with this idempotency key, with the digest of what was sent with it. */
export async function findRoomByKey(
  db: Db,
  creatorId: number,
  key: string,
): Promise<{ digest: Uint8Array; made: RoomRow } | null> {
  const [row] = await db<(RoomRow & { key_digest: Uint8Array })[]>`
    select ${columns(db)}, r.key_digest
      from rooms r join streams s on s.id = r.id where r.creator_id = ${creatorId} and r.key = ${key}`;
  if (row === undefined) return null;
  const { key_digest: digest, ...made } = row;
  return { digest, made };
}

/** `ownerId`: which of them is the owner. */
export async function insertMembers(
  db: Db,
  roomId: number,
  accountIds: readonly number[],
  ownerId: number | null = null,
): Promise<void> {
  await db`
    insert into room_members (room_id, account_id, role)
    select ${roomId}, account_id, case account_id when ${ownerId}::int then 'owner' else 'member' end
      from unnest(${accountIds as number[]}::int[]) as m (account_id)`;
}

/** Members of these rooms, `each` of a room at most, by room and id; `offset 0` for the reason given at `listRoomsByActivity`. */
export async function listMembers(db: Db, roomIds: readonly number[], each: number): Promise<MemberRow[]> {
  return db<MemberRow[]>`
    select m.room_id, a.*
      from unnest(${roomIds as number[]}::int[]) as r (id)
      cross join lateral (
        select room_id, account_id from room_members where room_id = r.id order by account_id limit ${each}) as m
      join lateral (select ${accountColumns(db)} from accounts where id = m.account_id offset 0) as a on true
     order by m.room_id, a.id`;
}

/** The last room of a page sorted by activity; the next page begins after it. */
export type ActivityMark = { readonly activeAt: Date; readonly id: number };

/**
 * The account's rooms, those where somebody spoke last first; `before`: only what comes after that mark. The order is in
 * no index (see the migration): each of the account's rooms is looked up once (`offset 0` keeps the planner from reading
 * through all streams instead), and the newest are kept.
 */
export async function listRoomsByActivity(
  db: Db,
  accountId: number,
  before: ActivityMark | null,
  limit: number,
): Promise<RoomRow[]> {
  const earlier = before ? db`(s.active_at, s.id) < (${before.activeAt}, ${before.id})` : db`true`;
  return db<RoomRow[]>`
    select ${columns(db)}
      from (
        select s.id, s.active_at, s.head
          from room_members m
          join lateral (select id, active_at, head from streams where id = m.room_id offset 0) as s on ${earlier}
         where m.account_id = ${accountId}
         order by s.active_at desc, s.id desc limit ${limit}
      ) as s
      join rooms r on r.id = s.id
     order by s.active_at desc, s.id desc`;
}

/** The account's rooms and the lobby, by id, after the first `skip`: those are walked over in an index alone. */
export async function listRoomsOf(db: Db, accountId: number, skip: number, limit: number): Promise<RoomRow[]> {
  return db<RoomRow[]>`
    select ${columns(db)}
      from (
        select id from (
          (select room_id as id from room_members where account_id = ${accountId} order by room_id)
          union all
          (select id from rooms where kind = 'lobby' order by id)
        ) as visible
        order by id offset ${skip} limit ${limit}
      ) as page
      join rooms r on r.id = page.id
      join streams s on s.id = page.id
     order by r.id`;
}

/** The account's rooms, by id, after the first `skip`: those are walked over in an index alone. */
export async function listMemberRooms(db: Db, accountId: number, skip: number, limit: number): Promise<RoomRow[]> {
  return db<RoomRow[]>`
    select ${columns(db)}
      from (
        select room_id as id from room_members
         where account_id = ${accountId} order by room_id offset ${skip} limit ${limit}
      ) as page
      join rooms r on r.id = page.id
      join streams s on s.id = page.id
     order by r.id`;
}

/** All rooms by id, after the first `skip`: those are walked over in an index alone. */
export async function listAllRooms(db: Db, skip: number, limit: number): Promise<RoomRow[]> {
  return db<RoomRow[]>`
    select ${columns(db)}
      from (select id from rooms order by id offset ${skip} limit ${limit}) as page
      join rooms r on r.id = page.id and r.deleted_at is null
      join streams s on s.id = page.id
     order by r.id`;
}

/** The first members of each of these rooms, by how long they have been there. */
export async function listFirstMembers(db: Db, roomIds: readonly number[], each: number): Promise<MemberRow[]> {
  return db<MemberRow[]>`
    select m.room_id, a.*
      from unnest(${roomIds as number[]}::int[]) as r (id)
      cross join lateral (
        select room_id, account_id, joined_at from room_members
         where room_id = r.id order by joined_at, account_id limit ${each}) as m
      join lateral (select ${accountColumns(db)} from accounts where id = m.account_id offset 0) as a on true
     order by m.room_id, m.joined_at, m.account_id`;
}

export async function updateRoom(
  db: Db,
  id: number,
  { title, avatarUrl, avatarKey, posting }: RoomLookRow,
): Promise<void> {
  await db`
    update rooms set title = ${title}, avatar = ${avatarUrl}, avatar_key = ${avatarKey}, posting = ${posting}
     where id = ${id}`;
}

/** The rest of it is deleted later (`findDeletedRooms`). Its name is free. `ifEmpty`: only one without members but hooks. */
export async function markRoomDeleted(db: Db, id: number, { ifEmpty = false } = {}): Promise<void> {
  await db`
    update rooms set deleted_at = now(), name = gen_random_uuid()::text, title = null, avatar = null, avatar_key = null
     where id = ${id} and (not ${ifEmpty} or not exists (
       select from room_members m join accounts a on a.id = m.account_id where m.room_id = ${id} and a.kind <> 'hook'))`;
}

export async function findDeletedRooms(db: Db, limit: number): Promise<number[]> {
  const rows = await db<{ id: number }[]>`
    select id from rooms where deleted_at is not null order by id limit ${limit}`;
  return rows.map(({ id }) => id);
}

/** Any messages of a room that is being deleted, and soon the accounts of hooks that wrote them. @returns how many messages */
export async function deleteMessagesIn(db: Db, roomId: number, limit: number): Promise<number> {
  const [row] = await db<[{ count: number }]>`
    with gone as (
      delete from messages where id in (select id from messages where room_id = ${roomId} limit ${limit}) returning author_id
    ), leaving as (${leaveHooks(db, db`select author_id from gone`)})
    select count(*) from gone`;
  return row.count;
}

/** With their streams and messages, and soon the accounts of their hooks. */
export async function deleteRooms(db: Db, ids: readonly number[]): Promise<void> {
  const rooms = db`any(${ids as number[]}::int[])`;
  await db`
    with leaving as (${leaveHooks(
      db,
      db`select account_id from incoming_hooks where room_id = ${rooms} union select author_id from messages where room_id = ${rooms}`,
    )})
    delete from streams where id = ${rooms}`;
}

/** Accounts of hooks write in one room only. */
function leaveHooks(db: Db, ids: ReturnType<Db>) {
  return db`update accounts set leaving_at = now() where kind = 'hook' and leaving_at is null and id in (${ids})`;
}
