/** `/v1/invites` and `/v1/rooms/{id}/invites`: links by which people join a group. */
import { Type } from 'typebox';
import { type Invite as CoreInvite, LASTS_MAX, USES_MAX } from '../../../core/rooms/invites.ts';
import { AppError, notFound } from '../../../errors.ts';
import type { App } from '../../shared/app.ts';
import { callerOf } from '../../shared/callers.ts';
import { CreationHeaders, idempotencyKey } from '../headers.ts';
import type { KoineParts } from '../parts.ts';
import type { Presenter } from '../present.ts';
import * as schema from '../schema.ts';
import { moment } from '../times.ts';
import { RoomPath } from './messages.ts';
import { NOT_YOURS } from './rooms.ts';

const NO_INVITE = new AppError('not_found', { message: 'There is no such invitation, or it is not good any more' });
const InvitePath = Type.Object({ code: schema.Id });

const Invite = Type.Object(
  {
    code: Type.String({ description: 'Its bearer may join: it is the secret of the link.' }),
    creator: schema.Person,
    createdAt: schema.Moment,
    expiresAt: schema.Moment,
    uses: schema.Count,
    maxUses: Type.Optional(Type.Integer({ minimum: 1, description: 'Without it: as many as like.' })),
  },
  { title: 'Invite' },
);
const Invites = Type.Object({ items: Type.Array(Invite) }, { title: 'Invites' });
const { title, avatarUrl } = schema.Room.properties;
const Invitation = Type.Object(
  { ...Invite.properties, room: Type.Object({ id: schema.Id, title, avatarUrl, membersCount: schema.Count }) },
  { title: 'Invitation', description: 'The view of somebody who is not a member (yet).' },
);
const InviteBody = Type.Object(
  {
    expiresIn: Type.Optional(
      Type.Integer({ minimum: 1, maximum: LASTS_MAX, description: 'Seconds; a week, unless it is given.' }),
    ),
    maxUses: Type.Optional(Type.Integer({ minimum: 1, maximum: USES_MAX })),
  },
  { title: 'NewInvite' },
);

export function serveInvites(app: App, parts: KoineParts): void {
  serveInvitesOfRoom(app, parts);
  serveInvite(app, parts);
}

function showInvite(present: Presenter, { code, creator, createdAt, expiresAt, uses, maxUses }: CoreInvite) {
  return {
    ...{ code, uses },
    creator: present.person(creator),
    createdAt: moment(createdAt),
    expiresAt: moment(expiresAt),
    ...(maxUses !== null && { maxUses }),
  };
}

function serveInvitesOfRoom(app: App, { core: { rooms }, callers, present }: KoineParts): void {
  app.post(
    '/v1/rooms/:roomId/invites',
    {
      ...callers.may('write'),
      schema: {
        operationId: 'createInvite',
        summary: 'Create an invitation to a group',
        description: 'By owners and moderators; at most 50 are good at a time.',
        errors: ['unauthenticated', NOT_YOURS, notFound('room'), 'idempotency_key_reused'],
        headers: CreationHeaders,
        params: RoomPath,
        body: InviteBody,
        response: { 201: Invite },
      },
    },
    async (request, reply) => {
      const { expiresIn: lasts, maxUses } = request.body;
      const wanted = { lasts, maxUses, key: idempotencyKey(request) };
      const made = await rooms.createInvite(callerOf(request), { uid: request.params.roomId }, wanted);
      return reply.code(201).header('location', `/v1/invites/${made.code}`).send(showInvite(present, made));
    },
  );

  app.get(
    '/v1/rooms/:roomId/invites',
    {
      ...callers.may('read'),
      schema: {
        operationId: 'listInvites',
        summary: 'List the invitations to a group that are good',
        description: 'By owners and moderators; the newest come first.',
        errors: ['unauthenticated', NOT_YOURS, notFound('room')],
        params: RoomPath,
        response: { 200: Invites },
      },
    },
    async (request) => {
      const invites = await rooms.listInvites(callerOf(request), { uid: request.params.roomId });
      return { items: invites.map((invite) => showInvite(present, invite)) };
    },
  );

  app.delete(
    '/v1/rooms/:roomId/invites/:code',
    {
      ...callers.may('write'),
      schema: {
        operationId: 'deleteInvite',
        summary: 'Revoke an invitation',
        description: 'By owners and moderators.',
        errors: ['unauthenticated', NOT_YOURS, notFound('room'), NO_INVITE],
        params: Type.Object({ ...RoomPath.properties, ...InvitePath.properties }),
        response: { 204: schema.Nothing },
      },
    },
    async (request, reply) => {
      const { roomId, code } = request.params;
      await rooms.revokeInvite(callerOf(request), { uid: roomId }, code);
      return reply.code(204).send(null);
    },
  );
}

function serveInvite(app: App, { core: { rooms, media }, callers, present }: KoineParts): void {
  app.get(
    '/v1/invites/:code',
    {
      ...callers.may('read'),
      schema: {
        operationId: 'getInvite',
        summary: 'See what an invitation leads to',
        errors: ['unauthenticated', NO_INVITE],
        params: InvitePath,
        response: { 200: Invitation },
      },
    },
    async (request) => {
      const { room, ...invite } = await rooms.getInvitation(callerOf(request), request.params.code);
      const { uid: id, title, membersCount } = room;
      return { ...showInvite(present, invite), room: { id, title, avatarUrl: media.pictureUrl(room), membersCount } };
    },
  );

  app.post(
    '/v1/invites/:code',
    {
      ...callers.may('write'),
      schema: {
        operationId: 'acceptInvite',
        summary: 'Join a group by an invitation',
        description: 'For members it changes nothing.',
        errors: ['unauthenticated', NO_INVITE],
        params: InvitePath,
        response: { 200: schema.Room, 201: schema.Room },
      },
    },
    async (request, reply) => {
      const { room, joined } = await rooms.acceptInvite(callerOf(request), request.params.code);
      return reply
        .code(joined ? 201 : 200)
        .header('location', `/v1/rooms/${room.uid}`)
        .send(present.room(room));
    },
  );
}
