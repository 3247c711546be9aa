/** The texts that a report keeps: its subject and those around it, as they are now, oldest first. */
import type { Db } from './database.ts';
import type { NewReportTextRow } from './reports.ts';

/** Characters of a text that are kept. */
const KEPT = 10_000;

/** A message that is not deleted, with the `each` before and after it. */
export async function listTextsAroundMessage(
  db: Db,
  roomId: number,
  seq: number,
  each: number,
): Promise<NewReportTextRow[]> {
  return db<NewReportTextRow[]>`
    select m.author_id as "authorId", left(m.body, ${KEPT}::int) as body, m.created_at as "writtenAt", m.seq = ${seq} as "isSubject",
           case when m.has_more then (
             select count(*)::int from message_files f where f.room_id = m.room_id and f.seq = m.seq) else 0 end as files
      from (
        (select * from messages where room_id = ${roomId} and seq <= ${seq} and deleted_at is null
          order by seq desc limit ${each + 1})
        union all
        (select * from messages where room_id = ${roomId} and seq > ${seq} and deleted_at is null order by seq limit ${each})
      ) as m
     order by m.seq`;
}

export async function listTextsOfPost(db: Db, postId: number): Promise<NewReportTextRow[]> {
  return db<NewReportTextRow[]>`${postTexts(db, postId, true)}`;
}

/** A comment with the `each` before it, and the post. */
export async function listTextsAroundComment(
  db: Db,
  { postId, commentId }: { postId: number; commentId: number },
  each: number,
): Promise<NewReportTextRow[]> {
  return db<NewReportTextRow[]>`
    ${postTexts(db, postId, false)}
    union all
    select author_id, left(body, ${KEPT}::int), created_at, id = ${commentId}, 0
      from (select * from comments where post_id = ${postId} and id <= ${commentId} order by id desc limit ${each + 1}) as c
     order by 3`;
}

/** The account's bio, and its `each` newest posts. */
export async function listTextsOfAccount(db: Db, accountId: number, each: number): Promise<NewReportTextRow[]> {
  return db<NewReportTextRow[]>`
    select id as "authorId", left(bio, ${KEPT}::int) as body, created_at as "writtenAt", true as "isSubject", 0 as files
      from accounts where id = ${accountId} and bio <> ''
    union all
    select author_id, left(concat_ws(E'\n\n', title, body), ${KEPT}::int), created_at, false, 0
      from (select * from posts where author_id = ${accountId} order by id desc limit ${each}) as p
     order by 3`;
}

function postTexts(db: Db, postId: number, isSubject: boolean) {
  return db`
    select author_id as "authorId", left(concat_ws(E'\n\n', title, body), ${KEPT}::int) as body, created_at as "writtenAt",
           ${isSubject} as "isSubject",
           (select count(*)::int from post_images where post_id = posts.id) as files
      from posts where id = ${postId}`;
}
