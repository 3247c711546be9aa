/** The initial state of a client, read at one moment, with the positions from which it follows later events. */
import { notFound } from '../../errors.ts';
import type { Db, Sql } from '../../store/database.ts';
import { countUnreadNotifications } from '../../store/notifications.ts';
import { findPositions } from '../../store/positions.ts';
import { findOwnAccount } from '../../store/profiles.ts';
import { toMe } from '../accounts/me.ts';
import { BOARD_STREAM, LOBBY_STREAM } from '../events/events.ts';
import type { Actor, Me, Person, RoomView, ShowPerson } from '../model.ts';
import { COUNTED } from '../notifications/notify.ts';
import type { Presence } from '../presence/presence.ts';
import { type RoomPage, readRoomPage, readRoomView } from '../rooms/room-views.ts';
import { writeCursor } from './cursor.ts';
import { MAX_FOLLOWED } from './streams.ts';

export type Snapshot = {
  readonly epoch: string;
  readonly me: Me;
  readonly streams: { readonly me: number; readonly board: number };
  /** The positions of all its streams, for a reader without a socket. */
  readonly cursor: string;
  /** The most recently active ones, and the lobby in any case. */
  readonly rooms: RoomPage;
  /** The people whom the rooms show, and whether they are online. */
  readonly people: readonly { readonly person: Person; readonly online: boolean }[];
  /** Notifications, 100 at most. */
  readonly unread: number;
  /** How many accounts are online. */
  readonly online: number;
};

/** The account's own stream, and the board. */
const OWN_STREAMS = 2;

type Parts = {
  readonly presence: Pick<Presence, 'load' | 'isOnline' | 'countOnline'>;
  readonly show: ShowPerson;
};

export function createSnapshots(sql: Sql, { presence, show }: Parts) {
  /** Members of rooms and authors, each once. */
  function peopleOf(rooms: readonly RoomView[]): Snapshot['people'] {
    const everybody = rooms.flatMap(({ members, lastMessage }) => [
      ...members,
      ...(lastMessage ? [lastMessage.author] : []),
    ]);
    const people = new Map(everybody.map((person) => [person.id, person]));
    return [...people.values()].map((person) => ({ person, online: presence.isOnline(person.id) }));
  }

  async function withLobby(tx: Db, actor: Actor, { items, next }: RoomPage): Promise<RoomPage> {
    if (next === null || items.some(({ kind }) => kind === 'lobby')) return { items, next };
    return { items: [...items, await readRoomView(tx, show, actor, LOBBY_STREAM)], next };
  }

  /**
   * A fixed number of statements, and two more if the lobby has been quiet; in one transaction that sees one moment.
   * @throws AppError `not_found`: the account was deleted
   */
  return async (actor: Actor, limit: number): Promise<Snapshot> => {
    await presence.load();
    const read = await sql.begin('isolation level repeatable read read only', async (tx) => {
      const [[positions = []], account, rooms, unread] = await Promise.all([
        findPositions(tx, BOARD_STREAM, [{ accountId: actor.id, newest: MAX_FOLLOWED - OWN_STREAMS }]),
        findOwnAccount(tx, actor),
        readRoomPage(tx, show, actor.id, { limit }).then((page) => withLobby(tx, actor, page)),
        countUnreadNotifications(tx, actor.id, COUNTED),
      ]);
      return { positions, account, rooms, unread: unread.unread };
    });
    const { positions, account, rooms, unread } = read;
    const [own, board] = positions;
    if (account === null || own === undefined || board === undefined) throw notFound('account');
    return {
      epoch: own.epoch,
      me: toMe(account),
      streams: { me: own.head, board: board.head },
      cursor: writeCursor({ epoch: own.epoch, positions: new Map(positions.map(({ id, head }) => [id, head])) }),
      ...{ rooms, unread },
      people: peopleOf(rooms.items),
      online: presence.countOnline(),
    };
  };
}
