/** Rows of posts, each with its author. */
import type { Db, Fragment } from './database.ts';
import { advanceStream, type InsertedRow, insertCreated, milliseconds } from './events.ts';
import type { Keyed } from './messages.ts';

const MAX_ID = 2_147_483_647;

/** The columns of the author, joined to the row. */
export type AuthorColumns = {
  author_id: number;
  author_uid: string;
  author_username: string;
  author_name: string | null;
  author_email: string | null;
  author_avatar_url: string | null;
  author_avatar_key: string | null;
  author_bot: boolean;
};

/** A post's fields by the names that core has for them; times in Unix ms. `liked`: by the viewer that was asked for. */
export type PostRow = AuthorColumns & {
  id: number;
  uid: string;
  title: string | null;
  body: string;
  createdAt: number;
  editedAt: number | null;
  likesCount: number;
  commentsCount: number;
  views: number;
  liked: boolean;
};

/**
 * A page skips `skip` rows from the newest and ends after `limit` rows or `bytes` of text. A page by slots counts slots of
 * text in place of rows; a post takes one or more.
 */
export type Page = { skip: number; limit: number; bytes: number } | { skipSlots: number; slots: number };

/**
 * Newest first. The rows skipped are only counted, in the index; those of the page are the ones that are read, and the texts
 * of those only that fit. Of a page of slots it is every post that begins in it: each is on one page, and a page without
 * long texts has `slots` posts.
 */
export async function listPosts(db: Db, viewerId: number | null, page: Page): Promise<PostRow[]> {
  return listIn(db, null, viewerId, page);
}

/** As `listPosts`, of one author. */
export async function listPostsOf(db: Db, authorId: number, viewerId: number | null, page: Page): Promise<PostRow[]> {
  return listIn(db, authorId, viewerId, page);
}

async function listIn(db: Db, authorId: number | null, viewerId: number | null, page: Page): Promise<PostRow[]> {
  const which = authorId === null ? db`` : db`and author_id = ${authorId}`;
  const ids =
    'skip' in page
      ? db`select id from (
             select id, sum(size) over (order by id desc) - size as before
               from (select id, octet_length(body) + coalesce(octet_length(title), 0) as size from posts
                      where id <= (select id from posts where true ${which} order by id desc
                                   offset ${page.skip}::bigint limit 1) ${which}
                      order by id desc limit ${page.limit}) as newest
           ) as sized where before < ${page.bytes}::bigint`
      : db`select id from (
             select id, sum(slots) over (order by id desc) - slots as before
               from (select id, slots from posts where true ${which} order by id desc limit ${slotsEnd(page)}::bigint)
                    as newest
           ) as placed where before >= ${page.skipSlots}::bigint and before < ${slotsEnd(page)}::bigint`;
  return db<PostRow[]>`
    select ${postColumns(db, viewerId)}
      from posts p
      join accounts a on a.id = p.author_id
     where p.id = any(array(${ids}))
     order by p.id desc`;
}

/** A row of a page by position. `found`: how many the page was to have. `blocked`: its author is, by the viewer. `at`: of its mark. */
export type FeedRow = PostRow & { found: number; blocked: boolean; at: number | null };

/** The posts below the id `before`, newest first. */
export type FeedPage = { before: number | null; limit: number; bytes: number };

/** Everybody's. */
export async function listFeed(db: Db, viewerId: number | null, page: FeedPage): Promise<FeedRow[]> {
  const newest = db`select id from posts where id < ${below(page)}::bigint order by id desc limit ${page.limit}`;
  return pickPosts(db, viewerId, byId(db, newest), page.bytes);
}

export async function listFeedOf(
  db: Db,
  authorId: number,
  viewerId: number | null,
  page: FeedPage,
): Promise<FeedRow[]> {
  const newest = db`
    select id from posts where author_id = ${authorId} and id < ${below(page)}::bigint order by id desc limit ${page.limit}`;
  return pickPosts(db, viewerId, byId(db, newest), page.bytes);
}

