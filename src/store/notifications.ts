/** Rows of notifications: actions of others that concern an account. */
import type { Db } from './database.ts';
import { type AuthorColumns, authorColumns } from './posts.ts';
import type { SanctionKind } from './sanctions.ts';

/** Acts of others; `moderation` names nobody. */
export type ActorsKind = 'mention' | 'reply' | 'reaction' | 'like' | 'comment' | 'friend' | 'request' | 'invite';
export type NotificationKind = ActorsKind | 'moderation';

export type NewNotificationRow = {
  kind: ActorsKind;
  actorId: number;
  /** The accounts that were notified. */
  accountId: number;
  roomId?: number;
  /** Of a message of the room. */
  seq?: number;
  postId?: number;
  commentId?: number;
};

type NoColumns<Columns> = { [Key in keyof Columns]: null };

/** With the actor as author: null of `moderation`, which is about a report or a sanction. Times in Unix ms. */
export type NotificationRow = (AuthorColumns | NoColumns<AuthorColumns>) & {
  id: number;
  account_id: number;
  kind: NotificationKind;
  room_id: number | null;
  room_uid: string | null;
  seq: number | null;
  post_id: number | null;
  post_uid: string | null;
  comment_id: number | null;
  report_id: number | null;
  sanction_id: number | null;
  sanction_kind: SanctionKind | null;
  excerpt: string;
  created_at: number;
  read_at: number | null;
};

/** Characters of the text that it is about. */
const EXCERPT = 160;

/**
 * Adds those that their account wants to have: of others whom it has not blocked, of rooms that it may read and has not silenced, and of
 * a like, a reaction, a friendship and an invitation once. Accounts that are gone are skipped.
 * @returns their ids
 */
export async function insertNotifications(db: Db, rows: readonly NewNotificationRow[]): Promise<number[]> {
  const inserted = await db<{ id: number }[]>`
    insert into notifications (account_id, kind, actor_id, room_id, seq, post_id, comment_id)
    select i.account_id, i.kind, i.actor_id, i.room_id, i.seq, i.post_id, i.comment_id
      from unnest(${rows.map((row) => row.accountId)}::int[], ${rows.map((row) => row.kind)}::text[],
                  ${rows.map((row) => row.actorId)}::int[], ${rows.map((row) => row.roomId ?? null)}::int[],
                  ${rows.map((row) => row.seq ?? null)}::bigint[], ${rows.map((row) => row.postId ?? null)}::int[],
                  ${rows.map((row) => row.commentId ?? null)}::int[])
           with ordinality as i (account_id, kind, actor_id, room_id, seq, post_id, comment_id, n)
     where exists (select from accounts where id = i.account_id)
       and not exists (select from blocks where account_id = i.account_id and blocked_id = i.actor_id)
       and not exists (select from mutes where account_id = i.account_id and muted_id = i.actor_id)
       and ${isReadable(db, 'i')}
       and not exists (
         select from room_marks where account_id = i.account_id and room_id = i.room_id and notify = 'nothing')
     order by i.n
    on conflict do nothing
    returning id`;
  return inserted.map(({ id }) => id);
}

/**
 * Tells the moderators of a report, but for `except` and those who have `unread` unread ones already.
 * @returns the ids
 */
export async function insertReportNotices(
  db: Db,
  {
    reportId,
    except,
    moderators,
    unread,
  }: { reportId: number; except: readonly number[]; moderators: number; unread: number },
): Promise<number[]> {
  const rows = await db<{ id: number }[]>`
    insert into notifications (account_id, kind, report_id)
    select a.id, 'moderation', ${reportId}
      from (select id from accounts
             where role <> 'member' and id <> all(${except as number[]}::int[]) and disabled_at is null
             order by id limit ${moderators}) as a
     where (select count(*) from (
             select from notifications n
              where n.account_id = a.id and n.read_at is null and n.report_id is not null limit ${unread}) as waiting) < ${unread}
    returning id`;
  return rows.map(({ id }) => id);
}

/** @returns its id */
export async function insertSanctionNotice(db: Db, accountId: number, sanctionId: number): Promise<number[]> {
  const rows = await db<{ id: number }[]>`
    insert into notifications (account_id, kind, sanction_id) values (${accountId}, 'moderation', ${sanctionId}) returning id`;
  return rows.map(({ id }) => id);
}

/** By id. Those of rooms that the account may not read any more are left out. */
export async function listNotificationsByIds(db: Db, ids: readonly number[]): Promise<NotificationRow[]> {
  return db<NotificationRow[]>`
    select ${columns(db)} ${sources(db)}
     where n.id = any(${ids as number[]}::bigint[]) and ${isReadable(db, 'n')}
     order by n.id`;
}

/** Newest first, below the id `before`. Those of accounts that are blocked, and of rooms that are not readable any more, are left out. */
export async function listNotifications(
  db: Db,
  accountId: number,
  before: number | null,
  limit: number,
): Promise<NotificationRow[]> {
  return db<NotificationRow[]>`
    select ${columns(db)} ${sources(db)}
     where n.account_id = ${accountId} and n.id < ${before ?? Number.MAX_SAFE_INTEGER}::bigint and ${isShown(db)}
     order by n.id desc limit ${limit}`;
}

/**
 * How many of those that `listNotifications` shows are unread (no more than `cap` are counted), and at which position of the account's
 * own stream.
 */
