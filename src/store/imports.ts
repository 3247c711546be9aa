/** Inserts imported rows with their original times. It is idempotent: existing rows are left unchanged. */

import type { Db } from './database.ts';
import { countStoredBytes, textBytes } from './stored-bytes.ts';

export type ImportedAccountRow = {
  uid: string | null;
  username: string;
  usernameKey: string;
  skeleton: string;
  email: string | null;
  emailKey: string | null;
  passwordHash: string | null;
  bio: string;
  avatarUrl: string | null;
  at: string;
};

/** @returns the keys of those that were not there */
export async function insertImportedAccounts(db: Db, rows: readonly ImportedAccountRow[]): Promise<string[]> {
  const added = await db<{ username_key: string }[]>`
    insert into accounts (uid, username, username_key, skeleton, email, email_key, password_hash, bio, avatar_url, created_at)
    select coalesce(uid, gen_random_uuid()), username, username_key, skeleton, email, email_key, password_hash, bio, avatar_url, at
      from unnest(${rows.map((row) => row.uid)}::uuid[], ${rows.map((row) => row.username)}::text[],
                  ${rows.map((row) => row.usernameKey)}::text[], ${rows.map((row) => row.skeleton)}::text[],
                  ${rows.map((row) => row.email)}::text[],
                  ${rows.map((row) => row.emailKey)}::text[], ${rows.map((row) => row.passwordHash)}::text[],
                  ${rows.map((row) => row.bio)}::text[], ${rows.map((row) => row.avatarUrl)}::text[],
                  ${rows.map((row) => row.at)}::timestamptz[])
             as r (uid, username, username_key, skeleton, email, email_key, password_hash, bio, avatar_url, at)
    on conflict (username_key) do nothing
    returning username_key`;
  return added.map((row) => row.username_key);
}

/** By the keys of their names. */
export async function findAccountIds(db: Db, keys: readonly string[]): Promise<Map<string, number>> {
  const rows = await db<{ id: number; username_key: string }[]>`
    select id, username_key from accounts where username_key = any(${keys as string[]}::text[])`;
  return new Map(rows.map((row) => [row.username_key, row.id]));
}

export async function findPostIds(db: Db, uids: readonly string[]): Promise<Map<string, number>> {
  const rows = await db<{ id: number; uid: string }[]>`
    select id, uid from posts where uid = any(${uids as string[]}::uuid[])`;
  return new Map(rows.map((row) => [row.uid, row.id]));
}

/** The lobby goes by that name too. */
export async function findRoomIds(db: Db, uids: readonly string[]): Promise<Map<string, number>> {
  const rows = await db<{ id: number; ref: string }[]>`
    select id, uid::text as ref from rooms where uid = any(${uids as string[]}::uuid[])
    union all
    select id, 'lobby' from rooms where kind = 'lobby'`;
  return new Map(rows.map((row) => [row.ref, row.id]));
}

export type ImportedPostRow = {
  uid: string;
  authorId: number;
  title: string | null;
  body: string;
  at: string;
  editedAt: string | null;
};

/** @returns the uids of those that were not there */
export async function insertImportedPosts(db: Db, rows: readonly ImportedPostRow[]): Promise<string[]> {
  const added = await db<{ uid: string }[]>`
    insert into posts (uid, author_id, title, body, created_at, edited_at)
    select uid, author_id, title, body, at, edited_at
      from unnest(${rows.map((row) => row.uid)}::uuid[], ${rows.map((row) => row.authorId)}::int[],
                  ${rows.map((row) => row.title)}::text[], ${rows.map((row) => row.body)}::text[],
                  ${rows.map((row) => row.at)}::timestamptz[], ${rows.map((row) => row.editedAt)}::timestamptz[])
           with ordinality as r (uid, author_id, title, body, at, edited_at, n)
     order by n
    on conflict (uid) do nothing
    returning uid`;
  return added.map((row) => row.uid);
}

export type ImportedPair = { one: number; other: number; at: string };

function pairs(db: Db, rows: readonly ImportedPair[]) {
  return db`unnest(${rows.map(({ one }) => one)}::int[], ${rows.map(({ other }) => other)}::int[],
                   ${rows.map(({ at }) => at)}::timestamptz[]) as r (one, other, at)`;
}

