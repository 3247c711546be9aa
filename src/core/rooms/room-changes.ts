/** Changes of groups as a whole: the title, the picture, the end. */

import type { Sql } from '../../store/database.ts';
import { deleteInvitesTo } from '../../store/invites.ts';
import { deleteAllMembers } from '../../store/room-members.ts';
import {
  deleteMessagesIn,
  deleteRoom,
  findDeletedRooms,
  findRoom,
  markRoomDeleted,
  updateLook,
} from '../../store/rooms.ts';
import type { Contents } from '../contents.ts';
import type { Changes } from '../events/changes.ts';
import type { Actor, RoomView, ShowPerson } from '../model.ts';
import { enterRoom, type RoomRef } from './room-access.ts';
import { checkLook } from './room-creation.ts';
import { requireAct } from './room-roles.ts';
import { readRoomView } from './room-views.ts';

export type RoomChanges = ReturnType<typeof createRoomChanges>;

/** The fields to change; absent ones stay. Null or `''`: none. */
export type LookChange = {
  readonly title?: string | null | undefined;
  /** A web address, or a path on the front end's host. */
  readonly avatar?: string | null | undefined;
};

/** Messages in one transaction. */
const MESSAGES = 2_000;
/** Rooms in one round. */
const ROOMS = 100;

type Parts = { readonly changes: Changes; readonly contents: Contents; readonly show: ShowPerson };

export function createRoomChanges(sql: Sql, { changes, contents, show }: Parts) {
  /** @throws AppError `invalid` | `not_found` | `forbidden` */
  async function changeRoom(actor: Actor, ref: RoomRef, change: LookChange): Promise<RoomView> {
    const room = await enterRoom(sql, actor, ref);
    await changes.run([room.id], async (tx) => {
      await requireAct(tx, actor, room, 'rename');
      const { title, avatar } = (await findRoom(tx, room)) ?? room;
      const wanted = checkLook(contents, { title: change.title || undefined, avatar: change.avatar || undefined });
      const look = {
        title: change.title === undefined ? title : wanted.title,
        avatar: change.avatar === undefined ? avatar : wanted.avatar,
      };
      if (look.title === title && look.avatar === avatar) return { result: null };
      await updateLook(tx, room.id, look);
      const data = { title: look.title, avatarUrl: look.avatar };
      return { result: null, facts: [{ streamId: room.id, fact: { kind: 'room.changed', data } }] };
    });
    return readRoomView(sql, show, actor, room.id);
  }

  /**
   * Deletes a group with all its messages. Its members are out of it at once; a long history is deleted after the answer.
   * @throws AppError `not_found` | `forbidden`
   */
  async function removeRoom(actor: Actor, ref: RoomRef): Promise<void> {
    const room = await enterRoom(sql, actor, ref);
    await changes.run([room.id], async (tx) => {
      await requireAct(tx, actor, room, 'delete');
      const members = await deleteAllMembers(tx, room.id);
      await deleteInvitesTo(tx, room.id);
      await markRoomDeleted(tx, room.id);
      const data = { id: room.id, uid: room.uid };
      return { result: null, personal: members.map((accountId) => ({ accountId, fact: { kind: 'room.left', data } })) };
    });
    await clear(room.id);
  }

  /** Deletes a part of the room's messages; with the last ones, the room. @returns whether it is gone */
  async function clear(roomId: number): Promise<boolean> {
    if ((await deleteMessagesIn(sql, roomId, MESSAGES)) === MESSAGES) return false;
    await deleteRoom(sql, roomId);
    return true;
  }

  return {
    changeRoom,
    removeRoom,
    /** Deletes what is left of deleted rooms. */
    clearDeleted: async (): Promise<void> => {
      for (const id of await findDeletedRooms(sql, ROOMS)) while (!(await clear(id)));
    },
  };
}
