/** Finds accounts by names: each list is in the order of an index. Keys: as `username_key` and `name_key`, compared as bytes. */
import { type AccountRow, accountColumns } from './accounts.ts';
import type { Db } from './database.ts';

export type PersonRow = AccountRow & { key: string };

/** Accounts whose username starts like this, by username; `after`: with a greater key. */
export async function listPeopleByUsername(
  db: Db,
  start: string,
  after: string | null,
  limit: number,
): Promise<PersonRow[]> {
  return db<PersonRow[]>`
    select ${accountColumns(db)}, username_key as key from accounts
     where ${startsWith(db, db`username_key`, start)} and username_key collate "C" > ${after ?? ''} and kind <> 'hook' and disabled_at is null and leaving_at is null
     order by username_key collate "C" limit ${limit}`;
}

/** Accounts whose name starts like this and whose username does not, by name; `after`: behind that one. */
export async function listPeopleByName(
  db: Db,
  start: string,
  after: { readonly key: string; readonly id: number } | null,
  limit: number,
): Promise<PersonRow[]> {
  return db<PersonRow[]>`
    select ${accountColumns(db)}, name_key as key from accounts
     where ${startsWith(db, db`name_key`, start)} and (name_key collate "C", id) > (${after?.key ?? ''}, ${after?.id ?? 0})
       and not (${startsWith(db, db`username_key`, start)}) and kind <> 'hook' and disabled_at is null and leaving_at is null
     order by name_key collate "C", id limit ${limit}`;
}

/** How far a name may be from what was looked for: 0 is the same, 1 has nothing in common. */
const DISTANCE = 0.6;

/** Accounts with names like this that do not start so, the likest first. `skipped`: how many start so, at most. */
export async function listPeopleAlike(
  db: Db,
  text: string,
  { skipped, limit }: { skipped: number; limit: number },
): Promise<AccountRow[]> {
  return db<AccountRow[]>`
    select id, uid, username, name, email, "avatarUrl", "avatarKey", bot
      from (
        select ${accountColumns(db)}, username_key, name_key, kind, disabled_at, leaving_at, ${distanceTo(db, text)} as distance
          from accounts order by ${distanceTo(db, text)} limit ${skipped + limit}) as likest
     where distance < ${DISTANCE} and kind <> 'hook' and disabled_at is null and leaving_at is null
       and not (${startsWith(db, db`username_key`, text)}) and (${startsWith(db, db`name_key`, text)}) is not true
     order by distance, id limit ${limit}`;
}

/** As the index has it. */
function distanceTo(db: Db, text: string) {
  return db`(username_key || coalesce(' ' || name_key, '')) <->> ${text}`;
}

/** Whether the database can do that: it has the extension and the index (migration 0024). */
export async function findsAlike(db: Db): Promise<boolean> {
  const [row] = await db<[{ there: boolean }]>`
    select to_regclass('accounts_alike') is not null and to_regoperator('<->>(text, text)') is not null as there`;
  return row.there;
}

/** As a range of the index. */
function startsWith(db: Db, column: ReturnType<typeof accountColumns>, start: string) {
  return db`${column} collate "C" >= ${start} and ${column} collate "C" < ${start} || chr(1114111)`;
}
