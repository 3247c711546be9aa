/**
 * Searches, newest first. A frequent word is soon found among the newest texts, a rare one by the index of words. So a search
 * looks through a number of the newest texts first (`find…AmongNewest`), and asks the index only if these were not enough.
 */
import type { Db, Fragment, Sql } from './database.ts';
import { shownPayload } from './message-pages.ts';
import type { ActivityMark } from './rooms.ts';
import { MARK, separated, textOfPost } from './search-index.ts';

/** A text that was found. `at`: its place in the order, Unix ms of a message, the id of a post. */
export type FoundText = { readonly id: number; readonly at: number };

/** Words that begin so: `word` for `to_tsquery`, which finds its stem, or `start` for a cast to tsquery. */
export type SearchStart = { readonly word: string; readonly start: string; readonly isExcluded: boolean };
/** All of it must be there. `words`: for `to_tsquery`, may be `''`. */
export type SearchQuery = { readonly words: string; readonly starts: readonly SearchStart[] };

/**
 * Times in Unix ms: `before` exclusive, `after` inclusive. `mark`: the last text of
 * the page before.
 */
export type SearchedFor = {
  readonly query: SearchQuery;
  readonly authorId: number | null;
  readonly hasFiles: boolean;
  readonly before: number | null;
  readonly after: number | null;
  readonly mark: FoundText | null;
};

/** The rooms by id, or all that the account is in if those are too many to name. */
export type SearchedRooms = readonly number[] | { readonly accountId: number };

/** `isAll`: nothing else can be found. */
export type Found = { readonly items: readonly FoundText[]; readonly isAll: boolean };

/** Texts that a look through the newest reads, at most. */
const NEWEST = 5_000;

/** Ms that a search by the index may take. */
const INDEX_TIMEOUT = 3_000;

/** Runs a search by the index, which takes long for words that are frequent in old texts only. */
export async function withIndexTimeout<T>(sql: Sql, search: (tx: Db) => Promise<T>): Promise<T> {
  return (await sql.begin('read only', async (tx) => {
    await tx`select set_config('statement_timeout', ${String(INDEX_TIMEOUT)}, true)`;
    return search(tx);
  })) as T;
}

/** Ids of rooms that the account is in, and of the lobby; `limit` at most. */
export async function findSearchedRooms(db: Db, accountId: number, limit: number): Promise<number[]> {
  const rows = await db<{ room_id: number }[]>`${roomsOf(db, accountId)} limit ${limit}`;
  return rows.map(({ room_id }) => room_id);
}

function roomsOf(db: Db, accountId: number) {
  return db`
    select room_id from room_members where account_id = ${accountId}
     union all select id from rooms where kind = 'lobby'`;
}

/** Each named room has an equal part of the newest messages, and is searched as far back as all of them are. */
export async function findMessagesAmongNewest(
  db: Db,
  rooms: SearchedRooms,
  wanted: SearchedFor,
  limit: number,
): Promise<Found> {
  const read = (where: Fragment, size: number) => db`
    select message_id as id, created_at, words, room_id from message_search
     where ${where} and ${isInTime(db, wanted)}
     order by created_at desc, message_id desc limit ${size}`;
  const size = 'accountId' in rooms ? NEWEST : Math.ceil(NEWEST / Math.max(1, rooms.length));
  const newest =
    'accountId' in rooms
      ? db`select *, 0 as part from (${read(db`true`, size)}) as s`
      : db`select s.*, room.id as part from unnest(${rooms as number[]}::int[]) as room (id)
            cross join lateral (${read(db`room_id = room.id`, size)}) as s`;
  return amongNewest(
    db,
    db`select id, ${milliseconds(db)} as at, part, ${isMine(db, rooms)} and ${matchesEach(db, wanted)} as is_match
         from (${newest}) as newest`,
    { size, limit },
  );
}

