/** Changes of groups as a whole: the title, the picture, the end. */

import { isDeepStrictEqual } from 'node:util';
import type { Db, Sql } from '../../store/database.ts';
import { deleteInvitesTo } from '../../store/invites.ts';
import { deleteAllMembers } from '../../store/room-members.ts';
import {
  deleteMessagesIn,
  deleteRooms,
  findDeletedRooms,
  findRoom,
  markRoomDeleted,
  type Posting,
  type RoomRow,
  updateRoom,
} from '../../store/rooms.ts';
import { requireRole as requireCommunityRole } from '../community/ranks.ts';
import type { Contents } from '../contents.ts';
import type { StreamFact } from '../events/append.ts';
import type { Changes } from '../events/changes.ts';
import type { Media } from '../media/media.ts';
import { attachImages, type Receive, type StoredImage } from '../media/stored-images.ts';
import type { Actor, RoomLook, RoomView, ShowPerson } from '../model.ts';
import { recordActs } from '../moderation/audit.ts';
import { enterRoom, type RoomRef } from './room-access.ts';
import { checkLook } from './room-creation.ts';
import { requireAct } from './room-roles.ts';
import { readRoomView } from './room-views.ts';

export type RoomChanges = {
  /** @throws AppError `invalid` | `not_found` | `forbidden` */
  changeRoom(actor: Actor, ref: RoomRef, change: RoomChange): Promise<RoomView>;
  /**
   * The picture is received if the actor may set it.
   * @throws AppError `not_found` | `forbidden` | `unsupported_media_type` | `too_large` | `rate_limited` | `quota_exceeded` |
   * `overloaded`
   */
  setPicture(actor: Actor, ref: RoomRef, receive: Receive): Promise<RoomView>;
  /** Idempotent. @throws AppError `not_found` | `forbidden` */
  removePicture(actor: Actor, ref: RoomRef): Promise<void>;
  /**
   * Deletes a group with all its messages. Its members are out of it at once; a long history is deleted after the answer.
   * @throws AppError `not_found` | `forbidden`
   */
  removeRoom(actor: Actor, ref: RoomRef): Promise<void>;
  /** Deletes what is left of deleted rooms. */
  clearDeleted(): Promise<void>;
};

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

/** @returns the fact for its followers; none: it looks like that already */
async function changeLook(tx: Db, room: RoomRow, change: Partial<RoomLook>): Promise<StreamFact[]> {
  const { id, title, avatarUrl, avatarKey, posting } = room;
  const before = { title, avatarUrl, avatarKey, posting };
  const data = { ...before, ...change };
  if (isDeepStrictEqual(data, before)) return [];
  await updateRoom(tx, id, data);
  return [{ streamId: id, fact: { kind: 'room.changed', data } }];
}

type Parts = {
  readonly changes: Changes;
  readonly contents: Contents;
  readonly media: Pick<Media, 'withAvatar' | 'pictureUrl'>;
  readonly show: ShowPerson;
};

export function createRoomChanges(sql: Sql, { changes, contents, media, show }: Parts): RoomChanges {
  async function changeRoom(actor: Actor, ref: RoomRef, change: RoomChange): Promise<RoomView> {
    const room = await enterRoom(sql, actor, ref);
    await changes.run([room.id], async (tx) => {
      await requireMayChange(tx, actor, room, change);
      const before = (await findRoom(tx, room)) ?? room;
      const facts = await changeLook(tx, before, checkChange(before, change));
      const { posting = before.posting } = change;
      if (room.kind === 'lobby' && facts.length > 0)
        await recordActs(tx, actor, {
          action: 'lobby.posting',
          before: { posting: before.posting },
          after: { posting },
        });
      return { result: null, facts };
    });
    return readRoomView(sql, show, actor, room.id);
  }

  function checkChange(before: RoomRow, { title, avatar, posting }: RoomChange): Partial<RoomLook> {
    const wanted = checkLook(contents, { title: title || undefined, avatar: avatar || undefined });
    // Clients send back what they were shown: the uploaded picture stays.
    const isAnother = avatar !== undefined && avatar !== media.pictureUrl(before);
    return {
      ...(title !== undefined && { title: wanted.title }),
      ...(isAnother && { avatarUrl: wanted.avatarUrl, avatarKey: null }),
      ...(posting !== undefined && { posting }),
    };
  }

  /** Null: no picture. */
  async function replacePicture(actor: Actor, room: RoomRow, picture: StoredImage | null): Promise<void> {
    await changes.run([room.id], async (tx) => {
      await requireAct(tx, actor, room, 'rename');
      if (picture !== null) await attachImages(tx, [picture]);
      const before = (await findRoom(tx, room)) ?? room;
      const avatarKey = picture?.key ?? null;
      return { result: null, facts: await changeLook(tx, before, { avatarUrl: null, avatarKey }) };
    });
  }

  async function setPicture(actor: Actor, ref: RoomRef, receive: Receive): Promise<RoomView> {
    const room = await enterRoom(sql, actor, ref);
    await requireAct(sql, actor, room, 'rename');
    await receive((upload) =>
      media.withAvatar(actor, { owner: room.uid, upload }, (picture) => replacePicture(actor, room, picture)),
    );
    return readRoomView(sql, show, actor, room.id);
  }

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
    await deleteRooms(sql, [roomId]);
    return true;
  }

  return {
    changeRoom,
    setPicture,
    removePicture: async (actor, ref): Promise<void> => replacePicture(actor, await enterRoom(sql, actor, ref), null),
    removeRoom,
    clearDeleted: async (): Promise<void> => {
      for (const id of await findDeletedRooms(sql, ROOMS)) while (!(await clear(id)));
    },
  };
}
