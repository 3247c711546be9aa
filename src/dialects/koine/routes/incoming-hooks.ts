/** `/v1/rooms/{id}/hooks`: secret addresses by which programs write in a room. */
import { type Static, Type } from 'typebox';
import type { IncomingHook as CoreHook } from '../../../core/hooks/hook-posts.ts';
import { notFound } from '../../../errors.ts';
import type { App } from '../../shared/app.ts';
import { NAME } from '../../shared/bounds.ts';
import { callerOf } from '../../shared/callers.ts';
import { discordPath } from '../../shared/hooks/discord.ts';
import { slackPath } from '../../shared/hooks/slack.ts';
import { PageOf } from '../lists.ts';
import type { KoineParts } from '../parts.ts';
import * as schema from '../schema.ts';
import { moment } from '../times.ts';
import { NO_HOOK } from './hooks.ts';
import { RoomPath } from './messages.ts';
import { AvatarUrl, NOT_YOURS } from './rooms.ts';

const OF_ROOM = ['unauthenticated', NOT_YOURS, notFound('room')] as const;

const HookFields = {
  id: schema.Id,
  roomId: schema.Id,
  author: schema.Person,
  createdAt: schema.Moment,
  usedAt: Type.Optional(schema.Moment),
};
const IncomingHook = Type.Object(HookFields, { title: 'IncomingHook' });
const NewIncomingHook = Type.Object(
  {
    ...HookFields,
    slackPath: Type.String({ description: 'The secret address, below this server, for senders in the form of Slack.' }),
    discordPath: Type.String({ description: 'The same for senders in the form of Discord.' }),
  },
  { title: 'NewIncomingHook', description: 'Its addresses are shown this once.' },
);
const Name = Type.String({ minLength: 1, maxLength: NAME, examples: ['Builds'] });
const HookBody = Type.Object({ name: Name, avatarUrl: Type.Optional(AvatarUrl) }, { title: 'IncomingHookWish' });
const HookChange = Type.Object(
  { name: Type.Optional(Name), avatarUrl: Type.Optional(AvatarUrl) },
  { title: 'IncomingHookChange' },
);
const HookPath = Type.Object({ ...RoomPath.properties, id: schema.Id });

export function serveIncomingHooks(app: App, { core: { incomingHooks: hooks }, callers, present }: KoineParts): void {
  function show({ id, roomUid, author, createdAt, usedAt }: CoreHook): Static<typeof IncomingHook> {
    return {
      ...{ id, roomId: roomUid, author: present.person(author), createdAt: moment(createdAt) },
      ...(usedAt !== null && { usedAt: moment(usedAt) }),
    };
  }

  function showOnce({ secret, ...hook }: CoreHook & { readonly secret: string }): Static<typeof NewIncomingHook> {
    return { ...show(hook), slackPath: slackPath(hook.id, secret), discordPath: discordPath(hook.id, secret) };
  }

  app.get(
    '/v1/rooms/:roomId/hooks',
    {
      ...callers.may('read'),
      schema: {
        operationId: 'listIncomingHooks',
        summary: 'List the incoming hooks of a room, the newest first',
        description: 'By owners and moderators of a group; of the lobby, by admins.',
        errors: OF_ROOM,
        params: RoomPath,
        response: { 200: PageOf(IncomingHook, 'IncomingHooks') },
      },
    },
    async (request) => {
      const items = await hooks.listHooks(callerOf(request), { uid: request.params.roomId });
      return { items: items.map(show), next: null };
    },
  );

  app.post(
    '/v1/rooms/:roomId/hooks',
    {
      ...callers.may('write'),
      schema: {
        operationId: 'createIncomingHook',
        summary: 'Make an incoming hook: a secret address by which programs write in the room',
        description: 'By owners and moderators of a group; of the lobby, by admins. A room has at most 20.',
        errors: OF_ROOM,
        params: RoomPath,
        body: HookBody,
        response: { 201: NewIncomingHook },
      },
    },
    async (request, reply) => {
      const { roomId } = request.params;
      return reply.code(201).send(showOnce(await hooks.createHook(callerOf(request), { uid: roomId }, request.body)));
    },
  );

  app.patch(
    '/v1/rooms/:roomId/hooks/:id',
    {
      ...callers.may('write'),
      schema: {
        operationId: 'updateIncomingHook',
        summary: 'Give an incoming hook another name or picture',
        errors: [...OF_ROOM, NO_HOOK],
        params: HookPath,
        body: HookChange,
        response: { 200: IncomingHook },
      },
    },
    async (request) => {
      const { roomId, id } = request.params;
      return show(await hooks.changeHook(callerOf(request), { uid: roomId }, id, request.body));
    },
  );

  app.post(
    '/v1/rooms/:roomId/hooks/:id/secret',
    {
      ...callers.may('write'),
      schema: {
        operationId: 'renewIncomingHook',
        summary: 'Give an incoming hook new addresses; its former ones end at once',
        errors: [...OF_ROOM, NO_HOOK],
        params: HookPath,
        response: { 200: NewIncomingHook },
      },
    },
    async (request) => {
      const { roomId, id } = request.params;
      return showOnce(await hooks.renewHook(callerOf(request), { uid: roomId }, id));
    },
  );

  app.delete(
    '/v1/rooms/:roomId/hooks/:id',
    {
      ...callers.may('write'),
      schema: {
        operationId: 'removeIncomingHook',
        summary: 'Remove an incoming hook; what it wrote stays',
        errors: [...OF_ROOM, NO_HOOK],
        params: HookPath,
        response: { 204: schema.Nothing },
      },
    },
    async (request, reply) => {
      const { roomId, id } = request.params;
      await hooks.removeHook(callerOf(request), { uid: roomId }, id);
      return reply.code(204).send(null);
    },
  );
}
