/** The rights to the hooks of a room: its owners and moderators; of the lobby and the board, admins. */
import { AppError } from '../../errors.ts';
import type { Db, Sql } from '../../store/database.ts';
import { type DueHookRow, findOutgoingHook, type OutgoingHookRow } from '../../store/outgoing-hooks.ts';
import type { RoomRow } from '../../store/rooms.ts';
import { requireRole } from '../community/ranks.ts';
import { BOARD_STREAM } from '../events/events.ts';
import type { Actor } from '../model.ts';
import { enterRoom, type RoomRef } from '../rooms/room-access.ts';
import { requireAct } from '../rooms/room-roles.ts';
import { isUid } from '../text.ts';

/** @throws AppError `not_found` | `forbidden` */
export async function requireHooks(db: Db, actor: Actor, room: Pick<RoomRow, 'id' | 'kind'>): Promise<void> {
  if (room.kind === 'lobby') requireRole(actor, 'admin');
  else await requireAct(db, actor, room, 'hook');
}

/** @returns the stream, if the actor keeps its hooks @throws AppError `not_found` | `forbidden` */
export async function hookedStreamOf(sql: Sql, actor: Actor, ref: RoomRef | null): Promise<number> {
  if (ref === null) {
    requireRole(actor, 'admin');
    return BOARD_STREAM;
  }
  const room = await enterRoom(sql, actor, ref);
  await requireHooks(sql, actor, room);
  return room.id;
}

/** @throws AppError `not_found`: also if the actor does not keep the hooks there */
export async function findOwnOutgoingHook(sql: Sql, actor: Actor, id: string): Promise<OutgoingHookRow & DueHookRow> {
  const hook = isUid(id) ? await findOutgoingHook(sql, id) : null;
  if (hook === null) throw noHook();
  const room = hook.roomUid === null ? null : { id: hook.streamId };
  await hookedStreamOf(sql, actor, room).catch((error: unknown) => {
    throw error instanceof AppError ? noHook() : error;
  });
  return hook;
}

export function noHook(): AppError {
  return new AppError('not_found', { message: 'There is no such hook' });
}
