/**
 * Rooms as their members see them: direct rooms (one for each pair of accounts) and groups. The lobby is a room without
 * members, open to all.
 */

import type { Sql } from '../../store/database.ts';
import {
  type ActivityMark,
  listAllRooms,
  listMemberRooms,
  listMembers,
  listRoomsByActivity,
  listRoomsOf,
  type RoomKind,
  type RoomRow,
} from '../../store/rooms.ts';
import type { Contents } from '../contents.ts';
import type { Changes } from '../events/changes.ts';
import type { Actor, Person, RoomView } from '../model.ts';
import { checkPage, entryBytes, fitPage } from '../pages.ts';
import type { PersonRef } from '../people/people.ts';
import type { JoiningParts } from './joining.ts';
import { enterRoom, type RoomRef } from './room-access.ts';
import { type CreatedRoom, createRoomCreation, type NewGroup, type NewRoom } from './room-creation.ts';
import { type RoomPage, readRoomPage, readRoomView } from './room-views.ts';

export type { ActivityMark, NewRoom, RoomRef };
export type Rooms = {
  /**
   * Creates a room of the actor and others: a group, or, with one other member and neither title nor avatar, their direct
   * room, unless it exists (idempotent).
   * @throws AppError `invalid` | `not_found`: there is no account for one of the uids
   */
  createRoom(actor: Actor, room: NewRoom): Promise<{ room: Room; created: boolean }>;
  /**
   * The direct room with an account, created on first use (idempotent).
   * @throws AppError `not_found`: there is no such user | `self_chat`
   */
  openDirectRoom(actor: Actor, username: string): Promise<{ room: Room; created: boolean }>;
  /**
   * Creates a group, also of two and without a title. With an idempotency key, a repeated call makes nothing new.
   * @throws AppError `invalid` | `not_found`: there is no account for one of the uids | `forbidden`: a block |
   * `idempotency_key_reused`
   */
  createGroup(actor: Actor, group: NewGroup): Promise<RoomView>;
  /**
   * As `openDirectRoom`, for the native API.
   * @throws AppError `not_found`: there is no such account | `self_chat` | `forbidden`: a block
   */
  openDirectView(actor: Actor, ref: PersonRef): Promise<{ room: RoomView; created: boolean }>;
  /** The room with the actor's marks. @throws AppError `not_found` */
  getView(actor: Actor, ref: RoomRef): Promise<RoomView>;
  /** A page of the actor's rooms and the lobby with the actor's marks, the most recently active first. */
  listViews(actor: Actor, page?: { before?: ActivityMark | null; limit?: number }): Promise<RoomPage>;
  /** @throws AppError `not_found` */
  getRoom(actor: Actor, ref: RoomRef): Promise<Room>;
  /** The actor's own rooms, the most recently active first; the next page begins `before` the last one. */
  listRoomsByActivity(actor: Actor, page?: { before?: ActivityMark | null; limit?: number }): Promise<Room[]>;
  /**
   * The rooms that the actor may see, by id: the own ones and the lobby; for an admin, all. Pages from 0, 100 a page.
   * @throws AppError `invalid`
   */
  listRooms(actor: Actor, page: number): Promise<Room[]>;
  /** The rooms that the actor is a member of, by id. Pages from 0, 100 a page. @throws AppError `invalid` */
  listOwnRooms(actor: Actor, page: number): Promise<Room[]>;
};

export type Room = {
  readonly id: number;
  readonly uid: string;
  readonly kind: RoomKind;
  /** Unique. */
  readonly name: string;
  /** As the actor sees it: a room without a title of its own shows the names of the other members. */
  readonly title: string;
  readonly avatarUrl: string | null;
  readonly avatarKey: string | null;
  /** By id: the first hundred. */
  readonly members: readonly Person[];
  /** Time of the last message, or of the creation. */
  readonly activeAt: Date;
};

/** Rooms in one page, at most. */
const PAGE = 100;
/** Members of a room in an answer, at most. */
const MEMBERS_SHOWN = 100;

