/** Rows of files: what was uploaded by itself, and is attached by its uid. */
import type { Db, Fragment } from './database.ts';
import type { Keyed } from './messages.ts';

/** Named as core shows them. `bytes`: without the preview's. Pictures have a preview. `duration`: in ms. */
export type FileRow = {
  uid: string;
  key: string;
  previewKey: string | null;
  name: string | null;
  alt: string | null;
  type: string;
  bytes: number;
  width: number | null;
  height: number | null;
  duration: number | null;
  /** A ThumbHash in base64. */
  placeholder: string | null;
};

/**
 * Makes the loose object a file. It has a day to be attached: it counts as loose from an hour before the day ends, and the sweep removes
 * what is loose for an hour.
 * @param uid of the upload that it came by
 * @returns null: it was swept
 * @throws a unique violation of `objects_key_of`
 */
export async function markUploaded(
  db: Db,
  key: string,
  {
    name,
    alt,
    keyed,
    uid = null,
  }: { name: string | null; alt: string | null; keyed: Keyed | null; uid?: string | null },
): Promise<FileRow | null> {
  const [row] = await db<FileRow[]>`
    update objects o
       set uid = coalesce(${uid}, o.uid), name = ${name}, alt = ${alt}, key_of = ${keyed?.key ?? null}, key_digest = ${keyed?.digest ?? null},
           loose_since = now() + interval '23 hours'
     where o.key = ${key} and not condemned
    returning ${fileColumns(db)}`;
  return row ?? null;
}

/** The account's own file that nothing shows yet. @returns null: there is none */
export async function describeFile(
  db: Db,
  accountId: number,
  uid: string,
  alt: string | null,
): Promise<FileRow | null> {
  const [row] = await db<FileRow[]>`
    update objects o set alt = ${alt}
     where o.uid = ${uid} and o.account_id = ${accountId} and o.loose_since is not null and not o.condemned
    returning ${fileColumns(db)}`;
  return row ?? null;
}

export async function findKeyedFile(
  db: Db,
  accountId: number,
  key: string,
): Promise<{ digest: Uint8Array; made: FileRow } | null> {
  const [row] = await db<(FileRow & { digest: Uint8Array })[]>`
    select o.key_digest as digest, ${fileColumns(db)} from objects o
     where account_id = ${accountId} and key_of = ${key} and not condemned`;
  if (row === undefined) return null;
  const { digest, ...made } = row;
  return { digest, made };
}

/**
 * Marks files as used, all of them or none, in the transaction of what shows them.
 * @returns the files, in the order of the uids; none where one is not the account's, is shown already, or is gone
 */
export async function attachOwnFiles(db: Db, accountId: number, uids: readonly string[]): Promise<FileRow[]> {
  const wanted = db`
    select o.key, w.n from unnest(${uids as string[]}::uuid[]) with ordinality as w (uid, n) join objects o using (uid)
     where o.account_id = ${accountId}`;
  return attach(db, wanted, uids.length);
}

/** As `attachOwnFiles`, by their keys, of whatever account. */
export async function attachObjects(db: Db, keys: readonly string[]): Promise<FileRow[]> {
  return attach(
    db,
    db`select key, n from unnest(${keys as string[]}::text[]) with ordinality as w (key, n)`,
    keys.length,
  );
}

async function attach(db: Db, wanted: Fragment, count: number): Promise<FileRow[]> {
  return db<FileRow[]>`
    with free as (
      select o.key, w.n from objects o join (${wanted}) as w using (key)
       where o.loose_since is not null and not o.condemned
       order by o.key
         for update of o
    ), attached as (
      update objects o set loose_since = null
        from free f
       where o.key = f.key and (select count(*) from free) = ${count}::int
      returning f.n, ${fileColumns(db)}
    )
    select uid, key, "previewKey", name, alt, type, bytes, width, height, duration, placeholder from attached order by n`;
}

/** In the order given. The files must have been attached. */
export async function insertMessageFiles(db: Db, roomId: number, seq: number, keys: readonly string[]): Promise<void> {
  await db`
    insert into message_files (room_id, seq, position, object_key)
    select ${roomId}, ${seq}, n - 1, key from unnest(${keys as string[]}::text[]) with ordinality as i (key, n)`;
}

/** Of the objects row `o`. */
export function fileColumns(db: Db) {
  return db`o.uid, o.key, o.preview_key as "previewKey", o.name, o.alt, o.type, o.bytes - o.preview_bytes as bytes, o.width, o.height,
            o.duration, o.placeholder`;
}

export async function findOwnFile(db: Db, accountId: number, uid: string): Promise<FileRow | null> {
  const [row] = await db<FileRow[]>`
    select ${fileColumns(db)} from objects o where o.uid = ${uid} and o.account_id = ${accountId} and not o.condemned`;
  return row ?? null;
}

/**
 * The file, if that account may read it: its own, one of a room that it is in, or one of a post, which everybody may read.
 * @param accountId null: of nobody
 */
export async function findReadableFile(db: Db, uid: string, accountId: number | null): Promise<FileRow | null> {
  const [row] = await db<FileRow[]>`
    select ${fileColumns(db)} from objects o
     where o.uid = ${uid} and not o.condemned
       and (o.account_id = ${accountId}
            or exists (select from post_images i where i.object_key = o.key)
            or exists (
              select from message_files f join rooms r on r.id = f.room_id
               where f.object_key = o.key and ${accountId}::int is not null
                 and (r.kind = 'lobby'
                      or exists (select from room_members m where m.room_id = r.id and m.account_id = ${accountId}))))`;
  return row ?? null;
}
