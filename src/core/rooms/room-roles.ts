/**
 * Rights in a room.
 *
 * - Every member of a group reads, writes and pins, sees the members, leaves, and has their own marks.
 * - Moderators and owners also add people, make and revoke invitations, keep hooks, change the title and the picture, remove members of a lower
 *   role, and delete messages of others.
 * - Owners also give and take roles, and delete the group. An owner may remove everybody.
 * - A group with members has an owner: if the last one leaves, is removed, or becomes something else, the member who has been there
 *   longest becomes owner. If the last member leaves, or only hooks are left, the group is deleted.
 * - The two of a direct room are equal. Nobody joins it, leaves it, renames it or deletes it.
 * - The lobby is everybody's, and nobody changes it, but that moderators of the community say who may write there. Admins pin there.
 * - Moderators of the community delete any message that they know of. Else they have no rights in rooms of others: to those who are not
 *   in a room, it does not exist.
 * - If only moderators write (`posting`), members react and delete their own.
 */
import { AppError, notFound } from '../../errors.ts';
import type { Db } from '../../store/database.ts';
import { findRoles } from '../../store/room-members.ts';
import type { RoomRow } from '../../store/rooms.ts';
import type { Actor, Role } from '../model.ts';

export type RoomAct = 'add' | 'invite' | 'rename' | 'remove' | 'appoint' | 'delete' | 'moderate' | 'hook';

const RANK: Readonly<Record<Role, number>> = { member: 0, moderator: 1, owner: 2 };
const NEEDED: Readonly<Record<RoomAct, Role>> = {
  add: 'moderator',
  invite: 'moderator',
  rename: 'moderator',
  remove: 'moderator',
  moderate: 'moderator',
  hook: 'moderator',
  appoint: 'owner',
  delete: 'owner',
};

/** Whether a member of a group with this role may do that. */
export function may(role: Role, act: RoomAct): boolean {
  return RANK[role] >= RANK[NEEDED[act]];
}

/** Whether the one may remove the other. */
export function mayRemove(role: Role, other: Role): boolean {
  return role === 'owner' || (may(role, 'remove') && RANK[role] > RANK[other]);
}

/**
 * The actor's role in a group, as it is in this transaction: call it when the room's stream is locked.
 * @throws AppError `not_found`: not a member (any more) | `forbidden`: not a group, or the role does not allow it
 */
export async function requireAct(
  tx: Db,
  actor: Actor,
  room: Pick<RoomRow, 'id' | 'kind'>,
  act: RoomAct,
): Promise<Role> {
  const role = await requireRole(tx, actor, room);
  if (!may(role, act)) throw new AppError('forbidden');
  return role;
}

/** As `requireAct`, for what every member may do. */
export async function requireRole(tx: Db, actor: Actor, room: Pick<RoomRow, 'id' | 'kind'>): Promise<Role> {
  if (room.kind === 'lobby') throw new AppError('forbidden');
  const role = (await findRoles(tx, room.id, [actor.id])).get(actor.id);
  if (role === undefined) throw notFound('room');
  if (room.kind !== 'group') throw new AppError('forbidden');
  return role;
}
