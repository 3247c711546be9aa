/** A message as the payload of its `message.created`. */
import type { Db, Fragment } from './database.ts';

/** Characters of the message that another one answers. */
export const EXCERPT = 160;

/**
 * For a statement that reads `messages m` and their authors, `accounts a`. What few messages have is read by subqueries, which
 * are not run for the others.
 */
export function messagePayload(db: Db) {
  return db`jsonb_build_object(
    'id', m.id,
    'roomId', m.room_id,
    'seq', m.seq,
    'author', ${personObject(db, 'a')},
    'body', m.body,
    'createdAt', ${milliseconds(db, 'm.created_at')},
    'editedAt', ${milliseconds(db, 'm.edited_at')},
    'editedSeq', m.edited_seq,
    'deletedAt', ${milliseconds(db, 'm.deleted_at')},
    'replyTo', case when m.reply_to is not null then (
      select ${quoteObject(db)} from messages q join accounts qa on qa.id = q.author_id
       where q.room_id = m.room_id and q.seq = m.reply_to) end,
    'mentions', case when m.has_more then (
      select coalesce(jsonb_agg(p.uid order by p.id), '[]')
        from mentions n join accounts p on p.id = n.account_id
       where n.room_id = m.room_id and n.seq = m.seq) else '[]' end,
    'files', case when m.has_more then (
      select coalesce(jsonb_agg(${fileObject(db)} order by f.position), '[]')
        from message_files f join objects o on o.key = f.object_key
       where f.room_id = m.room_id and f.seq = m.seq) else '[]' end)`;
}

/** The quote of `messages q` by `accounts qa`. */
export function quoteObject(db: Db) {
  return db`jsonb_build_object('seq', q.seq, 'author', ${personObject(db, 'qa')}, 'excerpt', left(q.body, ${EXCERPT}::int))`;
}

/** Whether `messages m` answers one of these accounts: then a reader who has blocked them is not shown the quote. */
export function quotesBlocked(db: Db, accountIds: Fragment) {
  return db`m.reply_to is not null and exists (
    select from messages q where q.room_id = m.room_id and q.seq = m.reply_to and q.author_id in (${accountIds}))`;
}

/** The file of `objects o`; store/files.ts has the same as columns. */
export function fileObject(db: Db) {
  return db`jsonb_build_object('uid', o.uid, 'key', o.key, 'previewKey', o.preview_key, 'name', o.name, 'alt', o.alt,
    'type', o.type, 'bytes', o.bytes - o.preview_bytes, 'width', o.width, 'height', o.height, 'duration', o.duration,
    'placeholder', o.placeholder)`;
}

function personObject(db: Db, account: string) {
  const column = (name: string) => db(`${account}.${name}`);
  return db`jsonb_build_object('id', ${column('id')}, 'uid', ${column('uid')}, 'username', ${column('username')},
    'name', ${column('name')}, 'email', ${column('email')}, 'avatarUrl', ${column('avatar_url')}, 'avatarKey', ${column('avatar_key')},
    'bot', ${column('kind')} <> 'person')`;
}

function milliseconds(db: Db, column: string) {
  return db`(extract(epoch from ${db(column)}) * 1000)::bigint`;
}
