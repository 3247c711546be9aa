/** `/v1/search`: messages, posts, people and rooms. */
import { type Static, Type } from 'typebox';
import type { Actor } from '../../../core/model.ts';
import type { Listed } from '../../../core/pages.ts';
import type { SearchFilters } from '../../../core/search/search.ts';
import { notFound } from '../../../errors.ts';
import type { App } from '../../shared/app.ts';
import { PARAMETER } from '../../shared/bounds.ts';
import { callerOf } from '../../shared/callers.ts';
import { ListQuery, PageOf, pageOf, positionOf } from '../lists.ts';
import type { KoineParts } from '../parts.ts';
import { POST_PARTS } from '../present/posts.ts';
import * as schema from '../schema.ts';
import { TimeText, timeOf } from '../times.ts';
import { PeoplePosition, personRef } from './people.ts';
import { roomMark, roomPosition } from './rooms.ts';

const SearchQuery = ListQuery({
  q: Type.Optional(
    Type.String({
      maxLength: PARAMETER,
      description:
        'All words must be there, in any form; `"…"` is a phrase, `word*` the start of a word, `-word` must not be there. May be' +
        ' empty if messages are filtered by `author` or `has`.',
    }),
  ),
  in: Type.Optional(schema.OneOf('messages', 'posts', 'people', 'rooms')),
  room: Type.Optional(Type.String({ maxLength: PARAMETER, description: 'Only messages of this room.' })),
  author: Type.Optional(
    Type.String({ maxLength: PARAMETER, description: 'Only what this person wrote: an id, or `@` and a username.' }),
  ),
  before: Type.Optional(TimeText),
  after: Type.Optional(TimeText),
  has: Type.Optional(schema.OneOf('file')),
});
type SearchQuery = Static<typeof SearchQuery>;

const Excerpt = Type.String({ description: 'The text around what was found first.' });
const Highlights = Type.Array(Type.Array(schema.Count, { minItems: 2, maxItems: 2 }), {
  description: 'The parts of the excerpt that were looked for: from and to (exclusive), in UTF-16 units.',
});
/** An object for all kinds, so that the serialiser need not try one after the other. */
const SearchHit = Type.Object(
  {
    kind: schema.OneOf('message', 'post', 'person', 'room'),
    roomId: Type.Optional(Type.String({ description: 'The room of the message.' })),
    message: Type.Optional(schema.Message),
    post: Type.Optional(schema.Post),
    person: Type.Optional(schema.Person),
    room: Type.Optional(schema.Room),
    excerpt: Type.Optional(Excerpt),
    highlights: Type.Optional(Highlights),
  },
  { title: 'SearchHit', description: 'Has what its kind is named after; messages and posts have an excerpt too.' },
);
type SearchHit = Static<typeof SearchHit>;
const SearchHits = PageOf(SearchHit, 'SearchHits');
type Kind = NonNullable<SearchQuery['in']>;

/** The start of a page of messages or posts: core/search/search.ts. */
const Position = Type.Object({
  at: Type.Integer({ minimum: 0, maximum: 8.64e15 }),
  id: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
});

export function serveSearch(app: App, { core: { search, people }, callers, present }: KoineParts): void {
  const searches: Record<Kind, (actor: Actor, query: SearchQuery) => Promise<Listed<SearchHit, unknown>>> = {
    messages: async (actor, query) => {
      const { q = '', limit, cursor, room, has } = query;
      const filters = {
        ...filtersOf(query),
        ...(room !== undefined && { room: { uid: room } }),
        hasFiles: has === 'file',
      };
      const page = await search.searchMessages(actor, q, filters, { mark: positionOf(Position, cursor), limit });
      return hits(page, ({ room: roomId, message, excerpt, highlights }) => ({
        ...{ kind: 'message', roomId, message: present.shownMessage(message) },
        ...{ excerpt, highlights: highlights.map((range) => [...range]) },
      }));
    },
    posts: async (actor, query) => {
      const { q = '', limit, cursor } = query;
      const wanted = { mark: positionOf(Position, cursor), limit, parts: POST_PARTS };
      const page = await search.searchPosts(actor, q, filtersOf(query), wanted);
      return hits(page, ({ post, excerpt, highlights }) => ({
        ...{ kind: 'post', post: present.post(post), excerpt },
        highlights: highlights.map((range) => [...range]),
      }));
    },
    people: async (actor, { q = '', limit, cursor }) => {
      const page = await people.listPeople(actor, q, { after: positionOf(PeoplePosition, cursor), limit });
      return hits(page, (person) => ({ kind: 'person', person: present.person(person) }));
    },
    rooms: async (actor, { q = '', limit, cursor }) => {
      const page = await search.searchRooms(actor, q, { mark: roomMark(cursor), limit });
      return { ...hits(page, (room) => ({ kind: 'room', room: present.room(room) })), next: roomPosition(page.next) };
    },
  };

  app.get(
    '/v1/search',
    {
      ...callers.may('read'),
      schema: {
        operationId: 'findTexts',
        summary: 'Find messages, posts, people or rooms that the caller may see',
        description:
          'Messages and posts come newest first, and are found about a second after they were written. A page may have fewer items' +
          ' than `limit` although there is a next one.',
        errors: ['unauthenticated', notFound('room'), notFound('account'), 'rate_limited', 'overloaded'],
        querystring: SearchQuery,
        response: { 200: SearchHits },
      },
    },
    async (request, reply) => {
      const { query } = request;
      return pageOf(reply, await searches[query.in ?? 'messages'](callerOf(request), query));
    },
  );
}

function hits<Item, Mark>(
  { items, next }: Listed<Item, Mark>,
  hitOf: (item: Item) => SearchHit,
): Listed<SearchHit, Mark> {
  return { items: items.map(hitOf), next };
}

function filtersOf({ author, before, after }: SearchQuery): SearchFilters {
  return {
    ...(author !== undefined && { author: personRef(author) }),
    ...(before !== undefined && { before: timeOf('before', before) }),
    ...(after !== undefined && { after: timeOf('after', after) }),
  };
}