export async function countUnreadNotifications(
  db: Db,
  accountId: number,
  cap: number,
): Promise<{ unread: number; seq: number }> {
  const [row] = await db<[{ unread: number; seq: number }]>`
    select (select count(*)::int from (
             select from notifications n
              where n.account_id = ${accountId} and n.read_at is null and ${isShown(db)}
              limit ${cap}) as unread) as unread,
           coalesce((select s.head from accounts a join streams s on s.id = a.stream_id where a.id = ${accountId}), 0) as seq`;
  return row;
}

/** The things that notifications are about: a message of a room, a post with its comments, a comment. */
export type Subject = {
  readonly roomId?: number;
  readonly seq?: number;
  readonly postId?: number;
  readonly commentId?: number;
};

export type LeftNotificationsRow = {
  accountId: number;
  /** Up to the cap. */
  unread: number;
  roomUid: string | null;
};

/** Deletes those about something. @returns the accounts that had them, and how many unread ones each has left */
export async function deleteNotificationsAbout(
  db: Db,
  { roomId = null, seq = null, postId = null, commentId = null }: { [Key in keyof Subject]: Subject[Key] | null },
  cap: number,
): Promise<LeftNotificationsRow[]> {
  const about =
    commentId !== null
      ? db`comment_id = ${commentId}`
      : postId !== null
        ? db`post_id = ${postId}`
        : db`room_id = ${roomId} and seq = ${seq}`;
  return db<LeftNotificationsRow[]>`
    with deleted as (
      delete from notifications where ${about} returning id, account_id
    )
    select d.account_id as "accountId", (select uid from rooms where id = ${roomId}) as "roomUid", (
             select count(*)::int from (
               select from notifications n
                where n.account_id = d.account_id and n.read_at is null and n.id not in (select id from deleted)
                  and ${isShown(db)}
                limit ${cap}) as unread) as unread
      from (select distinct account_id from deleted) as d`;
}

/** @returns the newest one that was unread; null: none was */
export async function markNotificationsRead(db: Db, accountId: number, upTo: number): Promise<number | null> {
  const [row] = await db<[{ newest: number | null }]>`
    with marked as (
      update notifications set read_at = date_trunc('milliseconds', clock_timestamp())
       where account_id = ${accountId} and read_at is null and id <= ${upTo}::bigint
      returning id
    )
    select max(id) as newest from marked`;
  return row.newest;
}

/** @returns how many */
export async function deleteNotificationsBefore(db: Db, days: number, limit: number): Promise<number> {
  const { count } = await db`
    delete from notifications
     where id in (select id from notifications
                   where created_at < now() - make_interval(days => ${days}) order by created_at limit ${limit})`;
  return count;
}

/**
 * Deletes what the next accounts after `afterId` have beyond the newest `kept`.
 * @returns the last of those accounts (null: there are no more), and how many were deleted
 */
export async function deleteNotificationsBeyond(
  db: Db,
  { afterId, accounts, kept, limit }: { afterId: number; accounts: number; kept: number; limit: number },
): Promise<{ lastId: number | null; count: number }> {
  const [row] = await db<[{ lastId: number | null; count: number }]>`
    with next as (
      select id from accounts where id > ${afterId} order by id limit ${accounts}
    ), beyond as (
      select n.id from next cross join lateral (
        select id from notifications where account_id = next.id order by id desc offset ${kept}) as n
       limit ${limit}
    ), deleted as (
      delete from notifications where id in (select id from beyond) returning 1
    )
    select (select max(id) from next) as "lastId", (select count(*)::int from deleted) as count`;
  return row;
}

function columns(db: Db) {
  return db`n.id, n.account_id, n.kind, n.room_id, r.uid as room_uid, n.seq, n.post_id, p.uid as post_uid, n.comment_id,
    n.report_id, n.sanction_id, s.kind as sanction_kind, left(coalesce(s.reason, q.reason, c.body, m.body, p.title, p.body, r.title, ''), ${EXCERPT}::int) as excerpt,
    (extract(epoch from n.created_at) * 1000)::bigint as created_at,
    (extract(epoch from n.read_at) * 1000)::bigint as read_at, ${authorColumns(db)}`;
}

function sources(db: Db) {
  return db`from notifications n
    left join accounts a on a.id = n.actor_id
    left join rooms r on r.id = n.room_id
    left join messages m on m.room_id = n.room_id and m.seq = n.seq
    left join posts p on p.id = n.post_id
    left join comments c on c.id = n.comment_id
    left join reports q on q.id = n.report_id
    left join sanctions s on s.id = n.sanction_id`;
}

function isShown(db: Db) {
  return db`not exists (select from blocks where account_id = n.account_id and blocked_id = n.actor_id)
    and not exists (select from mutes where account_id = n.account_id and muted_id = n.actor_id)
    and ${isReadable(db, 'n')}`;
}

/** Whether the row's account may read the row's room, if it has one. Subqueries with a value: `exists` might read all of the table once. */
function isReadable(db: Db, row: 'n' | 'i') {
  const [room, account] = [db(`${row}.room_id`), db(`${row}.account_id`)];
  return db`(${room} is null or (
    select kind = 'lobby' or (select true from room_members where room_id = ${room} and account_id = ${account})
      from rooms where id = ${room} and deleted_at is null))`;
}
