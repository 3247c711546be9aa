/** Search in messages, posts and rooms: of what the caller may see. */
import { invalid } from '../../errors.ts';
import type { Sql } from '../../store/database.ts';
import { listFeedOfIds } from '../../store/posts.ts';
import type { ActivityMark } from '../../store/rooms.ts';
import {
  type FoundText,
  findMessagesAmongNewest,
  findMessagesByIndex,
  findPostsAmongNewest,
  findPostsByIndex,
  findSearchedRooms,
  listFoundMessages,
  listFoundPosts,
  listRoomsLike,
  type SearchedFor,
  type SearchedRooms,
} from '../../store/search.ts';
import { comparisonKey } from '../account-rules.ts';
import { SOME_MEMBER } from '../accounts/accounts.ts';
import { type Actor, type RoomView, type ShowPerson, toMessage } from '../model.ts';
import { entryBytes, keysetPage, type Listed } from '../pages.ts';
import { getPerson, type PersonRef } from '../people/people.ts';
import type { PostPart, PostWith } from '../posts/post-parts.ts';
import { POSTS_BYTES, type PostReader } from '../posts/post-reader.ts';
import { type ShownMessage, sizeOfMessage } from '../rooms/message-reads.ts';
import { enterRoom, type RoomRef } from '../rooms/room-access.ts';
import { readRoomViews, sizeOfRoom } from '../rooms/room-views.ts';
import { checkCharacters, checkLength } from '../text.ts';
import { type Excerpt, excerptOf, MATCH } from './excerpts.ts';
import { parseQuery } from './query.ts';
import { createSearchTurns } from './search-turns.ts';

export type Search = {
  /**
   * Messages of the actor's rooms and the lobby, newest first, without those of blocked authors: a page may have fewer than
   * `limit`. `mark`: `next` of the page before.
   * @throws AppError `invalid` | `not_found`: no such room or author | as `inTurn`
   */
  searchMessages(
    actor: Actor,
    text: string,
    filters: MessageFilters,
    searchPage: SearchPage<FoundText>,
  ): Promise<Listed<FoundMessage, FoundText>>;
  /** As `searchMessages`. @throws AppError `invalid` | `not_found`: no such author | as `inTurn` */
  searchPosts<Part extends PostPart>(
    actor: Actor,
    text: string,
    filters: SearchFilters,
    options: SearchPage<FoundText> & { readonly parts: readonly Part[] },
  ): Promise<Listed<FoundPost<Part>, FoundText>>;
  /**
   * The actor's rooms with the text in their title, and direct rooms with people whose names begin so; the most recently active
   * first.
   * @throws AppError `invalid` | as `inTurn`
   */
  searchRooms(
    actor: Actor,
    text: string,
    searchPage: SearchPage<ActivityMark>,
  ): Promise<Listed<RoomView, ActivityMark>>;
};

/** Times in Unix ms: `before` exclusive, `after` inclusive. */
export type SearchFilters = {
  readonly author?: PersonRef;
  readonly before?: number;
  readonly after?: number;
};
export type MessageFilters = SearchFilters & { readonly room?: RoomRef; readonly hasFiles?: boolean };
export type SearchPage<Mark> = { readonly mark: Mark | null; readonly limit: number };

export type FoundMessage = Excerpt & { readonly room: string; readonly message: ShownMessage };
export type FoundPost<Part extends PostPart> = Excerpt & { readonly post: PostWith<Part> };

/** Characters. */
const QUERY_MAX = 200;
/** Hits in one page, at most. */
const PAGE = 50;
/** Rooms of a search by name; somebody who is in more searches among all that is said. */
const NAMED_ROOMS = 100;

type Parts = { readonly show: ShowPerson; readonly showPosts: PostReader['showRows'] };