type Parts = JoiningParts & { readonly changes: Changes; readonly contents: Contents };

export function createRooms(sql: Sql, parts: Parts): Rooms {
  const { show } = parts;
  const creation = createRoomCreation(sql, parts);

  /** Reads the members of all rooms with one statement. */
  async function withMembers(rooms: readonly RoomRow[], actor: Actor): Promise<Room[]> {
    const rows =
      rooms.length === 0
        ? []
        : await listMembers(
            sql,
            rooms.map((room) => room.id),
            MEMBERS_SHOWN,
          );
    const members = new Map<number, Person[]>();
    for (const row of rows) {
      const known = members.get(row.room_id);
      const person = show(actor, row);
      if (known) known.push(person);
      else members.set(row.room_id, [person]);
    }
    return rooms.map((room) => toRoom(room, members.get(room.id) ?? [], actor));
  }

  async function presentRoom(room: RoomRow, actor: Actor): Promise<Room> {
    const [presented] = await withMembers([room], actor);
    return presented as Room;
  }

  async function presentCreated(creating: Promise<CreatedRoom>, actor: Actor) {
    const { room, created } = await creating;
    return { room: await presentRoom(room, actor), created };
  }

  return {
    createRoom: (actor, room): Promise<{ room: Room; created: boolean }> =>
      presentCreated(creation.createRoom(actor, room), actor),

    openDirectRoom: (actor, username): Promise<{ room: Room; created: boolean }> =>
      presentCreated(creation.openDirectRoom(actor, { username }), actor),

    createGroup: async (actor, group): Promise<RoomView> =>
      readRoomView(sql, show, actor, (await creation.createGroup(actor, group)).id),

    openDirectView: async (actor, ref): Promise<{ room: RoomView; created: boolean }> => {
      const { room, created } = await creation.openDirectRoom(actor, ref);
      return { room: await readRoomView(sql, show, actor, room.id), created };
    },

    getView: async (actor, ref): Promise<RoomView> =>
      readRoomView(sql, show, actor, (await enterRoom(sql, actor, ref)).id),

    listViews: (actor, page = {}): Promise<RoomPage> => readRoomPage(sql, show, actor.id, page),

    getRoom: async (actor, ref): Promise<Room> => presentRoom(await enterRoom(sql, actor, ref), actor),

    listRoomsByActivity: async (actor, { before = null, limit = PAGE } = {}): Promise<Room[]> => {
      const rooms = await listRoomsByActivity(sql, actor.id, before, Math.min(limit, PAGE));
      return fitPage(await withMembers(rooms, actor), sizeOf);
    },

    listRooms: async (actor, page): Promise<Room[]> => {
      const skip = checkPage(page, PAGE);
      const rooms = actor.isAdmin ? await listAllRooms(sql, skip, PAGE) : await listRoomsOf(sql, actor.id, skip, PAGE);
      return withMembers(rooms, actor);
    },

    listOwnRooms: async (actor, page): Promise<Room[]> =>
      withMembers(await listMemberRooms(sql, actor.id, checkPage(page, PAGE), PAGE), actor),
  };
}

function sizeOf({ title, avatarUrl, members }: Room): number {
  return members.reduce(
    (sum, { username, email, avatarUrl }) => sum + entryBytes(username, email, avatarUrl),
    entryBytes(title, avatarUrl),
  );
}

function toRoom(room: RoomRow, members: readonly Person[], actor: Actor): Room {
  const { active_at: activeAt, title, head: _, ...rest } = room;
  return { ...rest, title: title ?? titleFor(room, members, actor), members, activeAt };
}

/** The names of the other members; the actor's own if there are none. */
function titleFor(room: RoomRow, members: readonly Person[], actor: Actor): string {
  const others = members.filter((member) => member.id !== actor.id);
  const named = others.length > 0 ? others : members;
  return named.map((member) => member.username).join(', ') || room.name;
}
