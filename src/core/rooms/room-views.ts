/** Rooms as the native API shows them: with roles, and with how far the reader has read. */
import { notFound } from '../../errors.ts';
import type { Db } from '../../store/database.ts';
import {
  listMarks,
  listRoomViews,
  listRoomViewsByActivity,
  type MarksRow,
  type RoomReader,
  type RoomViewRow,
} from '../../store/room-views.ts';
import { type ActivityMark, listFirstMembers, type RoomKind } from '../../store/rooms.ts';
import { SOME_MEMBER } from '../accounts/accounts.ts';
import { groupBy } from '../group-by.ts';
import { type Marks, type Notify, type RoomView, type ShowPerson, toMessage } from '../model.ts';
import { entryBytes, fitPage } from '../pages.ts';

/** Rooms in one page, at most. */
const PAGE = 100;
/** Members that are shown with a room, at most. */
const MEMBERS_SHOWN = 10;

/** The default for readers who have not chosen what notifies them. */
export const NOTIFY_BY_DEFAULT: Readonly<Record<RoomKind, Notify>> = { lobby: 'mentions', direct: 'all', group: 'all' };

/** The rooms as these accounts see them, in the order given; null: the account may not enter it. Two statements. */
export async function readRoomViews(
  db: Db,
  show: ShowPerson,
  readers: readonly RoomReader[],
): Promise<(RoomView | null)[]> {
  if (readers.length === 0) return [];
  const rows = await listRoomViews(db, readers);
  const views = await withMembers(db, show, rows);
  const seen = new Map(rows.map((row, index) => [`${row.account_id} ${row.id}`, views[index]]));
  return readers.map(({ accountId, roomId }) => seen.get(`${accountId} ${roomId}`) ?? null);
}

/** As `readRoomViews`, of one. @throws AppError `not_found` */
export async function readRoomView(
  db: Db,
  show: ShowPerson,
  reader: { id: number },
  roomId: number,
): Promise<RoomView> {
  const [view] = await readRoomViews(db, show, [{ accountId: reader.id, roomId }]);
  if (view == null) throw notFound('room');
  return view;
}

/** `next`: where the next page begins; null: there is none. */
export type RoomPage = { readonly items: readonly RoomView[]; readonly next: ActivityMark | null };

/** A page of the account's rooms and the lobby, the most recently active first; it begins after `before`. Two statements. */
export async function readRoomPage(
  db: Db,
  show: ShowPerson,
  accountId: number,
  { before = null, limit = PAGE }: { before?: ActivityMark | null; limit?: number } = {},
): Promise<RoomPage> {
  const size = Math.min(limit, PAGE);
  const rows = await listRoomViewsByActivity(db, accountId, before, size + 1);
  const items = fitPage(await withMembers(db, show, rows.slice(0, size)), sizeOfRoom);
  const last = items.length < rows.length ? items.at(-1) : undefined;
  return { items, next: last === undefined ? null : { activeAt: new Date(last.activeAt), id: last.id } };
}

/** How far these accounts have read, in the order given. */
export async function readMarks(db: Db, readers: readonly RoomReader[]): Promise<Marks[]> {
  return (await listMarks(db, readers)).map(toMarks);
}

async function withMembers(db: Db, show: ShowPerson, rows: readonly RoomViewRow[]): Promise<RoomView[]> {
  const closed = rows.filter(({ kind }) => kind !== 'lobby').map(({ id }) => id);
  const members = groupBy(await listFirstMembers(db, [...new Set(closed)], MEMBERS_SHOWN), (row) => row.room_id);
  return rows.map((row) =>
    toView(
      row,
      (members.get(row.id) ?? []).map((one) => show(SOME_MEMBER, one)),
      show,
    ),
  );
}

function toView(row: RoomViewRow, members: RoomView['members'], show: ShowPerson): RoomView {
  const { id, uid, kind, title, avatarUrl, avatarKey, posting, unread, mentions } = row;
  return {
    ...{ id, uid, kind, title, avatarUrl, avatarKey, posting, unread, mentions, members },
    membersCount: row.members_count,
    myRole: row.role,
    seq: row.head,
    readSeq: row.read_seq,
    notify: row.notify ?? NOTIFY_BY_DEFAULT[kind],
    lastMessage: row.last_message && toMessage(row.last_message, SOME_MEMBER, show),
    activeAt: row.active_at.getTime(),
  };
}

function toMarks({ room_id: roomId, uid: roomUid, head: seq, read_seq: readSeq, unread, mentions }: MarksRow): Marks {
  return { roomId, roomUid, seq, readSeq, unread, mentions };
}

/** Approximate bytes of a room in an answer. */
export function sizeOfRoom({ title, avatarUrl, members, lastMessage }: RoomView): number {
  return members.reduce(
    (sum, { username, name, avatarUrl }) => sum + entryBytes(username, name, avatarUrl),
    entryBytes(title, avatarUrl, lastMessage?.body ?? null),
  );
}
