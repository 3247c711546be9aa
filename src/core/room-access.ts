/** Who may enter a room: its members; the lobby, everybody. */
import { AppError, notFound } from '../errors.ts';
import type { Sql } from '../store/database.ts';
import { findRoomFor, type RoomRef, type RoomRow } from '../store/rooms.ts';
import type { Caller } from './sessions.ts';
import { composed, isUid } from './text.ts';

export type { RoomRef };

/** No account has this id. */
const NOBODY = 0;
/** Where ids end. */
const MAX_ID = 2 ** 31 - 1;

/**
 * The room, if the actor may read it and speak in it.
 * @throws AppError `not_found` | `forbidden`
 */
export async function enterRoom(sql: Sql, actor: Caller, ref: RoomRef): Promise<RoomRow> {
  const { is_member: isMember, ...room } = await getRoom(sql, ref, actor.id);
  if (room.kind !== 'lobby' && !isMember) throw new AppError('forbidden');
  return room;
}

/** The room, and whether that account is a member. Nobody's right to it is checked here. @throws AppError `not_found` */
export async function getRoom(sql: Sql, ref: RoomRef, accountId = NOBODY): Promise<RoomRow & { is_member: boolean }> {
  const found = canExist(ref) ? await findRoomFor(sql, normalized(ref), accountId) : null;
  if (found === null) throw notFound('room');
  return found;
}

/** Whether the database can be asked for it at all. */
export function canExist(ref: RoomRef): boolean {
  if ('id' in ref) return Number.isInteger(ref.id) && ref.id > 0 && ref.id <= MAX_ID;
  return 'uid' in ref ? isUid(ref.uid) : composed(ref.name)?.includes('\0') === false;
}

/** Names are kept in NFC (see room-names.ts). */
function normalized(ref: RoomRef): RoomRef {
  return 'name' in ref ? { name: composed(ref.name) ?? '' } : ref;
}