/** The posts of the viewer's friends. Only the friends who wrote last can be on the page, as many as it has posts. */
export async function listFeedOfFriends(db: Db, viewerId: number, page: FeedPage): Promise<FeedRow[]> {
  const newest = db`
    select posts.id from (
      select friend.id, latest.id as latest from (
        select high_id as id from friendships where low_id = ${viewerId}
        union all
        select low_id from friendships where high_id = ${viewerId}) as friend
       cross join lateral (
         select id from posts where author_id = friend.id and id < ${below(page)}::bigint order by id desc limit 1) as latest
       order by latest.id desc limit ${page.limit}) as author
     cross join lateral (
       select id from posts where author_id = author.id and id < ${below(page)}::bigint order by id desc limit ${page.limit}) as posts
     order by posts.id desc limit ${page.limit}`;
  return pickPosts(db, viewerId, byId(db, newest), page.bytes);
}

/** The existing posts with these ids, newest first. */
export async function listFeedOfIds(
  db: Db,
  viewerId: number,
  { ids, bytes }: { ids: readonly number[]; bytes: number },
): Promise<FeedRow[]> {
  return pickPosts(db, viewerId, byId(db, db`select id from unnest(${ids as number[]}::int[]) as given (id)`), bytes);
}

function below({ before }: FeedPage): number {
  return before ?? MAX_ID;
}

function byId(db: Db, ids: Fragment) {
  return db`select id, null::bigint as at, row_number() over (order by id desc) as n from (${ids}) as ids`;
}

/** The posts of `picked (id, at, n)` in order of n, as many as fit into that number of bytes. */
export async function pickPosts(db: Db, viewerId: number | null, picked: Fragment, bytes: number): Promise<FeedRow[]> {
  return db<FeedRow[]>`
    select post.*, sized.at, sized.found::int,
           coalesce((select true from blocks where account_id = ${viewerId} and blocked_id = post.author_id), false) as blocked
      from (
        select picked.id, at, n, count(*) over () as found, sum(size) over (order by n) - size as before
          from (${picked}) as picked
         cross join lateral (
           select octet_length(body) + coalesce(octet_length(title), 0) as size from posts where id = picked.id offset 0) as p
      ) as sized
     cross join lateral (
       select ${postColumns(db, viewerId)} from posts p join accounts a on a.id = p.author_id
        where p.id = sized.id offset 0) as post
     where before < ${bytes}::bigint
     order by n`;
}

function slotsEnd({ skipSlots, slots }: { skipSlots: number; slots: number }): number {
  return Math.min(skipSlots + slots, Number.MAX_SAFE_INTEGER);
}

export async function findPost(db: Db, id: number, viewerId: number | null): Promise<PostRow | null> {
  const [row] = await db<PostRow[]>`
    select ${postColumns(db, viewerId)} from posts p join accounts a on a.id = p.author_id where p.id = ${id}::bigint`;
  return row ?? null;
}

export async function findPostByUid(db: Db, uid: string, viewerId: number | null): Promise<PostRow | null> {
  const [row] = await db<PostRow[]>`
    select ${postColumns(db, viewerId)} from posts p join accounts a on a.id = p.author_id where p.uid = ${uid}`;
  return row ?? null;
}

/** By id. */
export async function listPostsByIds(db: Db, ids: readonly number[]): Promise<PostRow[]> {
  return db<PostRow[]>`
    select ${postColumns(db, null)} from posts p join accounts a on a.id = p.author_id
     where p.id = any(${ids as number[]}::int[]) order by p.id`;
}

/** `version`: when it was written or last edited, in Unix ms. No two versions of a post have the same. */
export type LockedPostRow = { uid: string; author_id: number; title: string | null; body: string; version: number };

