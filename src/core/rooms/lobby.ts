/** The lobby: the one public room, where everybody who is signed in may listen and speak. */

import { AppError } from '../../errors.ts';
import type { Connection } from '../../hub/connection.ts';
import type { Encoder } from '../../hub/log.ts';
import type { Stream } from '../../hub/stream.ts';
import type { Buckets } from '../../limits/buckets.ts';
import type { Sql } from '../../store/database.ts';
import { findSeqBeforeLatest } from '../../store/events.ts';
import { type Event, type KoineHub, LOBBY_STREAM } from '../events/events.ts';
import type { Actor, Message } from '../model.ts';
import type { PresenceEntry } from '../presence/entries.ts';
import type { Entered, Presence } from '../presence/presence.ts';
import type { Sessions } from '../sessions/sessions.ts';
import type { Messages } from './messages.ts';

const LOBBY = { id: LOBBY_STREAM };

export type Lobby = ReturnType<typeof createLobby>;
export type LobbyEncoder = Encoder<Event>;

/** The way in of somebody who may come. */
export type LobbyAdmission = {
  /**
   * Admits the socket as the actor's. What `greet` sends (it is given who was there before) comes first, then all that
   * happens from this instant on.
   */
  readonly join: (
    connection: Connection,
    encoder: LobbyEncoder,
    greet: (present: readonly string[]) => void,
  ) => Promise<void>;
};

/** `arrivals`: of an account. Everybody in the lobby is told of each, and each is stored. */
type Parts = { messages: Messages; presence: Presence; sessions: Pick<Sessions, 'admit'>; arrivals: Buckets };

export function createLobby(sql: Sql, hub: KoineHub, { messages, presence, sessions, arrivals }: Parts) {
  /**
   * Counts an arrival, before there is a socket.
   * @throws AppError `rate_limited`
   */
  function approach(actor: Actor): LobbyAdmission {
    const retryAfter = arrivals.take(String(actor.id));
    if (retryAfter > 0) throw new AppError('rate_limited', { retryAfter });
    return { join: (connection, encoder, greet) => join(connection, actor, encoder, greet) };
  }

  async function join(
    connection: Connection,
    actor: Actor,
    encoder: LobbyEncoder,
    greet: (present: readonly string[]) => void,
  ): Promise<void> {
    const stream = await hub.open(LOBBY.id);
    if (!connection.open) return;
    sessions.admit(connection, actor);
    await enter(connection, actor, { entrance: 'lobby' }, ({ stream: comings, present, joined }) => {
      greet(present);
      stream.follow(connection, encoder);
      const own = joined && encoder.event(joined);
      if (own) connection.sendText(own);
      comings.follow(connection, presence.encoderFor(encoder));
    });
  }

  /** `admit` is called in the instant that it is told of, if the socket is still open then. */
  async function enter(
    connection: Connection,
    actor: Actor,
    entry: PresenceEntry,
    admit: (entered: Entered) => void = () => {},
  ): Promise<void> {
    const leave = () => presence.leave(actor, entry);
    connection.onClose.push(leave);
    try {
      await presence.enter(actor, entry, (entered) => connection.open && admit(entered));
    } catch (error) {
      leave();
      throw error;
    }
    // It may have closed before it had entered.
    if (!connection.open) leave();
  }

  /**
   * Admits the socket as the actor's only one of that entrance (`entrance`): the one before it is told by `onDisplaced`. From the
   * newest `history` messages of this instant on it is sent everything, as fast as it reads.
   * @returns once that instant is fixed, so that whatever the socket says from now on comes after it. `caughtUp`: false
   * when it left, or stopped reading, before it had caught up
   * @throws AppError `rate_limited`
   */
  async function joinExclusively(
    connection: Connection,
    actor: Actor,
    encoder: LobbyEncoder,
    entry: { entrance: string; onDisplaced: () => void; history: number },
  ): Promise<{ caughtUp: Promise<boolean> }> {
    approach(actor);
    const stream = await hub.open(LOBBY.id);
    if (!connection.open) return { caughtUp: Promise.resolve(false) };
    sessions.admit(connection, actor);
    await enter(connection, actor, entry);
    const start = await historyStart(stream, entry.history);
    return { caughtUp: hub.replay(stream, connection, encoder, start) };
  }

  async function historyStart(stream: Stream<Event>, count: number): Promise<number> {
    return stream.seqBeforeLatest(count, isMessage) ?? (await findSeqBeforeLatest(sql, LOBBY.id, count));
  }

  return {
    approach,
    joinExclusively,
    /** @throws AppError as `Messages.send` */
    send: (actor: Actor, text: string): Promise<Message> => messages.send(LOBBY, actor, text),
    /** Whether the account has a socket in the lobby that came in by that entrance, on any node. */
    isIn: (account: { id: number }, entrance: string): Promise<boolean> => presence.isIn(account.id, entrance),
  };
}

function isMessage({ kind }: Event): boolean {
  return kind === 'message.created';
}
