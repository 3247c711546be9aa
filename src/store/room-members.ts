/** Rows of members of rooms: their roles, who comes, who goes. */
import { type AccountRow, accountColumns } from './accounts.ts';
import type { Db } from './database.ts';
import { moderates } from './messages.ts';
import { silencedUntil } from './sanctions.ts';

export type RoleOfMember = 'owner' | 'moderator' | 'member';
export type RoomMemberRow = AccountRow & { role: RoleOfMember; joined_at: Date };

/** The roles of those of these accounts that are members, by account. */
export async function findRoles(
  db: Db,
  roomId: number,
  accountIds: readonly number[],
): Promise<ReadonlyMap<number, RoleOfMember>> {
  const rows = await db<{ account_id: number; role: RoleOfMember }[]>`
    select account_id, role from room_members
     where room_id = ${roomId} and account_id = any(${accountIds as number[]}::int[])`;
  return new Map(rows.map(({ account_id, role }) => [account_id, role]));
}

/** Whether the account may write in the room. */
export async function maySpeak(db: Db, roomId: number, accountId: number): Promise<boolean> {
  const rows = await db`
    select from rooms r left join room_members m on m.room_id = r.id and m.account_id = ${accountId}
     where r.id = ${roomId} and (r.kind = 'lobby' or not m.silenced)
       and (r.posting = 'everybody' or ${moderates(db, db`${accountId}::int`)})
       and (select ${silencedUntil(db)} from accounts a where a.id = ${accountId}) is null`;
  return rows.length > 0;
}

/** @returns false: the room has `max` members or is deleted, or the account is one of them */
export async function insertMember(
  db: Db,
  { roomId, accountId, role, max }: { roomId: number; accountId: number; role: RoleOfMember; max: number },
): Promise<boolean> {
  const rows = await db`
    insert into room_members (room_id, account_id, role)
    select id, ${accountId}, ${role} from rooms where id = ${roomId} and members_count < ${max} and deleted_at is null
    on conflict do nothing
    returning 1`;
  return rows.length > 0;
}

export async function deleteMember(db: Db, roomId: number, accountId: number): Promise<void> {
  await db`delete from room_members where room_id = ${roomId} and account_id = ${accountId}`;
}

/** @returns who they were */
export async function deleteAllMembers(db: Db, roomId: number): Promise<number[]> {
  const rows = await db<{ account_id: number }[]>`
    delete from room_members where room_id = ${roomId} returning account_id`;
  return rows.map((row) => row.account_id);
}

export async function updateRole(db: Db, roomId: number, accountId: number, role: RoleOfMember): Promise<void> {
  await db`update room_members set role = ${role} where room_id = ${roomId} and account_id = ${accountId}`;
}

/**
 * Makes the member who has been there longest the owner of each of these groups that has members and no owner; `except` only where
 * there is nobody else. A person goes before a bot.
 * @returns the new owners
 */
export async function appointOwners(
  db: Db,
  roomIds: readonly number[],
  except: number | null = null,
): Promise<{ room_id: number; id: number; uid: string }[]> {
  return db<{ room_id: number; id: number; uid: string }[]>`
    update room_members m set role = 'owner'
      from unnest(${roomIds as number[]}::int[]) as r (id)
      join rooms g on g.id = r.id and g.kind = 'group'
      join lateral (
        select account_id from room_members where room_id = r.id
         order by (select kind from accounts where id = account_id) <> 'person',
                  account_id is not distinct from ${except}::int, joined_at, account_id limit 1) as first on true
      join accounts a on a.id = first.account_id
     where m.room_id = r.id and m.account_id = first.account_id
       and not exists (select from room_members o where o.room_id = r.id and o.role = 'owner')
    returning m.room_id, a.id, a.uid`;
}

/** The last member of a page; the next one begins after it. */
export type MemberMark = { readonly joinedAt: Date; readonly id: number };

/** The members, by how long they have been there. */
export async function listRoomMembers(
  db: Db,
  roomId: number,
  after: MemberMark | null,
  limit: number,
): Promise<RoomMemberRow[]> {
  const later = after ? db`(joined_at, account_id) > (${after.joinedAt}, ${after.id})` : db`true`;
  return db<RoomMemberRow[]>`
    select a.*, m.role, m.joined_at
      from (
        select account_id, role, joined_at from room_members
         where room_id = ${roomId} and ${later} order by joined_at, account_id limit ${limit}) as m
      join lateral (select ${accountColumns(db)} from accounts where accounts.id = m.account_id offset 0) as a on true
     order by m.joined_at, a.id`;
}
