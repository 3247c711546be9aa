/** `/v1/rooms/{id}/members`: who is in a room. */
import { Type } from 'typebox';
import { notFound } from '../../../errors.ts';
import type { App } from '../../shared/app.ts';
import { callerOf } from '../../shared/callers.ts';
import { BLOCKED } from '../errors.ts';
import { ListQuery, PageOf, pageOf, positionOf, RowId } from '../lists.ts';
import type { KoineParts } from '../parts.ts';
import * as schema from '../schema.ts';
import { RoomPath } from './messages.ts';
import { PersonPath, personRef } from './people.ts';
import { NOT_YOURS } from './rooms.ts';

const Member = Type.Object({ person: schema.Person, role: schema.RoomRole }, { title: 'Member' });
const Members = PageOf(Member, 'Members');
const MemberPath = Type.Object({ ...RoomPath.properties, ...PersonPath.properties });
const MemberBody = Type.Object(
  { role: Type.Optional(schema.RoomRole) },
  { title: 'MemberChange', description: 'Without a role, new members become `member`, and others stay what they are.' },
);
/** When the last member of a page joined, and the account's id. */
const Position = Type.Tuple([Type.Integer({ minimum: 0, maximum: 8.64e15 }), RowId]);

export function serveMembers(app: App, { core: { rooms }, callers, present }: KoineParts): void {
  app.get(
    '/v1/rooms/:roomId/members',
    {
      ...callers.may('read'),
      schema: {
        operationId: 'listMembers',
        summary: 'List the members of a room',
        description: 'Members of longest standing come first. The lobby has none: it is of everybody.',
        errors: ['unauthenticated', NOT_YOURS, notFound('room')],
        params: RoomPath,
        querystring: ListQuery(),
        response: { 200: Members },
      },
    },
    async (request, reply) => {
      const { limit, cursor } = request.query;
      const position = positionOf(Position, cursor);
      const after = position && { joinedAt: new Date(position[0]), id: position[1] };
      const room = { uid: request.params.roomId };
      const { items, next } = await rooms.listMembers(callerOf(request), room, { after, limit });
      return pageOf(reply, {
        items: items.map(({ person, role }) => ({ person: present.person(person), role })),
        next: next && [next.joinedAt.getTime(), next.id],
      });
    },
  );

  app.put(
    '/v1/rooms/:roomId/members/:personId',
    {
      ...callers.may('write'),
      schema: {
        operationId: 'setMember',
        summary: 'Add somebody to a group, or give a member another role',
        description: 'Owners and moderators add people; owners give roles.',
        errors: ['unauthenticated', NOT_YOURS, BLOCKED, 'not_welcome', notFound('room'), notFound('account')],
        params: MemberPath,
        body: MemberBody,
        response: { 200: Member },
      },
    },
    async (request) => {
      const { roomId, personId } = request.params;
      const { role = null } = request.body;
      const member = await rooms.setMember(callerOf(request), { uid: roomId }, personRef(personId), role);
      return { person: present.person(member.person), role: member.role };
    },
  );

  app.delete(
    '/v1/rooms/:roomId/members/:personId',
    {
      ...callers.may('write'),
      schema: {
        operationId: 'removeMember',
        summary: 'Leave a group, or take somebody out of it',
        description:
          'Moderators remove members, owners remove anybody. The last owner is followed by the oldest member.',
        errors: ['unauthenticated', NOT_YOURS, notFound('room'), notFound('account')],
        params: MemberPath,
        response: { 204: schema.Nothing },
      },
    },
    async (request, reply) => {
      const { roomId, personId } = request.params;
      await rooms.removeMember(callerOf(request), { uid: roomId }, personRef(personId));
      return reply.code(204).send(null);
    },
  );
}
