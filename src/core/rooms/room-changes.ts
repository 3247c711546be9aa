/** Changes of groups as a whole: the title, the picture, the end. */

import type { Db, Sql } from '../../store/database.ts';
import { deleteInvitesTo } from '../../store/invites.ts';
import { deleteAllMembers } from '../../store/room-members.ts';
import {
  deleteMessagesIn,
  deleteRoom,
  findDeletedRooms,
  findRoom,
  markRoomDeleted,
  type Posting,
  type RoomRow,
  updateRoom,
} from '../../store/rooms.ts';
import { requireRole as requireCommunityRole } from '../community/ranks.ts';
import type { Contents } from '../contents.ts';
import type { Changes } from '../events/changes.ts';
import type { Actor, RoomView, ShowPerson } from '../model.ts';
import { recordActs } from '../moderation/audit.ts';
import { enterRoom, type RoomRef } from './room-access.ts';
import { checkLook } from './room-creation.ts';
import { requireAct } from './room-roles.ts';
import { readRoomView } from './room-views.ts';

export type RoomChanges = ReturnType<typeof createRoomChanges>;

/** The fields to change; absent ones stay. Null or `''`: none. Of the lobby, moderators of the community change `posting`, and nobody more. */
export type RoomChange = {
  readonly title?: string | null | undefined;
  /** A web address, or a path on the front end's host. */
  readonly avatar?: string | null | undefined;
  readonly posting?: Posting | undefined;
};

/** @throws AppError `not_found` | `forbidden` */
async function requireMayChange(
  tx: Db,
  actor: Actor,
  room: Pick<RoomRow, 'id' | 'kind'>,
  { title, avatar }: RoomChange,
): Promise<void> {
  if (room.kind === 'lobby' && title === undefined && avatar === undefined) requireCommunityRole(actor, 'moderator');
  else await requireAct(tx, actor, room, 'rename');
}

/** Messages in one transaction. */
const MESSAGES = 2_000;
/** Rooms in one round. */
const ROOMS = 100;

type Parts = { readonly changes: Changes; readonly contents: Contents; readonly show: ShowPerson };

export function createRoomChanges(sql: Sql, { changes, contents, show }: Parts) {
  /** @throws AppError `invalid` | `not_found` | `forbidden` */
  async function changeRoom(actor: Actor, ref: RoomRef, change: RoomChange): Promise<RoomView> {
    const room = await enterRoom(sql, actor, ref);
    await changes.run([room.id], async (tx) => {
      await requireMayChange(tx, actor, room, change);
      const { title, avatar, posting } = (await findRoom(tx, room)) ?? room;
      const wanted = checkLook(contents, { title: change.title || undefined, avatar: change.avatar || undefined });
      const next = {
        title: change.title === undefined ? title : wanted.title,
        avatar: change.avatar === undefined ? avatar : wanted.avatar,
        posting: change.posting ?? posting,
      };
      if (next.title === title && next.avatar === avatar && next.posting === posting) return { result: null };
      await updateRoom(tx, room.id, next);
      if (room.kind === 'lobby')
        await recordActs(tx, actor, { action: 'lobby.posting', before: { posting }, after: { posting: next.posting } });
      const data = { title: next.title, avatarUrl: next.avatar, posting: next.posting };
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
