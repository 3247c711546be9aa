/**
 * How many messages of a room are unread. The server counted them at one position (`countedAt`); `news` are those that
 * came after it. A read mark may tell of a later count than the events of the room that are here, or of an earlier one.
 */
import { filterItems } from './records.ts';
import { type News, type RoomState, UNREAD_CAP } from './state.ts';

export function count(room: RoomState, news: News): RoomState {
  if (news.seq <= room.readSeq || news.seq <= room.countedAt) return room;
  return {
    ...room,
    unread: Math.min(UNREAD_CAP, room.unread + 1),
    mentions: Math.min(UNREAD_CAP, room.mentions + (news.mentioned ? 1 : 0)),
    // More would change no count.
    news: [...room.news, news].slice(-UNREAD_CAP),
  };
}

/**
 * Without a message that was deleted at a position. `was`: what the message was, if it is known; one's own and those of
 * blocked accounts are uncounted. @returns null if nobody here knows whether it was counted
 */
export function uncount(
  room: RoomState,
  seq: number,
  at: number,
  was: News | 'uncounted' | undefined,
): RoomState | null {
  if (seq <= room.readSeq || at <= room.countedAt || was === 'uncounted') return room;
  const gone = room.news.find((one) => one.seq === seq) ?? was;
  // Beyond the newest of the news that are kept it may be any.
  if (!gone || room.unread >= UNREAD_CAP) return null;
  return {
    ...room,
    uncountedAt: at,
    unread: room.unread - 1,
    mentions: room.mentions - (gone.mentioned ? 1 : 0),
    news: filterItems(room.news, (one) => one.seq !== seq),
  };
}

export type ReadMark = {
  readonly readSeq: number;
  readonly unread: number;
  readonly mentions: number;
  /** The position at which they were counted. */
  readonly seq?: number;
};

/** Marks only grow; an earlier one changes nothing. @returns null if the count cannot be known from what is here */
export function moveMark(room: RoomState, mark: ReadMark): RoomState | null {
  if (mark.readSeq <= room.readSeq) return room;
  // All that is unread is among the news.
  if (mark.readSeq >= room.countedAt) return recount(room, mark.readSeq, mark.readSeq, 0, 0);
  const countedAt = mark.seq ?? Math.max(room.at, room.countedAt);
  const moved = recount(room, mark.readSeq, countedAt, mark.unread, mark.mentions);
  return countedAt < room.uncountedAt ? null : moved;
}

/**
 * With counts that the server made at an earlier position (`seq`) than the room is known at. @returns null if something was taken away
 * from them since
 */
export function moveCount(room: RoomState, mark: ReadMark & { readonly seq: number }): RoomState | null {
  if (mark.seq < room.countedAt || mark.readSeq < room.readSeq) return room;
  if (mark.seq < room.uncountedAt) return null;
  return recount(room, mark.readSeq, mark.seq, mark.unread, mark.mentions);
}

function recount(room: RoomState, readSeq: number, countedAt: number, unread: number, mentions: number): RoomState {
  const news = filterItems(room.news, ({ seq }) => seq > countedAt);
  return {
    ...room,
    readSeq,
    countedAt,
    news,
    unread: Math.min(UNREAD_CAP, unread + news.length),
    mentions: Math.min(UNREAD_CAP, mentions + news.filter(({ mentioned }) => mentioned).length),
  };
}

/** As if the mark were at `readSeq`: for a mark that the server has not confirmed. */
export function predictMark(room: RoomState, readSeq: number): RoomState {
  if (readSeq <= room.readSeq) return room;
  if (readSeq >= room.countedAt) return recount(room, readSeq, readSeq, 0, 0);
  return { ...room, readSeq };
}
