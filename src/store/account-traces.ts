/** Deletes the traces of an account in other tables, in bounded batches, and returns the changes that must be published. */
import type { Db } from './database.ts';
import { deleteRooms, type RoomLookRow, roomLook } from './rooms.ts';

/** Some of the account's messages. */
export async function findMessagesOf(
  db: Db,
  accountId: number,
  limit: number,
): Promise<{ id: number; room_id: number }[]> {
  return db<
    { id: number; room_id: number }[]
  >`select id, room_id from messages where author_id = ${accountId} limit ${limit}`;
}

export async function deleteMessages(db: Db, ids: readonly number[]): Promise<void> {
  await db`delete from messages where id = any(${ids as number[]}::bigint[])`;
}

export async function countMessagesOf(db: Db, accountId: number): Promise<number> {
  const [row] = await db<[{ count: number }]>`select count(*) from messages where author_id = ${accountId}`;
  return row.count;
}

/** With all that hangs on them. */
export async function deletePostsOf(db: Db, accountId: number, limit: number): Promise<{ id: number; uid: string }[]> {
  return db<{ id: number; uid: string }[]>`
    delete from posts
     where id in (select id from posts where author_id = ${accountId} order by id limit ${limit})
    returning id, uid`;
}

export async function deleteCommentsOf(
  db: Db,
  accountId: number,
  limit: number,
): Promise<{ id: number; post_id: number; post_uid: string }[]> {
  return db<{ id: number; post_id: number; post_uid: string }[]>`
    delete from comments c using posts p
     where c.id in (select id from comments where author_id = ${accountId} limit ${limit}) and p.id = c.post_id
    returning c.id, c.post_id, p.uid as post_uid`;
}

/** @returns the posts that they liked */
export async function deleteLikesOf(db: Db, accountId: number, limit: number): Promise<number[]> {
  const rows = await db<{ post_id: number }[]>`
    delete from likes
     where account_id = ${accountId}
       and post_id in (select post_id from likes where account_id = ${accountId} limit ${limit})
    returning post_id`;
  return rows.map((row) => row.post_id);
}

export async function findLikesCounts(
  db: Db,
  postIds: readonly number[],
): Promise<{ id: number; uid: string; likes_count: number }[]> {
  return db<{ id: number; uid: string; likes_count: number }[]>`
    select id, uid, likes_count from posts where id = any(${postIds as number[]}::int[]) order by id`;
}

/** The counters of views stay as they are. @returns how many views were deleted */
export async function deleteViewsOf(db: Db, accountId: number, limit: number): Promise<number> {
  const { count } = await db`
    delete from post_views
     where account_id = ${accountId}
       and post_id in (select post_id from post_views where account_id = ${accountId} limit ${limit})`;
  return count;
}

/** @returns how many */
export async function deleteReactionsOf(db: Db, accountId: number, limit: number): Promise<number> {
  const { count } = await db`
    delete from reactions
     where account_id = ${accountId}
       and (room_id, seq, emoji) in (select room_id, seq, emoji from reactions where account_id = ${accountId} limit ${limit})`;
  return count;
}

/** The row lock keeps other transactions from adding rows that refer to the account. @returns its uid; null: it is gone */
export async function lockAccount(db: Db, accountId: number): Promise<string | null> {
  const [row] = await db<{ uid: string }[]>`select uid from accounts where id = ${accountId} for update`;
  return row?.uid ?? null;
}

/** The rooms that the account is a member of. */
export async function findMemberships(db: Db, accountId: number): Promise<number[]> {
  const rows = await db<{ room_id: number }[]>`
    select room_id from room_members where account_id = ${accountId} order by room_id`;
  return rows.map((row) => row.room_id);
}

/** The groups with a picture that the account uploaded. */
export async function findPicturedRooms(db: Db, accountId: number): Promise<number[]> {
  const rows = await db<{ id: number }[]>`
    select r.id from rooms r join objects o on o.key = r.avatar_key where o.account_id = ${accountId}`;
  return rows.map(({ id }) => id);
}

/** Also letters that others caused, such as invitations. */
export async function deleteMailsTo(db: Db, accountId: number): Promise<void> {
  await db`delete from mails where recipient_key = (select email_key from accounts where id = ${accountId})`;
}

