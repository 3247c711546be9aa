/** `/v1/hooks/{id}/deliveries`: what was sent to an outgoing hook, and how it answered. */
import { type Static, Type } from 'typebox';
import type { Delivery as CoreDelivery } from '../../../core/hooks/hook-deliveries.ts';
import { AppError } from '../../../errors.ts';
import type { App } from '../../shared/app.ts';
import { callerOf } from '../../shared/callers.ts';
import { typeOf } from '../events/shown-events.ts';
import { ListQuery, PageOf, pageOf, positionOf, wholeId } from '../lists.ts';
import type { KoineParts } from '../parts.ts';
import * as schema from '../schema.ts';
import { moment } from '../times.ts';
import { EventType, HookPath, NO_HOOK } from './hooks.ts';

const Delivery = Type.Object(
  {
    id: schema.Id,
    seq: schema.Seq,
    event: EventType,
    attempt: Type.Integer({ minimum: 1 }),
    status: Type.Optional(Type.Integer({ description: 'Without it: there was no answer.' })),
    error: Type.Optional(Type.String()),
    duration: Type.Integer({ minimum: 0, description: 'Milliseconds.' }),
    createdAt: schema.Moment,
  },
  { title: 'Delivery' },
);
const NO_DELIVERY = new AppError('not_found', { message: 'There is no such delivery, or its event is gone' });
const Page = PageOf(Delivery, 'Deliveries');
/** The id of the last one of a page. */
const Position = Type.Integer({ minimum: 1 });

export function serveHookDeliveries(app: App, { core: { outgoingHooks: hooks }, callers }: KoineParts): void {
  app.get(
    '/v1/hooks/:id/deliveries',
    {
      ...callers.may('read'),
      schema: {
        operationId: 'listDeliveries',
        summary: 'List the attempts to send events to an outgoing hook, the newest first',
        description: 'The last 200 are kept.',
        errors: ['unauthenticated', NO_HOOK],
        params: HookPath,
        querystring: ListQuery(),
        response: { 200: Page },
      },
    },
    async (request, reply) => {
      const { limit, cursor } = request.query;
      const before = positionOf(Position, cursor);
      const { items, next } = await hooks.listDeliveries(callerOf(request), request.params.id, { before, limit });
      return pageOf(reply, { items: items.map(show), next });
    },
  );

  app.post(
    '/v1/hooks/:id/deliveries/:deliveryId',
    {
      ...callers.may('write'),
      schema: {
        operationId: 'requestDelivery',
        summary: 'Send the event of a delivery again, at once',
        description: 'It has the same `webhook-id` as before.',
        errors: ['unauthenticated', NO_HOOK, NO_DELIVERY, 'overloaded'],
        params: Type.Object({ ...HookPath.properties, deliveryId: schema.Id }),
        response: { 200: Delivery },
      },
    },
    async (request) => {
      const { id, deliveryId } = request.params;
      return show(await hooks.redeliver(callerOf(request), id, wholeId(deliveryId) ?? 0));
    },
  );
}

function show({ id, seq, kind, attempt, status, error, duration, createdAt }: CoreDelivery): Static<typeof Delivery> {
  return {
    ...{ id: String(id), seq, event: typeOf(kind), attempt, duration, createdAt: moment(createdAt) },
    ...(status !== null && { status }),
    ...(error !== null && { error }),
  };
}