/** `one`: the post, `other`: who likes it. @returns those that were not there */
export async function insertImportedLikes(db: Db, rows: readonly ImportedPair[]): Promise<Omit<ImportedPair, 'at'>[]> {
  return db<Omit<ImportedPair, 'at'>[]>`
    insert into likes (post_id, account_id, created_at) select one, other, at from ${pairs(db, rows)}
    on conflict do nothing
    returning post_id as one, account_id as other`;
}

/** `one` has the smaller id. @returns those that were not there */
export async function insertImportedFriendships(
  db: Db,
  rows: readonly ImportedPair[],
): Promise<Omit<ImportedPair, 'at'>[]> {
  return db<Omit<ImportedPair, 'at'>[]>`
    insert into friendships (low_id, high_id, created_at) select one, other, at from ${pairs(db, rows)}
    on conflict do nothing
    returning low_id as one, high_id as other`;
}

/** `one`: the room, `other`: who is in it. @returns those that were not there */
export async function insertImportedMembers(
  db: Db,
  rows: readonly ImportedPair[],
): Promise<Omit<ImportedPair, 'at'>[]> {
  return db<Omit<ImportedPair, 'at'>[]>`
    insert into room_members (room_id, account_id, joined_at) select one, other, at from ${pairs(db, rows)}
    on conflict do nothing
    returning room_id as one, account_id as other`;
}

/** Gives a new room what it had elsewhere. */
export async function adoptRoom(db: Db, id: number, { uid, at }: { uid: string; at: string }): Promise<void> {
  await db`update rooms set uid = ${uid}, created_at = ${at} where id = ${id}`;
  await db`update streams set active_at = ${at} where id = ${id}`;
}

/** The id that a text had elsewhere, and whose text it is. */
export type ImportedId = { readonly id: string; readonly authorId: number };

/** @returns those of these ids that were never imported before; from now on they were */
export async function markImported(
  db: Db,
  kind: 'comment' | 'message',
  ids: readonly ImportedId[],
): Promise<Set<string>> {
  const rows = await db<{ source_id: string }[]>`
    insert into imported (kind, source_id, account_id)
    select ${kind}, id, author_id
      from unnest(${ids.map(({ id }) => id)}::text[], ${ids.map(({ authorId }) => authorId)}::int[]) as r (id, author_id)
    on conflict do nothing
    returning source_id`;
  return new Set(rows.map((row) => row.source_id));
}

export type ImportedTextRow = { place: number; authorId: number; body: string; at: string };

function texts(db: Db, rows: readonly ImportedTextRow[]) {
  return db`unnest(${rows.map((row) => row.place)}::int[], ${rows.map((row) => row.authorId)}::int[],
                   ${rows.map((row) => row.body)}::text[], ${rows.map((row) => row.at)}::timestamptz[])
              with ordinality as r (place, author_id, body, at, n)`;
}

/** `place`: the post. */
export async function insertImportedComments(db: Db, rows: readonly ImportedTextRow[]): Promise<void> {
  await db`
    insert into comments (post_id, author_id, body, created_at)
    select place, author_id, body, at from ${texts(db, rows)} order by n`;
}

/** `place`: the room. They come after what was said there before, in the order given, whatever their times. */
export async function insertImportedMessages(db: Db, rows: readonly ImportedTextRow[]): Promise<void> {
  await db`
    with input as materialized (
      select * from ${texts(db, rows)}
    ), counts as (
      select place, count(*) as n, max(at) as at from input group by place
    ), locked as (
      select id from streams where id in (select place from counts) order by id for update
    ), advanced as (
      update streams s set head = s.head + c.n, active_at = greatest(s.active_at, date_trunc('milliseconds', c.at))
        from locked l join counts c on c.place = l.id
       where s.id = l.id
      returning s.id, s.head - c.n as base
    )
    insert into messages (room_id, seq, author_id, body, created_at)
    select i.place, a.base + row_number() over (partition by i.place order by i.n), i.author_id, i.body,
           date_trunc('milliseconds', i.at)
      from input i join advanced a on a.id = i.place
     order by i.place, i.n`;
  const growths = new Map<number, number>();
  for (const { authorId, body } of rows) growths.set(authorId, (growths.get(authorId) ?? 0) + textBytes(body));
  await countStoredBytes(db, growths);
}
