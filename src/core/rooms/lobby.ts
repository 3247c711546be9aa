/** The lobby: the public room, which every authenticated account may read and write. */

import { AppError } from '../../errors.ts';
import type { Connection, Ending } from '../../hub/connection.ts';
import type { Buckets } from '../../limits/buckets.ts';
import type { Sql } from '../../store/database.ts';
import { findSeqBeforeLatest } from '../../store/events.ts';
import { type Event, type KoineEncoder, type KoineHub, type KoineStream, LOBBY_STREAM } from '../events/events.ts';
import type { Actor, Message } from '../model.ts';
import type { Standings } from '../moderation/standings.ts';
import type { PresenceEntry } from '../presence/entrance-writer.ts';
import type { Entered, Presence } from '../presence/presence.ts';
import type { Sessions } from '../sessions/sessions.ts';
import type { Messages } from './messages.ts';

const LOBBY = { id: LOBBY_STREAM };
const IGNORED = () => {};

export type Lobby = {
  /**
   * Takes an arrival from the account's bucket, before there is a socket.
   * @throws AppError `rate_limited`
   */
  approach(actor: Actor): LobbyAdmission;
  /**
   * Takes an arrival from the account's bucket, before there is a connection.
   * @returns what makes the account online there, as long as the connection lasts, without telling it who else is
   * @throws AppError `rate_limited`
   */
  attend(actor: Actor, entrance: string): (connection: Connection) => Promise<void>;
  /**
   * Binds the socket to the actor as the account's only one at that entrance: `onDisplaced` is called on the entry before it.
   * Backfills the newest `history` messages, as fast as the client reads, then sends all events from this instant on.
   * @returns once that instant is fixed, so that later messages of the socket come after it. `caughtUp`: when the
   * replay has ended
   * @throws AppError `rate_limited`
   */
  joinExclusively(
    connection: Connection,
    actor: Actor,
    encoder: LobbyEncoder,
    entry: { entrance: string; onDisplaced: () => void; history: number },
  ): Promise<{ caughtUp: Promise<unknown> }>;
  /** @throws AppError as `Messages.send` */
  send(actor: Actor, text: string): Promise<Message>;
  /** Whether the account has a socket in the lobby at that entrance, on any node. */
  isIn(account: { id: number }, entrance: string): Promise<boolean>;
};
export type LobbyEncoder = KoineEncoder;

/** The permission to enter the lobby, for one socket. */
export type LobbyAdmission = {
  /**
   * Binds the socket to the actor. `greet` gets the names online before; the socket first receives what `greet` sends, then
   * all events from this instant on.
   */
  readonly join: (
    connection: Connection,
    encoder: LobbyEncoder,
    greet: (present: readonly string[]) => void,
  ) => Promise<void>;
};

/** `arrivals`: token buckets by account, since each arrival is stored and broadcast to the lobby. */
type Parts = {
  messages: Messages;
  presence: Presence;
  sessions: Pick<Sessions, 'bind'>;
  hideBlocked: Standings['hideBlocked'];
  arrivals: Buckets;
};

export function createLobby(
  sql: Sql,
  hub: KoineHub,
  { messages, presence, sessions, hideBlocked, arrivals }: Parts,
): Lobby {
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
    sessions.bind(connection, actor);
    await hideBlocked(connection, actor);
    await enter(connection, actor, { entrance: 'lobby' }, ({ stream: comings, present, joined }) => {
      greet(present());
      stream.follow(connection, encoder);
      const own = joined && encoder.event(joined);
      if (own) connection.sendText(own);
      comings.follow(connection, presence.encoderFor(encoder));
    });
  }

  function attend(actor: Actor, entrance: string): (connection: Connection) => Promise<void> {
    approach(actor);
    return (connection) => enter(connection, actor, { entrance });
  }

  /** `onEntered` is called synchronously in the instant of entering, if the socket is still open. */
  async function enter(
    connection: Connection,
    actor: Actor,
    entry: PresenceEntry,
    onEntered: (entered: Entered) => void = IGNORED,
  ): Promise<void> {
    const attendance = new Attendance(presence, actor.id, entry);
    connection.onClose(attendance);
    try {
      await presence.enter(actor, entry, (entered) => connection.open && onEntered(entered));
    } catch (error) {
      attendance.closed();
      throw error;
    }
    // The socket may have closed before it had entered.
    if (!connection.open) attendance.closed();
  }

  async function joinExclusively(
    connection: Connection,
    actor: Actor,
    encoder: LobbyEncoder,
    entry: { entrance: string; onDisplaced: () => void; history: number },
  ): Promise<{ caughtUp: Promise<unknown> }> {
    approach(actor);
    const stream = await hub.open(LOBBY.id);
    if (!connection.open) return { caughtUp: Promise.resolve() };
    sessions.bind(connection, actor);
    await hideBlocked(connection, actor);
    await enter(connection, actor, entry);
    const start = await historyStart(stream, entry.history);
    return { caughtUp: hub.replay(stream, connection, encoder, start) };
  }

  async function historyStart(stream: KoineStream, count: number): Promise<number> {
    return stream.seqBeforeLatest(count, isMessage) ?? (await findSeqBeforeLatest(sql, LOBBY.id, count));
  }

  return {
    approach,
    attend,
    joinExclusively,
    send: (actor, text): Promise<Message> => messages.send(LOBBY, actor, { body: text }),
    isIn: (account, entrance): Promise<boolean> => presence.isIn(account.id, entrance),
  };
}

/** Lasts as long as the socket. */
class Attendance implements Ending {
  readonly #presence: Presence;
  readonly #accountId: number;
  readonly #entry: PresenceEntry;

  constructor(presence: Presence, accountId: number, entry: PresenceEntry) {
    this.#presence = presence;
    this.#accountId = accountId;
    this.#entry = entry;
  }

  closed(): void {
    this.#presence.leave({ id: this.#accountId }, this.#entry);
  }
}

function isMessage(event: Event): boolean {
  return event.kind === 'message.created' && event.data.deletedAt === null;
}
