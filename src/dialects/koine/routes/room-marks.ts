/** `/v1/rooms/{id}/read` and `/notify`: what the caller keeps for themselves in a room. */
import { Type } from 'typebox';
import { notFound } from '../../../errors.ts';
import type { App } from '../../shared/app.ts';
import { callerOf } from '../../shared/callers.ts';
import type { KoineParts } from '../parts.ts';
import { marks } from '../present/rooms.ts';
import * as schema from '../schema.ts';
import { RoomPath } from './messages.ts';

const { readSeq, unread, mentions } = schema.Room.properties;
const Marks = Type.Object({ readSeq, unread, mentions }, { title: 'Marks' });
const ReadBody = Type.Object(
  {
    seq: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description: 'The last message that was read.' }),
  },
  { title: 'RoomRead' },
);
const NotifyBody = Type.Object({ notify: schema.Notify }, { title: 'RoomNotify' });

export function serveRoomMarks(app: App, { core: { rooms }, callers }: KoineParts): void {
  app.put(
    '/v1/rooms/:roomId/read',
    {
      ...callers.may('write'),
      schema: {
        operationId: 'setRoomRead',
        summary: 'Say how far a room has been read',
        description: 'It only grows, up to the newest position.',
        errors: ['unauthenticated', notFound('room')],
        params: RoomPath,
        body: ReadBody,
        response: { 200: Marks },
      },
    },
    async (request) => marks(await rooms.markRead(callerOf(request), { uid: request.params.roomId }, request.body.seq)),
  );

  app.put(
    '/v1/rooms/:roomId/notify',
    {
      ...callers.may('write'),
      schema: {
        operationId: 'setRoomNotify',
        summary: 'Choose what of a room to be notified of',
        errors: ['unauthenticated', notFound('room')],
        params: RoomPath,
        body: NotifyBody,
        response: { 200: NotifyBody },
      },
    },
    async (request) => {
      const { notify } = request.body;
      await rooms.setNotify(callerOf(request), { uid: request.params.roomId }, notify);
      return { notify };
    },
  );
}
