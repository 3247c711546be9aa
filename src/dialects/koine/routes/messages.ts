/** `/v1/rooms/{id}/messages`: the messages of a room. */
import type { FastifyReply } from 'fastify';
import { type Static, Type } from 'typebox';
import type { PagePosition } from '../../../core/rooms/message-reads.ts';
import { AppError, notFound } from '../../../errors.ts';
import type { App } from '../../shared/app.ts';
import { PARAMETER } from '../../shared/bounds.ts';
import { callerOf } from '../../shared/callers.ts';
import { CreationHeaders, idempotencyKey, isUnchanged, setETag } from '../headers.ts';
import type { KoineParts } from '../parts.ts';
import * as schema from '../schema.ts';

/** Files of a message. */
const MAX_FILES = 10;
const MAX_LIMIT = 100;
const DEFAULT_LIMIT = 50;

export const RoomPath = Type.Object({ roomId: schema.Id });
/** The `errors` of calls to a room or a message of it. */
export const IN_ROOM = ['unauthenticated', notFound('room')] as const;
export const OF_MESSAGE = [...IN_ROOM, notFound('message')] as const;

const PageQuery = Type.Unsafe<{ before?: number; after?: number; around?: number; at?: string; limit: number }>(
  Type.Object({
    before: Type.Optional(schema.Seq),
    after: Type.Optional(schema.Seq),
    around: Type.Optional(schema.Seq),
    at: Type.Optional(
      Type.String({
        maxLength: PARAMETER,
        examples: ['2026-01-31T10:00:00.000Z'],
        description: 'A time: around the first message of then or later.',
      }),
    ),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_LIMIT, default: DEFAULT_LIMIT })),
  }),
);
const MessagePage = Type.Object(
  {
    items: Type.Array(schema.Message, { description: 'Oldest first.' }),
    next: Type.Unsafe<string | null>({
      type: ['string', 'null'],
      description: 'The `before` of the next page (with `after`: its `after`); null: there is none.',
    }),
    seq: Type.Integer({ minimum: 0, description: 'The position of the room that the page shows.' }),
  },
  { title: 'MessagePage' },
);

export const MessageText = (maxLength: number) =>
  Type.String({ maxLength, description: 'May be empty if the message has files.' });

const NewMessage = (maxLength: number) =>
  Type.Object(
    {
      body: MessageText(maxLength),
      replyTo: Type.Optional(schema.Seq),
      files: Type.Optional(Type.Array(schema.Id, { maxItems: MAX_FILES, description: 'Ids of uploaded files.' })),
    },
    { title: 'NewMessage' },
  );

export function serveMessages(app: App, { core: { messages }, callers, present, options }: KoineParts): void {
  app.get(
    '/v1/rooms/:roomId/messages',
    {
      ...callers.may('read'),
      schema: {
        operationId: 'listMessages',
        summary: 'List messages of a room: the newest, or those before, after or around a position or a time',
        description: 'Deleted messages are tombstones. Messages of accounts that the caller has blocked are left out.',
        errors: IN_ROOM,
        params: RoomPath,
        querystring: PageQuery,
        response: { 200: MessagePage, 304: schema.Nothing },
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const { query } = request;
      const room = { uid: request.params.roomId };
      if (request.headers['if-none-match'] !== undefined) {
        const seq = await messages.position(caller, room);
        if (isUnchanged(request, seq)) return reply.code(304).send(null);
      }
      const { items, next, seq } = await messages.list(caller, room, positionOf(query), query.limit);
      setETag(reply, seq);
      return { items: items.map(present.shownMessage), next: linkNext(reply, next), seq };
    },
  );

  app.post(
    '/v1/rooms/:roomId/messages',
    {
      ...callers.may('write'),
      schema: {
        operationId: 'createMessage',
        summary: 'Send a message to a room',
        errors: [...OF_MESSAGE, 'read_only', 'idempotency_key_reused', 'quota_exceeded', 'overloaded'],
        headers: CreationHeaders,
        params: RoomPath,
        body: NewMessage(options.messageLength),
        response: { 201: schema.Message },
      },
    },
    async (request, reply) => {
      const { roomId } = request.params;
      const content = { ...request.body, key: idempotencyKey(request) };
      const message = await messages.send(callerOf(request), { uid: roomId }, content);
      return reply
        .code(201)
        .header('location', `/v1/rooms/${roomId}/messages/${message.seq}`)
        .send(present.message(message));
    },
  );
}

/** @throws AppError `invalid` */
function positionOf({ before, after, around, at }: Static<typeof PageQuery>): PagePosition {
  const given = [
    ...(before === undefined ? [] : [{ before }]),
    ...(after === undefined ? [] : [{ after }]),
    ...(around === undefined ? [] : [{ around }]),
    ...(at === undefined ? [] : [{ at: Math.max(0, Date.parse(at)) }]),
  ];
  if (given.length > 1) {
    const message = 'only one of before, after, around and at can be given';
    throw new AppError('invalid', { issues: [{ in: 'query', field: 'before', reason: 'many', message }] });
  }
  return given[0] ?? { newest: true };
}

function linkNext(reply: FastifyReply, position: PagePosition | null): string | null {
  const [name, seq] = Object.entries(position ?? {})[0] ?? [];
  if (name === undefined) return null;
  const { pathname, searchParams } = new URL(reply.request.url, 'http://list');
  for (const one of ['before', 'after', 'around', 'at']) searchParams.delete(one);
  searchParams.set(name, String(seq));
  void reply.header('link', `<${pathname}?${searchParams}>; rel="next"`);
  return String(seq);
}
