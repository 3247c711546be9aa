/** Removes accounts from a room, and notifies them. */
import type { Db } from '../../store/database.ts';
import { deleteInvitesOf } from '../../store/invites.ts';
import { disableHooksOf } from '../../store/outgoing-hooks.ts';
import { appointOwners, deleteMember } from '../../store/room-members.ts';
import { markRoomDeleted, type RoomRow } from '../../store/rooms.ts';
import type { StreamFact } from '../events/append.ts';
import type { Changed } from '../events/changes.ts';
import type { Account } from '../model.ts';

/** Removes a member, as part of a change that holds the room's stream. A room without members other than hooks is deleted. */
export async function dismiss(
  tx: Db,
  room: Pick<RoomRow, 'id' | 'uid'>,
  { id, uid }: Pick<Account, 'id' | 'uid'>,
): Promise<Omit<Changed<null>, 'result'>> {
  await deleteMember(tx, room.id, id);
  await deleteInvitesOf(tx, room.id, id);
  // Their addresses may belong to the former member. Another manager of the hooks can turn them on again.
  await disableHooksOf(tx, room.id, id);
  const owners = await appointOwners(tx, [room.id]);
  await markRoomDeleted(tx, room.id, { ifEmpty: true });
  const facts: StreamFact[] = [
    { streamId: room.id, fact: { kind: 'membership.removed', data: { id, uid } } },
    ...owners.map((owner) => ({
      streamId: room.id,
      fact: { kind: 'membership.changed', data: asOwner(owner) } as const,
    })),
  ];
  const personal = [{ accountId: id, fact: { kind: 'room.left', data: { id: room.id, uid: room.uid } } as const }];
  return { facts, personal };
}

export function asOwner({ id, uid }: { readonly id: number; readonly uid: string }) {
  return { id, uid, role: 'owner' } as const;
}
