/** `/v1/hooks`: events of a room or of the board that are sent to an address elsewhere. */
import { type Static, Type } from 'typebox';
import { BOARD_KINDS, ROOM_KINDS } from '../../../core/events/events.ts';
import type { OutgoingKind } from '../../../core/hooks/hook-deliveries.ts';
import type { OutgoingHook as CoreHook } from '../../../core/hooks/outgoing-hooks.ts';
import { AppError, notFound } from '../../../errors.ts';
import type { App } from '../../shared/app.ts';
import { LINK } from '../../shared/bounds.ts';
import { callerOf } from '../../shared/callers.ts';
import { typeOf } from '../events/shown-events.ts';
import { PageOf } from '../lists.ts';
import type { KoineParts } from '../parts.ts';
import * as schema from '../schema.ts';
import { moment } from '../times.ts';
import { NOT_YOURS } from './rooms.ts';

/** Kinds of core by the types of the native API. */
const KINDS = new Map<string, OutgoingKind>([...ROOM_KINDS, ...BOARD_KINDS].map((kind) => [typeOf(kind), kind]));
export const EventType = schema.OneOf(...KINDS.keys());

export const NO_HOOK = new AppError('not_found', { message: 'There is no such hook' });
export const HookPath = Type.Object({ id: schema.Id });

const EventTypes = Type.Array(EventType, { minItems: 1, maxItems: KINDS.size, description: 'Types of events.' });
const Url = Type.String({ minLength: 1, maxLength: LINK, examples: ['https://example.org/hook'] });
const HookFields = {
  id: schema.Id,
  room: Type.Optional(Type.String({ description: 'Without it: the board.' })),
  url: Type.String(),
  events: Type.Array(EventType),
  createdAt: schema.Moment,
  failingSince: Type.Optional(schema.Moment),
  offSince: Type.Optional(Type.String({ format: 'date-time', description: 'It was turned off.' })),
};
const Hook = Type.Object(HookFields, { title: 'Hook' });
const NewHook = Type.Object(
  {
    ...HookFields,
    secret: Type.String({ description: 'Signs what is sent (Standard Webhooks). It is shown this once.' }),
  },
  { title: 'NewHook' },
);
const HookBody = Type.Object({ room: Type.Optional(schema.Id), url: Url, events: EventTypes }, { title: 'HookWish' });
const HookChange = Type.Object(
  { url: Type.Optional(Url), events: Type.Optional(EventTypes), enabled: Type.Optional(Type.Boolean()) },
  { title: 'HookChange' },
);

export function serveHooks(app: App, { core: { outgoingHooks: hooks }, callers }: KoineParts): void {
  app.get(
    '/v1/hooks',
    {
      ...callers.may('read'),
      schema: {
        operationId: 'listHooks',
        summary: 'List the outgoing hooks of a room or, without one, of the board, the newest first',
        description: 'By owners and moderators of a group; of the lobby and the board, by admins.',
        errors: ['unauthenticated', NOT_YOURS, notFound('room')],
        querystring: Type.Object({ room: Type.Optional(schema.Id) }),
        response: { 200: PageOf(Hook, 'Hooks') },
      },
    },
    async (request) => {
      const items = await hooks.listOutgoing(callerOf(request), refOf(request.query.room));
      return { items: items.map(show), next: null };
    },
  );

  app.post(
    '/v1/hooks',
    {
      ...callers.may('write'),
      schema: {
        operationId: 'createHook',
        summary: 'Have events of a room or of the board sent to an address',
        description:
          'In order and at least once, to public addresses by https. By owners and moderators of a group; of the lobby and the' +
          ' board, by admins. There are at most 10 of each.',
        errors: ['unauthenticated', NOT_YOURS, notFound('room')],
        body: HookBody,
        response: { 201: NewHook },
      },
    },
    async (request, reply) => {
      const { room, url, events } = request.body;
      const wanted = { room: refOf(room), url, kinds: kindsOf(events) };
      const made = await hooks.createOutgoing(callerOf(request), wanted);
      return reply.code(201).send({ ...show(made), secret: made.secret });
    },
  );

  app.patch(
    '/v1/hooks/:id',
    {
      ...callers.may('write'),
      schema: {
        operationId: 'updateHook',
        summary: 'Change an outgoing hook, or turn it off or on',
        description: 'One that is turned on goes on with the next event.',
        errors: ['unauthenticated', NO_HOOK],
        params: HookPath,
        body: HookChange,
        response: { 200: Hook },
      },
    },
    async (request) => {
      const { url, events, enabled: isOn } = request.body;
      const change = { url, isOn, kinds: events && kindsOf(events) };
      return show(await hooks.changeOutgoing(callerOf(request), request.params.id, change));
    },
  );

  app.delete(
    '/v1/hooks/:id',
    {
      ...callers.may('write'),
      schema: {
        operationId: 'removeHook',
        summary: 'Remove an outgoing hook',
        errors: ['unauthenticated', NO_HOOK],
        params: HookPath,
        response: { 204: schema.Nothing },
      },
    },
    async (request, reply) => {
      await hooks.removeOutgoing(callerOf(request), request.params.id);
      return reply.code(204).send(null);
    },
  );
}

function refOf(room: string | undefined) {
  return room === undefined ? null : { uid: room };
}

function kindsOf(types: readonly string[]): OutgoingKind[] {
  return types.flatMap((type) => KINDS.get(type) ?? []);
}

function show({ id, roomUid, url, kinds, createdAt, failingSince, disabledAt }: CoreHook): Static<typeof Hook> {
  return {
    ...{ id, url, events: kinds.map(typeOf), createdAt: moment(createdAt) },
    ...(roomUid !== null && { room: roomUid }),
    ...(failingSince !== null && { failingSince: moment(failingSince) }),
    ...(disabledAt !== null && { offSince: moment(disabledAt) }),
  };
}
