/** Rows of invitations: links by which people join a group. */
import { type AccountRow, accountColumns } from './accounts.ts';
import type { Db } from './database.ts';
import type { Keyed } from './messages.ts';

export type InviteRow = {
  code: string;
  createdAt: Date;
  expiresAt: Date;
  uses: number;
  /** Null: as many as like. */
  maxUses: number | null;
};

function columns(db: Db) {
  return db`i.code, i.created_at as "createdAt", i.expires_at as "expiresAt", i.uses, i.max_uses as "maxUses"`;
}

/** `lasts`: seconds. @returns null: the room has `max` that are good */
export async function insertInvite(
  db: Db,
  invite: {
    code: string;
    roomId: number;
    creatorId: number;
    lasts: number;
    maxUses: number | null;
    max: number;
    keyed: Keyed | null;
  },
): Promise<InviteRow | null> {
  const [row] = await db<InviteRow[]>`
    insert into room_invites as i (code, room_id, creator_id, expires_at, max_uses, key, key_digest)
    select ${invite.code}, ${invite.roomId}, ${invite.creatorId}, now() + make_interval(secs => ${invite.lasts}),
           ${invite.maxUses}::int, ${invite.keyed?.key ?? null}::text, ${invite.keyed?.digest ?? null}::bytea
     where (select count(*) from room_invites i where i.room_id = ${invite.roomId} and ${isGood(db)}) < ${invite.max}
    returning ${columns(db)}`;
  return row ?? null;
}

/** The invitation that the account made with the key. */
export async function findKeyedInvite(
  db: Db,
  creatorId: number,
  key: string,
): Promise<{ digest: Uint8Array; made: InviteRow } | null> {
  const [row] = await db<(InviteRow & { digest: Uint8Array })[]>`
    select ${columns(db)}, i.key_digest as digest from room_invites i where i.creator_id = ${creatorId} and i.key = ${key}`;
  if (row === undefined) return null;
  const { digest, ...made } = row;
  return { digest, made };
}

/** Of `i`. */
function isGood(db: Db) {
  return db`i.expires_at > now() and (i.max_uses is null or i.uses < i.max_uses)`;
}

/** The good ones of a room, the newest first, with who made them. */
export async function listInvites(db: Db, roomId: number, limit: number): Promise<(InviteRow & AccountRow)[]> {
  return db<(InviteRow & AccountRow)[]>`
    select ${columns(db)}, a.*
      from room_invites i
      join lateral (select ${accountColumns(db)} from accounts where accounts.id = i.creator_id offset 0) as a on true
     where i.room_id = ${roomId} and ${isGood(db)}
     order by i.created_at desc, i.code limit ${limit}`;
}

export type InvitedRoomRow = {
  id: number;
  uid: string;
  title: string | null;
  avatarUrl: string | null;
  avatarKey: string | null;
  membersCount: number;
};

/** A good invitation, with its room and who made it. */
export async function findInvite(
  db: Db,
  code: string,
): Promise<{ invite: InviteRow; room: InvitedRoomRow; creator: AccountRow } | null> {
  const [row] = await db<(InviteRow & AccountRow & { room: InvitedRoomRow })[]>`
    select ${columns(db)}, a.*,
           jsonb_build_object('id', r.id, 'uid', r.uid, 'title', r.title, 'avatarUrl', r.avatar, 'avatarKey', r.avatar_key,
                              'membersCount', r.members_count) as room
      from room_invites i
      join rooms r on r.id = i.room_id
      join lateral (select ${accountColumns(db)} from accounts where accounts.id = i.creator_id offset 0) as a on true
     where i.code = ${code} and ${isGood(db)}`;
  if (row === undefined) return null;
  const { code: _, createdAt, expiresAt, uses, maxUses, room, ...creator } = row;
  return { invite: { code, createdAt, expiresAt, uses, maxUses }, room, creator };
}

/** Takes one use of it. @returns false: it is not good any more */
export async function useInvite(db: Db, code: string): Promise<boolean> {
  const rows = await db`
    update room_invites i set uses = uses + 1 where i.code = ${code} and ${isGood(db)} returning 1`;
  return rows.length > 0;
}

/** @returns whether the room had it */
export async function deleteInvite(db: Db, roomId: number, code: string): Promise<boolean> {
  const rows = await db`delete from room_invites where room_id = ${roomId} and code = ${code} returning 1`;
  return rows.length > 0;
}

/** All of the room. */
export async function deleteInvitesTo(db: Db, roomId: number): Promise<void> {
  await db`delete from room_invites where room_id = ${roomId}`;
}

/** The invitations that the account made for the room. */
export async function deleteInvitesOf(db: Db, roomId: number, creatorId: number): Promise<void> {
  await db`delete from room_invites where room_id = ${roomId} and creator_id = ${creatorId}`;
}

/** @returns how many */
export async function deleteExpiredInvites(db: Db, limit: number): Promise<number> {
  const { count } = await db`
    delete from room_invites
     where code in (select code from room_invites where expires_at < now() order by expires_at limit ${limit})`;
  return count;
}