export async function findPostsAmongNewest(db: Db, wanted: SearchedFor, limit: number): Promise<Found> {
  const below = wanted.mark === null ? db`true` : db`id < ${wanted.mark.id}`;
  return amongNewest(
    db,
    db`select p.id, p.id as at, 0 as part, ${isPostInTime(db, wanted)} and ${matchesEach(db, wanted)} as is_match
         from (select id, created_at from posts where ${below} order by id desc limit ${NEWEST}) as p
         left join lateral (select words from post_search where post_id = p.id offset 0) as s on true`,
    { size: NEWEST, limit },
  );
}

/** `newest (id, at, part, is_match)`: a part with as many rows as `size` may have older ones. */
async function amongNewest(db: Db, newest: Fragment, { size, limit }: { size: number; limit: number }): Promise<Found> {
  const [row] = await db<[Found]>`
    with newest as materialized (${newest}),
    cut as (
      select max(oldest) as at
        from (select min(at) as oldest from newest group by part having count(*) >= ${size}) as part
    ), found as (
      select newest.id, newest.at from newest, cut
       where is_match and (cut.at is null or newest.at > cut.at)
       order by newest.at desc, newest.id desc limit ${limit}
    )
    select (select at is null from cut) as "isAll",
           (select coalesce(jsonb_agg(jsonb_build_object('id', id, 'at', at) order by at desc, id desc), '[]')
              from found) as items`;
  return row;
}

/** By the index of words. It reads all that match, so it is for what is rare. */
export async function findMessagesByIndex(
  db: Db,
  rooms: SearchedRooms,
  wanted: SearchedFor,
  limit: number,
): Promise<FoundText[]> {
  return db<FoundText[]>`
    with found as materialized (
      select message_id as id, created_at from message_search
       where ${matches(db, wanted, rooms)} and ${isInTime(db, wanted)} and ${isMine(db, rooms)}
    )
    select id, ${milliseconds(db)} as at from found order by created_at desc, id desc limit ${limit}`;
}

export async function findPostsByIndex(db: Db, wanted: SearchedFor, limit: number): Promise<FoundText[]> {
  const below = wanted.mark === null ? db`true` : db`p.id < ${wanted.mark.id}`;
  return db<FoundText[]>`
    with found as materialized (
      select p.id from post_search s join posts p on p.id = s.post_id
       where ${matches(db, wanted)} and ${below} and ${isPostInTime(db, wanted)}
    )
    select id, id as at from found order by id desc limit ${limit}`;
}

function isMine(db: Db, rooms: SearchedRooms) {
  return 'accountId' in rooms ? db`room_id in (${roomsOf(db, rooms.accountId)})` : db`true`;
}

/** As ranges of the indexes. */
function isInTime(db: Db, { before, after, mark }: SearchedFor) {
  const start =
    mark === null
      ? db`created_at < ${before === null ? 'infinity' : new Date(before)}`
      : db`(created_at, message_id) < (${new Date(mark.at)}, ${mark.id})`;
  return db`${start} and created_at >= ${after === null ? '-infinity' : new Date(after)}`;
}

function isPostInTime(db: Db, { before, after }: SearchedFor) {
  return db`p.created_at < ${before === null ? 'infinity' : new Date(before)}
        and p.created_at >= ${after === null ? '-infinity' : new Date(after)}`;
}

/**
 * For the index. The marks of rooms keep it from reading what is in other rooms. They are a condition of their own: within one
 * condition, the index would read all messages of the rooms where each room has fewer than the words have.
 */
function matches(db: Db, wanted: SearchedFor, rooms: SearchedRooms = []) {
  const isFound = db`words @@ (${tsquery(db, wanted.query)} && ${marksOf(wanted)}::tsquery)`;
  if ('accountId' in rooms || rooms.length === 0) return isFound;
  return db`${isFound} and words @@ ${rooms.map((id) => `'${MARK.room}${id}'`).join('|')}::tsquery`;
}