export async function deleteMemberships(db: Db, accountId: number): Promise<void> {
  await db`delete from room_members where account_id = ${accountId}`;
}

export async function findFriendIds(db: Db, accountId: number): Promise<number[]> {
  const rows = await db<{ id: number }[]>`
    select low_id as id from friendships where high_id = ${accountId}
    union all
    select high_id from friendships where low_id = ${accountId}`;
  return rows.map(({ id }) => id);
}

type ChangedRoomRow = RoomLookRow & { id: number };

/** Removes the pictures that the account uploaded for groups. @returns what these look like now */
export async function clearRoomPicturesOf(db: Db, accountId: number): Promise<ChangedRoomRow[]> {
  return db<ChangedRoomRow[]>`
    update rooms r set avatar_key = null from objects o
     where o.key = r.avatar_key and o.account_id = ${accountId}
    returning r.id, ${roomLook(db)}`;
}

/**
 * Removes the titles, and the addresses of pictures, that the account gave to rooms. Names made of those titles or of its username are
 * replaced by random ones, and the counters of these names are deleted. Rooms without other members but hooks are
 * deleted with their messages.
 * @returns what the groups look like that lost a title or a picture
 */
export async function clearRoomsOf(db: Db, accountId: number): Promise<ChangedRoomRow[]> {
  const rooms = await db<{ id: number; names: string[]; alone: boolean; named: boolean }[]>`
    select r.id, array[r.name, regexp_replace(r.name, '-[0-9]+$', '')] as names,
           not exists (select from room_members o join accounts a on a.id = o.account_id
                        where o.room_id = r.id and o.account_id <> ${accountId} and a.kind <> 'hook') as alone,
           r.title is null or r.creator_id = ${accountId} as named
      from rooms r
     where r.kind <> 'lobby'
       and r.id in (select id from rooms where creator_id = ${accountId}
                     union select room_id from room_members where account_id = ${accountId})`;
  const alone = rooms.filter((room) => room.alone);
  const renamed = rooms.filter((room) => !room.alone && room.named);
  const bases = [...alone, ...renamed].flatMap(({ names }) => names);
  await db`delete from room_names where base = any(${bases}::text[])`;
  await deleteRooms(
    db,
    alone.map(({ id }) => id),
  );
  const rows = await db<(ChangedRoomRow & { changed: boolean })[]>`
    update rooms r
       set name = gen_random_uuid()::text,
           title = case when r.creator_id = ${accountId} then null else r.title end,
           avatar = case when r.creator_id = ${accountId} then null else r.avatar end
      from rooms before
     where r.id = any(${renamed.map(({ id }) => id)}::int[]) and before.id = r.id
    returning r.id, ${roomLook(db)}, (before.title, before.avatar) is distinct from (r.title, r.avatar) as changed`;
  return rows.filter(({ changed }) => changed);
}

/** Deletes events after `seq` whose author is the account, and its comments inside other events. */
export async function deleteEventsOf(db: Db, streamId: number, accountId: number, seq = 0): Promise<void> {
  await db`
    delete from events
     where stream_id = ${streamId} and seq > ${seq} and payload -> 'author' -> 'id' = to_jsonb(${accountId}::int)`;
  await db`
    update events
       set payload = jsonb_set(payload, '{comments}', coalesce((
             select jsonb_agg(c.comment order by c.n)
               from jsonb_array_elements(payload -> 'comments') with ordinality as c (comment, n)
              where c.comment -> 'author' -> 'id' <> to_jsonb(${accountId}::int)), '[]'))
     where stream_id = ${streamId} and seq > ${seq}
       and payload -> 'comments' @> jsonb_build_array(jsonb_build_object('author', jsonb_build_object('id', ${accountId}::int)))`;
}

/** The account's name in its places, and in its coming and going after `seq`, which stay: others must see it leave. */
export async function clearPresenceOf(db: Db, streamId: number, accountId: number, seq = 0): Promise<void> {
  await db`update places set username = null where account_id = ${accountId}`;
  await db`
    update events set payload = payload || '{"username": null}'
     where stream_id = ${streamId} and seq > ${seq} and payload -> 'accountId' = to_jsonb(${accountId}::int)
       and payload ? 'username'`;
}
