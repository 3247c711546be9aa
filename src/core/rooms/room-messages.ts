/** The messages of a room: reading, sending and following them, for accounts that may enter the room. */

import { notFound } from '../../errors.ts';
import type { Connection } from '../../hub/connection.ts';
import type { Sql } from '../../store/database.ts';
import { listLatestMessages, listMessagesAfterSkip, listMessagesBefore } from '../../store/messages.ts';
import type { KoineEncoder, KoineHub } from '../events/events.ts';
import { type Actor, type Message, type ShowPerson, sees, toMessage, type Viewer } from '../model.ts';
import type { Standings } from '../moderation/standings.ts';
import { checkPage, checkWhole, entryBytes, fitPage } from '../pages.ts';
import type { Sessions } from '../sessions/sessions.ts';
import type { Lobby } from './lobby.ts';
import type { Messages } from './messages.ts';
import { canExist, enterRoom, getRoom, type RoomRef } from './room-access.ts';

export type RoomMessages = {
  /**
   * Checks whether the actor may enter, and opens the stream, before there is a socket. The socket gets the events after that.
   * @throws AppError `not_found` | `rate_limited`
   */
  approachRoom(actor: Actor, ref: RoomRef): Promise<RoomAdmission>;
  /**
   * Binds the socket to the actor and sends it all events of the room from this instant on. In the lobby, the actor goes
   * online.
   * @returns the room, to send to by id
   * @throws AppError `not_found`
   */
  openRoom(connection: Connection, actor: Actor, ref: RoomRef, encoder: RoomEncoder): Promise<{ id: number }>;
  /**
   * Sends to a room. By id, the room is not read first: the statement that stores the message refuses strangers, and
   * messages of one tick stay in order.
   * @throws AppError `not_found` | as `Messages.send`
   */
  sendMessage(actor: Actor, ref: RoomRef, text: string): Promise<Message>;
  /**
   * A page of the room's messages, oldest first within it. Page 0 is the newest.
   * @throws AppError `not_found` | `invalid`
   */
  listMessagePage(actor: Actor, ref: RoomRef, page: number, limit: number): Promise<Message[]>;
  /**
   * As `listMessagePage`, of any room, without a check of membership (open dialects only).
   * @throws AppError `not_found` | `invalid`
   */
  listTrustedMessagePage(ref: { readonly uid: string }, page: number, limit: number): Promise<Message[]>;
  /**
   * The newest messages of the room, or (`before`) the newest with a lower id; oldest first.
   * @throws AppError `not_found` | `invalid`
   */
  listMessages(actor: Actor, ref: RoomRef, before: number | null, limit?: number): Promise<Message[]>;
};
export type RoomEncoder = KoineEncoder;

/**
 * The permission to enter a room. `enter` binds a socket to the actor and sends it all events from this instant on. In the
 * lobby, the actor goes online.
 */
export type RoomAdmission = {
  readonly id: number;
  readonly enter: (connection: Connection, encoder: RoomEncoder) => Promise<void>;
};

/** Messages in one page, at most. */
const PAGE = 100;

type Parts = {
  messages: Messages;
  lobby: Lobby;
  sessions: Pick<Sessions, 'bind'>;
  hideBlocked: Standings['hideBlocked'];
  show: ShowPerson;
};

export function createRoomMessages(
  sql: Sql,
  hub: KoineHub,
  { messages, lobby, sessions, hideBlocked, show }: Parts,
): RoomMessages {
  async function approachRoom(actor: Actor, ref: RoomRef): Promise<RoomAdmission> {
    const room = await enterRoom(sql, actor, ref);
    // From there on, an event that removes the actor is seen.
    const { head } = room;
    const admission = room.kind === 'lobby' ? lobby.approach(actor) : null;
    const stream = await hub.open(room.id);
    async function enter(connection: Connection, encoder: RoomEncoder): Promise<void> {
      if (admission !== null) return admission.join(connection, encoder, () => {});
      if (!connection.open) return;
      sessions.bind(connection, actor);
      await hideBlocked(connection, actor);
      await hub.replay(stream, connection, encoder, head, { checkedAt: head });
    }
    return { id: room.id, enter };
  }

  async function openRoom(
    connection: Connection,
    actor: Actor,
    ref: RoomRef,
    encoder: RoomEncoder,
  ): Promise<{ id: number }> {
    const { id, enter } = await approachRoom(actor, ref);
    await enter(connection, encoder);
    return { id };
  }

  async function listPage(viewer: Viewer, room: { id: number }, page: number, limit: number): Promise<Message[]> {
    const size = Math.min(limit, PAGE);
    const rows = await listMessagesAfterSkip(sql, room.id, checkPage(page, size), size);
    return seenBy(
      viewer,
      rows.map(({ payload }) => toMessage(payload, viewer, show)),
    );
  }

  return {
    approachRoom,
    openRoom,

    sendMessage: async (actor, ref, text): Promise<Message> => {
      if (!('id' in ref)) return messages.send(await enterRoom(sql, actor, ref), actor, { body: text });
      if (!canExist(ref)) throw notFound('room');
      return messages.send(ref, actor, { body: text });
    },

    listMessagePage: async (actor, ref, page, limit): Promise<Message[]> =>
      listPage(actor, await enterRoom(sql, actor, ref), page, limit),

    listTrustedMessagePage: async (ref, page, limit): Promise<Message[]> =>
      listPage(null, await getRoom(sql, ref), page, limit),

    listMessages: async (actor, ref, before, limit = PAGE): Promise<Message[]> => {
      const { id } = await enterRoom(sql, actor, ref);
      const size = Math.min(limit, PAGE);
      const rows =
        before === null
          ? await listLatestMessages(sql, id, size)
          : await listMessagesBefore(sql, id, checkWhole('before', before), size);
      // The newest ones that fit: the previous page ends where this one begins.
      const newestFirst = rows.map(({ payload }) => toMessage(payload, actor, show)).reverse();
      return seenBy(actor, fitPage(newestFirst, ({ author, body }) => entryBytes(body, author.avatarUrl)).reverse());
    },
  };
}

function seenBy(viewer: Viewer, messages: readonly Message[]): Message[] {
  return messages.filter(({ author }) => sees(viewer, author.id));
}