/** For one row after the other: the query is made once. */
function matchesEach(db: Db, wanted: SearchedFor) {
  return db`words @@ (select ${tsquery(db, wanted.query)} && ${marksOf(wanted)}::tsquery)`;
}

function marksOf({ authorId, hasFiles }: SearchedFor): string {
  const marks = [
    ...(authorId === null ? [] : [`'${MARK.author}${authorId}'`]),
    ...(hasFiles ? [`'${MARK.files}'`] : []),
  ];
  return marks.join('&');
}

function tsquery(db: Db, { words, starts }: SearchQuery) {
  return starts.reduce((all, { word, start, isExcluded }) => {
    const one = db`(to_tsquery('koine', ${word}) || ${start}::tsquery)`;
    return isExcluded ? db`${all} && !!${one}` : db`${all} && ${one}`;
  }, db`to_tsquery('koine', ${words})`);
}

function milliseconds(db: Db) {
  return db`(extract(epoch from created_at) * 1000)::bigint`;
}

/** `text`: as it was written. `marked`: its start with `begin` and `end` around what matched; separators are spaces there. */
export type FoundRow = { id: number; text: string; marked: string };
/** `payload` null: the viewer has blocked the author. */
export type FoundMessageRow = FoundRow & { room_uid: string; payload: Record<string, unknown> | null };

export type Marking = Pick<SearchedFor, 'query'> & { readonly begin: string; readonly end: string };

/** Characters of a text in which matches are marked. */
const MARKED = 20_000;

/** In no order, without those that are deleted. */
export async function listFoundMessages(
  db: Db,
  ids: readonly number[],
  viewerId: number,
  marking: Marking,
): Promise<FoundMessageRow[]> {
  return db<FoundMessageRow[]>`
    select m.id, r.uid as room_uid, ${shownPayload(db, viewerId)} as payload, m.body as text,
           ${marked(db, db`m.body`, marking)} as marked
      from messages m
      join rooms r on r.id = m.room_id
      join lateral (select * from accounts where id = m.author_id offset 0) as a on true
     where m.id = any(${ids as number[]}::bigint[]) and m.deleted_at is null`;
}

/** In no order. */
export async function listFoundPosts(db: Db, ids: readonly number[], marking: Marking): Promise<FoundRow[]> {
  return db<FoundRow[]>`
    select p.id, ${textOfPost(db)} as text, ${marked(db, textOfPost(db), marking)} as marked
      from posts p where p.id = any(${ids as number[]}::int[])`;
}

function marked(db: Db, text: Fragment, { query, begin, end }: Marking) {
  const options = `HighlightAll=true, StartSel="${begin}", StopSel="${end}"`;
  return db`ts_headline('koine', ${separated(db, db`left(${text}, ${MARKED})`)}, ${tsquery(db, query)}, ${options})`;
}

/** The account's rooms with a title like this, and its direct rooms with people whose names begin like this; the most recently active first. */
export async function listRoomsLike(
  db: Db,
  accountId: number,
  text: string,
  { before, limit }: { before: ActivityMark | null; limit: number },
): Promise<{ id: number; activeAt: Date }[]> {
  const earlier = before ? db`(s.active_at, s.id) < (${before.activeAt}, ${before.id})` : db`true`;
  return db<{ id: number; activeAt: Date }[]>`
    select r.id, s.active_at as "activeAt"
      from (${roomsOf(db, accountId)}) as mine
      join rooms r on r.id = mine.room_id
      join streams s on s.id = r.id
     where ${earlier} and (
       position(lower(${text}) in lower(r.title)) > 0
       or r.kind = 'direct' and exists (
         select from room_members o join accounts a on a.id = o.account_id
          where o.room_id = r.id and o.account_id <> ${accountId}
            and (starts_with(a.username_key, ${text}) or starts_with(a.name_key, ${text}))))
     order by s.active_at desc, s.id desc limit ${limit}`;
}
