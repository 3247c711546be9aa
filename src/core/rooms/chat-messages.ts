/** What is said in a room: read, sent and listened to by those who may enter it. */

import { notFound } from '../../errors.ts';
import type { Connection } from '../../hub/connection.ts';
import type { Encoder } from '../../hub/log.ts';
import type { Sql } from '../../store/database.ts';
import { listLatestMessages, listMessagesAfterSkip, listMessagesBefore } from '../../store/messages.ts';
import type { Event, KoineHub } from '../events/events.ts';
import { type Actor, type Message, type ShowPerson, toMessage, type Viewer } from '../model.ts';
import { checkPage, checkWhole, entryBytes, fitPage } from '../pages.ts';
import type { Sessions } from '../sessions/sessions.ts';
import type { Lobby } from './lobby.ts';
import type { Messages } from './messages.ts';
import { canExist, enterRoom, getRoom, type RoomRef } from './room-access.ts';

export type ChatMessages = ReturnType<typeof createChatMessages>;
export type ChatEncoder = Encoder<Event>;

/**
 * A room that somebody may enter. `enter` admits a socket as theirs: it is sent what happens from this instant on. In the
 * lobby, they are seen to be there.
 */
export type Entrance = {
  readonly id: number;
  readonly enter: (connection: Connection, encoder: ChatEncoder) => Promise<void>;
};

/** Messages of one page, at most. */
const PAGE = 100;

type Parts = { messages: Messages; lobby: Lobby; sessions: Pick<Sessions, 'admit'>; show: ShowPerson };

export function createChatMessages(sql: Sql, hub: KoineHub, { messages, lobby, sessions, show }: Parts) {
  /**
   * Looks whether the actor may come in, and opens the room, before there is a socket.
   * @returns the room, to send to by id, and the way in
   * @throws AppError `not_found` | `rate_limited`
   */
  async function approachChat(actor: Actor, ref: RoomRef): Promise<Entrance> {
    const room = await enterRoom(sql, actor, ref);
    const door = room.kind === 'lobby' ? lobby.approach(actor) : null;
    const stream = await hub.open(room.id);
    async function enter(connection: Connection, encoder: ChatEncoder): Promise<void> {
      if (door !== null) return door.join(connection, encoder, () => {});
      if (!connection.open) return;
      sessions.admit(connection, actor);
      stream.follow(connection, encoder);
    }
    return { id: room.id, enter };
  }

  /**
   * Admits the socket as the actor's: it is sent what happens in the room from this instant on. In the lobby, the actor
   * is seen to be there.
   * @returns the room, to send to by id
   * @throws AppError `not_found`
   */
  async function openChat(
    connection: Connection,
    actor: Actor,
    ref: RoomRef,
    encoder: ChatEncoder,
  ): Promise<{ id: number }> {
    const { id, enter } = await approachChat(actor, ref);
    await enter(connection, encoder);
    return { id };
  }

  async function listPage(viewer: Viewer, room: { id: number }, page: number, limit: number): Promise<Message[]> {
    const size = Math.min(limit, PAGE);
    const rows = await listMessagesAfterSkip(sql, room.id, checkPage(page, size), size);
    return rows.map(({ payload }) => toMessage(payload, viewer, show));
  }

  return {
    approachChat,
    openChat,

    /**
     * Sends to a room. By id it takes no look at the room before: who may not speak there is refused in the statement
     * that stores the message, and what comes in one turn stays in order.
     * @throws AppError `not_found` | as `Messages.send`
     */
    sendMessage: async (actor: Actor, ref: RoomRef, text: string): Promise<Message> => {
      if (!('id' in ref)) return messages.send(await enterRoom(sql, actor, ref), actor, text);
      if (!canExist(ref)) throw notFound('room');
      return messages.send(ref, actor, text);
    },

    /**
     * A page of the room's messages, from 0, the newest; oldest first within it.
     * @throws AppError `not_found` | `invalid`
     */
    listMessagePage: async (actor: Actor, ref: RoomRef, page: number, limit: number): Promise<Message[]> =>
      listPage(actor, await enterRoom(sql, actor, ref), page, limit),

    /**
     * As `listMessagePage`, of any room, for a reader who is taken at their word to be a member of it.
     * @throws AppError `not_found` | `invalid`
     */
    listTrustedMessagePage: async (ref: { readonly uid: string }, page: number, limit: number): Promise<Message[]> =>
      listPage(null, await getRoom(sql, ref), page, limit),

    /**
     * The newest messages of the room, or (`before`) the newest of those with an id below that; oldest first.
     * @throws AppError `not_found` | `invalid`
     */
    listMessages: async (actor: Actor, ref: RoomRef, before: number | null, limit = PAGE): Promise<Message[]> => {
      const { id } = await enterRoom(sql, actor, ref);
      const size = Math.min(limit, PAGE);
      const rows =
        before === null
          ? await listLatestMessages(sql, id, size)
          : await listMessagesBefore(sql, id, checkWhole('before', before), size);
      // The newest that fit: the page before begins where this one does.
      const newestFirst = rows.map(({ payload }) => toMessage(payload, actor, show)).reverse();
      return fitPage(newestFirst, ({ author, body }) => entryBytes(body, author.avatarUrl)).reverse();
    },
  };
}
