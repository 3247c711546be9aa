/** Reading messages as the native API shows them: with tombstones, reactions and pins, without those of blocked accounts. */
import { notFound } from '../../errors.ts';
import type { Sql } from '../../store/database.ts';
import { findHeads } from '../../store/events.ts';
import {
  findMessagePage,
  findPositionAt,
  findShownMessage,
  listPinned,
  type MessagePosition,
  type ShownMessageRow,
} from '../../store/message-pages.ts';
import type { ReactionRow } from '../../store/reactions.ts';
import { listReaders } from '../../store/readers.ts';
import { SOME_MEMBER } from '../accounts/accounts.ts';
import { type Actor, type Message, type Person, type ShowPerson, toMessage } from '../model.ts';
import { checkPosition, checkWhole, entryBytes, fitPage, PAGE_BYTES } from '../pages.ts';
import { enterRoom, type RoomRef } from './room-access.ts';

/** The position of a page. `at`: around the first message of that time (Unix ms) or later. */
export type PagePosition = MessagePosition | { readonly at: number };
export type ShownMessage = Message & { readonly reactions: readonly ReactionRow[]; readonly pinned: boolean };
export type Reader = { readonly person: Person; readonly readSeq: number };

/** `items`: oldest first. `seq`: the position of the room that the page shows. */
export type MessagePage = {
  readonly items: readonly ShownMessage[];
  /** The next page in the direction of the list (of a page around a message: the earlier ones); null: there is none. */
  readonly next: MessagePosition | null;
  readonly seq: number;
};

/** Messages in one page, at most. */
const PAGE = 100;
/** Rooms with more members do not show who has read what. */
export const MAX_READERS = 50;
const MAX_PINS = 50;
/** In Unix ms. */
const LAST_TIME = Date.UTC(9999, 0);

export type MessageReads = {
  /** @throws AppError `invalid` | `not_found` */
  list(actor: Actor, ref: RoomRef, wanted?: PagePosition, limit?: number): Promise<MessagePage>;
  /** The position of the room. @throws AppError `not_found` */
  position(actor: Actor, ref: RoomRef): Promise<number>;
  /** @throws AppError `invalid` | `not_found` */
  get(actor: Actor, ref: RoomRef, seq: number): Promise<ShownMessage>;
  /** The last pinned first. @throws AppError `not_found` */
  listPins(actor: Actor, ref: RoomRef): Promise<ShownMessage[]>;
  /** How far the members have read; empty for a large room and for the lobby. @throws AppError `not_found` */
  listReaders(actor: Actor, ref: RoomRef): Promise<Reader[]>;
};

export function createMessageReads(sql: Sql, show: ShowPerson): MessageReads {
  function toShown(payload: Record<string, unknown>): ShownMessage {
    return toMessage(payload, SOME_MEMBER, show) as ShownMessage;
  }

  function shownOf(rows: readonly ShownMessageRow[]): ShownMessage[] {
    return rows.flatMap(({ payload }) => (payload === null ? [] : [toShown(payload)]));
  }

  return {
    list: async (actor, ref, wanted = { newest: true }, limit = PAGE): Promise<MessagePage> => {
      if ('at' in wanted) checkWhole('at', wanted.at);
      else for (const [name, seq] of Object.entries(wanted)) if (seq !== true) checkPosition(name, seq);
      const { id } = await enterRoom(sql, actor, ref);
      const position = 'at' in wanted ? { around: await findPositionAt(sql, id, timeOf(wanted)) } : wanted;
      const size = Math.min(limit, PAGE);
      // One more tells whether there is another page.
      const bounds = { viewerId: actor.id, limit: ('around' in position ? Math.ceil(size / 2) : size) + 1 };
      const page = await findMessagePage(sql, id, position, bounds);
      if (page === null) throw notFound('room');
      const { rows, next } = cut(page.messages, position, size);
      return { items: shownOf(rows), next, seq: page.head };
    },

    position: async (actor, ref): Promise<number> => {
      const { id } = await enterRoom(sql, actor, ref);
      return (await findHeads(sql, [id]))[0]?.head ?? 0;
    },

    get: async (actor, ref, seq): Promise<ShownMessage> => {
      checkPosition('seq', seq);
      const { id } = await enterRoom(sql, actor, ref);
      const payload = await findShownMessage(sql, id, seq, actor.id);
      if (payload === null) throw notFound('message');
      return toShown(payload);
    },

    listPins: async (actor, ref): Promise<ShownMessage[]> => {
      const { id } = await enterRoom(sql, actor, ref);
      return fitPage(shownOf(await listPinned(sql, id, actor.id, MAX_PINS)), sizeOfMessage);
    },

    listReaders: async (actor, ref): Promise<Reader[]> => {
      const { id } = await enterRoom(sql, actor, ref);
      const rows = await listReaders(sql, id, MAX_READERS);
      return rows.map(({ readSeq, ...account }) => ({ person: show(SOME_MEMBER, account), readSeq }));
    },
  };
}

/** The rows of the page, oldest first, and where the next one is. Blocked messages count, so that a page costs the same for everybody. */
function cut(
  rows: readonly ShownMessageRow[],
  position: MessagePosition,
  size: number,
): { rows: readonly ShownMessageRow[]; next: MessagePosition | null } {
  if ('after' in position) {
    const fitting = fitPage(rows.slice(0, size), rowBytes);
    const last = fitting.at(-1);
    return { rows: fitting, next: last && fitting.length < rows.length ? { after: last.seq } : null };
  }
  const middle = 'around' in position ? rows.findIndex(({ seq }) => seq >= position.around) : -1;
  const older = middle === -1 ? rows : rows.slice(0, middle);
  const newer = middle === -1 ? [] : rows.slice(middle);
  const bytes = 'around' in position ? PAGE_BYTES / 2 : PAGE_BYTES;
  const each = 'around' in position ? Math.ceil(size / 2) : size;
  const before = fitPage(older.toReversed().slice(0, each), rowBytes, bytes).reverse();
  const [first] = before;
  return {
    rows: [...before, ...fitPage(newer.slice(0, each), rowBytes, bytes)],
    next: first && before.length < older.length ? { before: first.seq } : null,
  };
}

/** Beyond the years that the database writes with four digits there is nothing. */
function timeOf({ at }: { readonly at: number }): Date {
  return new Date(Math.min(at, LAST_TIME));
}

function rowBytes({ payload }: ShownMessageRow): number {
  return payload === null ? 0 : sizeOfMessage(payload as ShownMessage);
}

/** Approximate bytes of a message in an answer. */
export function sizeOfMessage({ author, body, replyTo, mentions, files, reactions }: ShownMessage): number {
  const texts = [author.avatarUrl, body, replyTo?.excerpt ?? null, ...mentions];
  const named = files.flatMap(({ key, previewKey, name, alt, placeholder }) => [
    key,
    previewKey,
    name,
    alt,
    placeholder,
  ]);
  return entryBytes(...texts, ...named) + reactions.length * 64;
}
