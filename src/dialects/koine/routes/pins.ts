/** `/v1/rooms/{id}/pins` and `/v1/rooms/{id}/reads`: what a room keeps at hand, and who has read how far. */
import { Type } from 'typebox';
import { AppError } from '../../../errors.ts';
import type { App } from '../../shared/app.ts';
import { callerOf } from '../../shared/callers.ts';
import { PageOf } from '../lists.ts';
import type { KoineParts } from '../parts.ts';
import * as schema from '../schema.ts';
import { MessagePath } from './message.ts';
import { IN_ROOM, OF_MESSAGE, RoomPath } from './messages.ts';

const Pins = PageOf(schema.Message, 'Pins');
const Readers = PageOf(
  Type.Object({ person: schema.Person, readSeq: Type.Integer({ minimum: 0 }) }, { title: 'Reader' }),
  'Readers',
);
const ADMINS_ONLY = new AppError('forbidden', { message: 'Only admins pin in the lobby' });

export function servePins(app: App, { core: { messages }, callers, present }: KoineParts): void {
  app.get(
    '/v1/rooms/:roomId/pins',
    {
      ...callers.may('read'),
      schema: {
        operationId: 'listPins',
        summary: 'List the pinned messages of a room, the last pinned first',
        errors: IN_ROOM,
        params: RoomPath,
        response: { 200: Pins },
      },
    },
    async (request) => {
      const pinned = await messages.listPins(callerOf(request), { uid: request.params.roomId });
      return { items: pinned.map(present.shownMessage), next: null };
    },
  );

  app.put(
    '/v1/rooms/:roomId/pins/:seq',
    {
      ...callers.may('write'),
      schema: {
        operationId: 'addPin',
        summary: 'Pin a message',
        description: 'By a member of the room; in the lobby by an admin. A room has at most 50 pins.',
        errors: [...OF_MESSAGE, ADMINS_ONLY, 'read_only'],
        params: MessagePath,
        response: { 204: schema.Nothing },
      },
    },
    async (request, reply) => {
      const { roomId, seq } = request.params;
      await messages.pin(callerOf(request), { uid: roomId }, seq);
      return reply.code(204).send(null);
    },
  );

  app.delete(
    '/v1/rooms/:roomId/pins/:seq',
    {
      ...callers.may('write'),
      schema: {
        operationId: 'removePin',
        summary: 'Take a pin away',
        errors: [...OF_MESSAGE, ADMINS_ONLY, 'read_only'],
        params: MessagePath,
        response: { 204: schema.Nothing },
      },
    },
    async (request, reply) => {
      const { roomId, seq } = request.params;
      await messages.unpin(callerOf(request), { uid: roomId }, seq);
      return reply.code(204).send(null);
    },
  );

  app.get(
    '/v1/rooms/:roomId/reads',
    {
      ...callers.may('read'),
      schema: {
        operationId: 'listReaders',
        summary: 'List how far the members of a room have read',
        description: 'Of rooms with up to 50 members; of others it is empty.',
        errors: IN_ROOM,
        params: RoomPath,
        response: { 200: Readers },
      },
    },
    async (request) => {
      const readers = await messages.listReaders(callerOf(request), { uid: request.params.roomId });
      const items = readers.map(({ person, readSeq }) => ({ person: present.person(person), readSeq }));
      return { items, next: null };
    },
  );
}
