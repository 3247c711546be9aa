/** `/v1/rooms`: the rooms of the caller, and the lobby. */
import { type Static, Type } from 'typebox';
import type { Actor, RoomView } from '../../../core/model.ts';
import type { ActivityMark } from '../../../core/rooms/rooms.ts';
import { AppError, invalid, notFound } from '../../../errors.ts';
import type { App } from '../../shared/app.ts';
import { callerOf } from '../../shared/callers.ts';
import { BLOCKED } from '../errors.ts';
import { CreationHeaders, idempotencyKey } from '../headers.ts';
import { ListQuery, PageOf, pageOf, positionOf, RowId } from '../lists.ts';
import type { KoineParts } from '../parts.ts';
import * as schema from '../schema.ts';
import { RoomPath } from './messages.ts';

/** Actions that only some members may do. */
export const NOT_YOURS = new AppError('forbidden');

const Title = Type.Unsafe<string | null>({
  type: ['string', 'null'],
  maxLength: 400,
  description: 'Null: the room is called by the names of its members.',
});
export const AvatarUrl = Type.Unsafe<string | null>({ type: ['string', 'null'], maxLength: 4_096 });
const RoomBody = Type.Object(
  {
    kind: schema.OneOf('group', 'direct'),
    title: Type.Optional(Title),
    avatarUrl: Type.Optional(AvatarUrl),
    members: Type.Optional(
      Type.Array(schema.Id, { maxItems: 100, description: 'The others. In a direct room, there is one other.' }),
    ),
  },
  { title: 'NewRoom' },
);
const RoomChange = Type.Object(
  { title: Type.Optional(Title), avatarUrl: Type.Optional(AvatarUrl), posting: Type.Optional(schema.Posting) },
  { title: 'RoomChange' },
);
const Rooms = PageOf(schema.Room, 'Rooms');
/** When somebody last spoke in the last room of a page, and the room's id. */
const RoomPosition = Type.Tuple([Type.Integer({ minimum: 0, maximum: 8.64e15 }), RowId]);

/** The content of the cursor of a list of rooms. */
export function roomPosition(mark: ActivityMark | null): Static<typeof RoomPosition> | null {
  return mark && [mark.activeAt.getTime(), mark.id];
}

/** The start of a page. @throws AppError `invalid` */
export function roomMark(cursor: string | undefined): ActivityMark | null {
  const position = positionOf(RoomPosition, cursor);
  return position && { activeAt: new Date(position[0]), id: position[1] };
}

export function serveRooms(app: App, parts: KoineParts): void {
  serveOwnRooms(app, parts);
  serveRoom(app, parts);
}

function serveOwnRooms(app: App, { core: { rooms }, callers, present }: KoineParts): void {
  app.get(
    '/v1/rooms',
    {
      ...callers.may('read'),
      schema: {
        operationId: 'listRooms',
        summary: "List the caller's rooms and the lobby",
        description: 'Rooms with the newest messages come first.',
        errors: ['unauthenticated'],
        querystring: ListQuery(),
        response: { 200: Rooms },
      },
    },
    async (request, reply) => {
      const { limit, cursor } = request.query;
      const { items, next } = await rooms.listViews(callerOf(request), { before: roomMark(cursor), limit });
      return pageOf(reply, { items: items.map(present.room), next: roomPosition(next) });
    },
  );

  app.post(
    '/v1/rooms',
    {
      ...callers.may('write'),
      schema: {
        operationId: 'createRoom',
        summary: 'Create a group, or open the direct room with an account',
        description: 'Two accounts have one direct room: if there is one, it is answered.',
        errors: ['unauthenticated', notFound('account'), 'self_chat', BLOCKED, 'not_welcome', 'idempotency_key_reused'],
        headers: CreationHeaders,
        body: RoomBody,
        response: { 200: schema.Room, 201: schema.Room },
      },
    },
    async (request, reply) => {
      const { room, created } = await make(request.body, callerOf(request), idempotencyKey(request));
      return reply
        .code(created ? 201 : 200)
        .header('location', `/v1/rooms/${room.uid}`)
        .send(present.room(room));
    },
  );

  async function make(
    { kind, title, avatarUrl, members = [] }: Static<typeof RoomBody>,
    caller: Actor,
    key: string | null,
  ): Promise<{ room: RoomView; created: boolean }> {
    const look = { ...(title && { title }), ...(avatarUrl && { avatar: avatarUrl }) };
    if (kind === 'group')
      return { room: await rooms.createGroup(caller, { ...look, memberUids: members, key }), created: true };
    const [uid, ...more] = members;
    if (uid === undefined || more.length > 0)
      throw invalid('members', uid === undefined ? 'required' : 'many', 'a direct room has one other member');
    return rooms.openDirectView(caller, { uid });
  }
}

function serveRoom(app: App, { core: { rooms }, callers, present }: KoineParts): void {
  app.get(
    '/v1/rooms/:roomId',
    {
      ...callers.may('read'),
      schema: {
        operationId: 'getRoom',
        summary: 'Get a room',
        errors: ['unauthenticated', notFound('room')],
        params: RoomPath,
        response: { 200: schema.Room },
      },
    },
    async (request) => present.room(await rooms.getView(callerOf(request), { uid: request.params.roomId })),
  );

  app.patch(
    '/v1/rooms/:roomId',
    {
      ...callers.may('write'),
      schema: {
        operationId: 'updateRoom',
        summary: 'Change a group, or who may write in the lobby',
        description: 'By owners and moderators of the group; `posting` of the lobby, by moderators of the community.',
        errors: ['unauthenticated', NOT_YOURS, notFound('room')],
        params: RoomPath,
        body: RoomChange,
        response: { 200: schema.Room },
      },
    },
    async (request) => {
      const { title, avatarUrl: avatar, posting } = request.body;
      const change = { title, avatar, posting };
      return present.room(await rooms.changeRoom(callerOf(request), { uid: request.params.roomId }, change));
    },
  );

  app.delete(
    '/v1/rooms/:roomId/avatar',
    {
      ...callers.may('write'),
      schema: {
        operationId: 'removeRoomAvatar',
        summary: "Remove a group's picture",
        description: 'By owners and moderators of the group.',
        errors: ['unauthenticated', NOT_YOURS, notFound('room')],
        params: RoomPath,
        response: { 204: schema.Nothing },
      },
    },
    async (request, reply) => {
      await rooms.removePicture(callerOf(request), { uid: request.params.roomId });
      return reply.code(204).send(null);
    },
  );

  app.delete(
    '/v1/rooms/:roomId',
    {
      ...callers.may('write'),
      schema: {
        operationId: 'deleteRoom',
        summary: 'Delete a group with all its messages',
        description: 'By owners.',
        errors: ['unauthenticated', NOT_YOURS, notFound('room')],
        params: RoomPath,
        response: { 204: schema.Nothing },
      },
    },
    async (request, reply) => {
      await rooms.removeRoom(callerOf(request), { uid: request.params.roomId });
      return reply.code(204).send(null);
    },
  );
}