/** Holds the post until the transaction ends: nobody edits, likes, comments on or deletes it meanwhile. */
export async function lockPost(db: Db, id: number): Promise<LockedPostRow | null> {
  const [row] = await db<LockedPostRow[]>`
    select uid, author_id, title, body, (extract(epoch from coalesce(edited_at, created_at)) * 1000)::bigint as version
      from posts where id = ${id}::bigint for no key update`;
  return row ?? null;
}

export type NewPostRow = {
  uid: string;
  authorId: number;
  title: string | null;
  body: string;
  keyed: Keyed | null;
};

/**
 * Stores posts in the order given and tells the stream of each, in one statement and under the stream's lock.
 * @returns one row a post, in that order
 * @throws a foreign key violation when an author is gone, a unique violation when a key is used
 */
export async function insertPosts(db: Db, streamId: number, posts: readonly NewPostRow[]): Promise<InsertedRow[]> {
  return db<InsertedRow[]>`
    with input as (
      select * from unnest(${posts.map(({ uid }) => uid)}::uuid[], ${posts.map(({ authorId }) => authorId)}::int[],
                           ${posts.map(({ title }) => title)}::text[], ${posts.map(({ body }) => body)}::text[],
                           ${posts.map(({ keyed }) => keyed?.key ?? null)}::text[],
                           ${posts.map(({ keyed }) => digestText(keyed))}::text[])
        with ordinality as i (uid, author_id, title, body, key, digest, n)
    ), advanced as (${advanceStream(db, streamId, posts.length)}
    ), added as (
      insert into posts (uid, author_id, title, body, key, key_digest)
      select i.uid, i.author_id, i.title, i.body, i.key, decode(i.digest, 'hex') from advanced cross join input i order by i.n
      returning id, uid, created_at
    ), told as (
      select a.id, a.created_at, s.base + i.n as seq,
             octet_length(i.body) + coalesce(octet_length(i.title), 0) as bytes
        from added a join input i using (uid) cross join advanced s
    ), events as (${insertCreated(db, streamId, 'post.created')})
    select id, ${milliseconds(db)} as at, seq from told order by seq`;
}

/** The post that the author made with the key. */
export async function findKeyedPost(
  db: Db,
  authorId: number,
  key: string,
): Promise<{ id: number; digest: Uint8Array } | null> {
  const [row] = await db<{ id: number; digest: Uint8Array }[]>`
    select id, key_digest as digest from posts where author_id = ${authorId} and key = ${key}`;
  return row ?? null;
}

export async function updatePost(db: Db, id: number, { title, body }: { title: string | null; body: string }) {
  await db`update posts set title = ${title}, body = ${body}, edited_at = ${nextVersion(db)} where id = ${id}`;
}

/** With its comments and likes. */
export async function deletePost(db: Db, id: number): Promise<void> {
  await db`delete from posts where id = ${id}`;
}

/** When the row of a post or comment is edited: now, in any case later than the version before. */
export function nextVersion(db: Db) {
  return db`greatest(date_trunc('milliseconds', clock_timestamp()),
                     coalesce(edited_at, created_at) + interval '1 millisecond')`;
}

/** For a list of bytea, which statements do not take. */
export function digestText(keyed: Keyed | null): string | null {
  return keyed && Buffer.from(keyed.digest).toString('hex');
}

export function postColumns(db: Db, viewerId: number | null) {
  return db`p.id, p.uid, p.title, p.body, (extract(epoch from p.created_at) * 1000)::bigint as "createdAt",
    (extract(epoch from p.edited_at) * 1000)::bigint as "editedAt", p.likes_count as "likesCount",
    p.comments_count as "commentsCount", p.views,
    exists (select from likes l where l.post_id = p.id and l.account_id = ${viewerId}) as liked, ${authorColumns(db)}`;
}

/** Of the accounts row `a`. */
export function authorColumns(db: Db) {
  return db`a.id as author_id, a.uid as author_uid, a.username as author_username, a.name as author_name,
    a.email as author_email, a.avatar_url as author_avatar_url, a.avatar_key as author_avatar_key,
    a.kind <> 'person' as author_bot`;
}