export function createSearch(sql: Sql, { show, showPosts }: Parts): Search {
  const { inTurn, find } = createSearchTurns(sql);

  return {
    searchMessages: async (actor, text, filters, { mark, limit }): Promise<Listed<FoundMessage, FoundText>> => {
      const wanted = await wantedOf(sql, text, filters, mark);
      const rooms = await roomsOf(sql, actor, filters.room);
      const size = Math.min(limit, PAGE);
      const found = await find(
        actor,
        size + 1,
        (db, count) => findMessagesAmongNewest(db, rooms, wanted, count),
        (db, count) => findMessagesByIndex(db, rooms, wanted, count),
      );
      const ids = idsOf(found.slice(0, size));
      const rows = byId(ids.length === 0 ? [] : await listFoundMessages(sql, ids, actor.id, { ...wanted, ...MATCH }));
      return pageOf(found, size, ({ id }) => {
        const row = rows.get(id);
        // Deleted, or not shown to the actor.
        if (row === undefined || row.payload === null) return null;
        const message = toMessage(row.payload, SOME_MEMBER, show) as ShownMessage;
        const hit = { room: row.room_uid, message, ...excerptOf(row.text, row.marked) };
        return { hit, bytes: sizeOfMessage(message) };
      });
    },

    searchPosts: async <Part extends PostPart>(
      actor: Actor,
      text: string,
      filters: SearchFilters,
      { mark, limit, parts }: SearchPage<FoundText> & { readonly parts: readonly Part[] },
    ): Promise<Listed<FoundPost<Part>, FoundText>> => {
      const wanted = await wantedOf(sql, text, filters, mark);
      const size = Math.min(limit, PAGE);
      const found = await find(
        actor,
        size + 1,
        (db, count) => findPostsAmongNewest(db, wanted, count),
        (db, count) => findPostsByIndex(db, wanted, count),
      );
      const ids = idsOf(found.slice(0, size));
      if (ids.length === 0) return { items: [], next: null };
      const rows = await listFeedOfIds(sql, actor.id, { ids, bytes: POSTS_BYTES });
      const visible = rows.filter(({ blocked }) => !blocked);
      const posts = byId(await showPosts(sql, actor, visible, parts));
      const texts = byId(await listFoundPosts(sql, [...posts.keys()], { ...wanted, ...MATCH }));
      return pageOf(found, size, ({ id }) => {
        const [post, row] = [posts.get(id), texts.get(id)];
        if (post === undefined || row === undefined) return null;
        return { hit: { post, ...excerptOf(row.text, row.marked) }, bytes: entryBytes(row.text) };
      });
    },

    searchRooms: async (actor, text, { mark, limit }): Promise<Listed<RoomView, ActivityMark>> => {
      checkQuery(text);
      const size = Math.min(limit, PAGE);
      const found = await inTurn(actor, () =>
        listRoomsLike(sql, actor.id, comparisonKey(text), { before: mark, limit: size + 1 }),
      );
      const readers = found.slice(0, size).map(({ id }) => ({ accountId: actor.id, roomId: id }));
      const views = await readRoomViews(sql, show, readers);
      return pageOf(found, size, (_, index) => {
        const view = views[index] ?? null;
        return view && { hit: view, bytes: sizeOfRoom(view) };
      });
    },
  };
}

/** @throws AppError `invalid` | `not_found`: there is no such author */
async function wantedOf(sql: Sql, text: string, filters: MessageFilters, mark: FoundText | null): Promise<SearchedFor> {
  checkQuery(text);
  const { author, before = null, after = null, hasFiles = false } = filters;
  const query = parseQuery(text);
  const isEmpty = query.words === '' && query.starts.length === 0;
  if (isEmpty && author === undefined && !hasFiles) throw invalid('q', 'blank', 'q must have a word to look for');
  const authorId = author === undefined ? null : (await getPerson(sql, author)).id;
  return { query, authorId, hasFiles, before, after, mark };
}

async function roomsOf(sql: Sql, actor: Actor, room: RoomRef | undefined): Promise<SearchedRooms> {
  if (room !== undefined) return [(await enterRoom(sql, actor, room)).id];
  const rooms = await findSearchedRooms(sql, actor.id, NAMED_ROOMS + 1);
  return rooms.length > NAMED_ROOMS ? { accountId: actor.id } : rooms;
}

/** @throws AppError `invalid` */
function checkQuery(text: string): void {
  checkLength('q', text, QUERY_MAX);
  checkCharacters('q', text);
}

/** The page of the entries found, of which there is one more than `size` if there is a next page. `hitOf`: null leaves the entry out. */
function pageOf<Mark, Hit>(
  found: readonly Mark[],
  size: number,
  hitOf: (found: Mark, index: number) => { hit: Hit; bytes: number } | null,
): Listed<Hit, Mark> {
  const read = found.slice(0, size).map((one, index) => ({ one, hit: hitOf(one, index) }));
  const { items, next } = keysetPage(read, {
    size,
    found: found.length,
    bytesOf: ({ hit }) => hit?.bytes ?? 0,
    positionOf: ({ one }) => one,
  });
  return { items: items.flatMap(({ hit }) => (hit === null ? [] : [hit.hit])), next };
}

function idsOf(found: readonly FoundText[]): number[] {
  return found.map(({ id }) => id);
}

function byId<Row extends { readonly id: number }>(rows: readonly Row[]): Map<number, Row> {
  return new Map(rows.map((row) => [row.id, row]));
}
