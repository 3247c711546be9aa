/** The rights to the hooks of a room: its owners and moderators; of the lobby, admins. */
import { AppError } from '../../errors.ts';
import type { Db } from '../../store/database.ts';
import type { RoomRow } from '../../store/rooms.ts';
import { requireRole } from '../community/ranks.ts';
import type { Actor } from '../model.ts';
import { requireAct } from '../rooms/room-roles.ts';

/** @throws AppError `not_found` | `forbidden` */
export async function requireHooks(db: Db, actor: Actor, room: Pick<RoomRow, 'id' | 'kind'>): Promise<void> {
  if (room.kind === 'lobby') requireRole(actor, 'admin');
  else await requireAct(db, actor, room, 'hook');
}

export function noHook(): AppError {
  return new AppError('not_found', { message: 'There is no such hook' });
}
