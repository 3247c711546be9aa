/**
 * Chats as their members see them: direct ones, of which two people have one, and groups. The lobby is a room like
 * them, without members and open to all.
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
import type { Actor, Person, ShowPerson } from '../model.ts';
import { checkPage, entryBytes, fitPage } from '../pages.ts';
import { createChatMaking, type NewChat } from './chat-making.ts';
import { enterRoom, type RoomRef } from './room-access.ts';

export type { ActivityMark, NewChat, RoomRef };
export type Chats = ReturnType<typeof createChats>;

export type Chat = {
  readonly id: number;
  readonly uid: string;
  readonly kind: RoomKind;
  /** Unique. */
  readonly name: string;
  /** As the actor sees it: where it was given none, the names of the others. */
  readonly title: string;
  readonly avatar: string | null;
  /** By id. */
  readonly members: readonly Person[];
  /** When somebody spoke last; to begin with, when it was made. */
  readonly activeAt: Date;
};

/** Chats of one page, at most. */
const PAGE = 100;

export function createChats(sql: Sql, contents: Contents, show: ShowPerson) {
  const making = createChatMaking(sql, contents);

  /** Rooms with their members, which are one statement whatever the number of rooms. */
  async function withMembers(rooms: readonly RoomRow[], actor: Actor): Promise<Chat[]> {
    const rows =
      rooms.length === 0
        ? []
        : await listMembers(
            sql,
            rooms.map((room) => room.id),
          );
    const members = new Map<number, Person[]>();
    for (const row of rows) {
      const known = members.get(row.room_id);
      const person = show(actor, row);
      if (known) known.push(person);
      else members.set(row.room_id, [person]);
    }
    return rooms.map((room) => toChat(room, members.get(room.id) ?? [], actor));
  }

  async function asChat(room: RoomRow, actor: Actor): Promise<Chat> {
    const [chat] = await withMembers([room], actor);
    return chat as Chat;
  }

  async function made(making: Promise<{ room: RoomRow; created: boolean }>, actor: Actor) {
    const { room, created } = await making;
    return { chat: await asChat(room, actor), created };
  }

  return {
    /**
     * Makes a chat of the actor and others: a group, or, with one other and neither title nor avatar, the direct one of
     * the two, unless they have it already.
     * @throws AppError `invalid` | `not_found`: one of the others is nobody
     */
    createChat: (actor: Actor, chat: NewChat): Promise<{ chat: Chat; created: boolean }> =>
      made(making.createChat(actor, chat), actor),

    /**
     * The direct chat with somebody, made where there is none yet.
     * @throws AppError `not_found`: there is no such user | `self_chat`
     */
    openDirectChat: (actor: Actor, username: string): Promise<{ chat: Chat; created: boolean }> =>
      made(making.openDirectChat(actor, { username }), actor),

    /** @throws AppError `not_found` */
    getChat: async (actor: Actor, ref: RoomRef): Promise<Chat> => asChat(await enterRoom(sql, actor, ref), actor),

    /** The actor's own chats, those in which somebody spoke last first; the next page begins `before` the last one. */
    listChats: async (
      actor: Actor,
      { before = null, limit = PAGE }: { before?: ActivityMark | null; limit?: number } = {},
    ): Promise<Chat[]> => {
      const rooms = await listRoomsByActivity(sql, actor.id, before, Math.min(limit, PAGE));
      return fitPage(await withMembers(rooms, actor), sizeOf);
    },

    /**
     * The rooms that the actor may see, by id: their own and the lobby; an admin, all. Pages from 0, 100 a page.
     * @throws AppError `invalid`
     */
    listRooms: async (actor: Actor, page: number): Promise<Chat[]> => {
      const skip = checkPage(page, PAGE);
      const rooms = actor.isAdmin ? await listAllRooms(sql, skip, PAGE) : await listRoomsOf(sql, actor.id, skip, PAGE);
      return withMembers(rooms, actor);
    },

    /** The rooms that the actor is a member of, by id. Pages from 0, 100 a page. @throws AppError `invalid` */
    listOwnRooms: async (actor: Actor, page: number): Promise<Chat[]> =>
      withMembers(await listMemberRooms(sql, actor.id, checkPage(page, PAGE), PAGE), actor),
  };
}

function sizeOf({ title, avatar, members }: Chat): number {
  return members.reduce(
    (sum, { username, email, avatarUrl }) => sum + entryBytes(username, email, avatarUrl),
    entryBytes(title, avatar),
  );
}

function toChat(room: RoomRow, members: readonly Person[], actor: Actor): Chat {
  const { active_at: activeAt, title, ...rest } = room;
  return { ...rest, title: title ?? titleFor(room, members, actor), members, activeAt };
}

/** The names of the others; one's own where there are none (any more). */
function titleFor(room: RoomRow, members: readonly Person[], actor: Actor): string {
  const others = members.filter((member) => member.id !== actor.id);
  const named = others.length > 0 ? others : members;
  return named.map((member) => member.username).join(', ') || room.name;
}
