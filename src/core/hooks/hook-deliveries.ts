/** The deliveries of outgoing hooks: their contents and the answers to them. */
import { AppError } from '../../errors.ts';
import type { Log } from '../../hub/log.ts';
import type { Sql } from '../../store/database.ts';
import { type DeliveryRow, findDelivery, listDeliveries } from '../../store/outgoing-hooks.ts';
import type { BoardKind, Event, RoomKind } from '../events/events.ts';
import type { Actor } from '../model.ts';
import { keysetPage, type Listed } from '../pages.ts';
import { findOwnOutgoingHook, noHook } from './hook-rights.ts';
import type { HookSender } from './hook-sender.ts';
import { createPlaces } from './places.ts';

export type HookDeliveries = {
  /** Attempts to send events, the newest first, below the id `before`: the last 200. @throws AppError `not_found` */
  listDeliveries(
    actor: Actor,
    id: string,
    page?: { before?: number | null; limit?: number },
  ): Promise<Listed<Delivery, number>>;
  /** Sends the event of a delivery again, at once. @throws AppError `not_found`: also if the event is gone | `overloaded`: one, or four of the actor's, are being sent */
  redeliver(actor: Actor, id: string, deliveryId: number): Promise<Delivery>;
};

export type OutgoingKind = RoomKind | BoardKind;
/** An attempt to send an event. `status` null: there was no answer. `duration`: ms. */
export type Delivery = Omit<DeliveryRow, 'kind' | 'createdAt'> & {
  readonly kind: OutgoingKind;
  readonly createdAt: number;
};

const PAGE = 50;
/** Hooks to which this process sends again by hand at a time, beside what is due; for each account: slow receivers delay nobody else. */
const RESENT_AT_ONCE = { all: 64, each: 4 };

export type HookDeliveriesOptions = { readonly sender: HookSender; readonly log: Pick<Log<Event>, 'after'> };

export function createHookDeliveries(sql: Sql, { sender, log }: HookDeliveriesOptions): HookDeliveries {
  /** Hooks to which an event is being sent again. */
  const resent = new Set<string>();
  const places = createPlaces(RESENT_AT_ONCE);

  return {
    listDeliveries: async (actor, id, { before = null, limit = PAGE } = {}): Promise<Listed<Delivery, number>> => {
      const hook = await findOwnOutgoingHook(sql, actor, id);
      const size = Math.min(limit, PAGE);
      const rows = await listDeliveries(sql, hook.id, before, size + 1);
      const { items, next } = keysetPage(rows, { size, bytesOf: () => 0, positionOf: (row) => row.id });
      return { items: items.map(deliveryOf), next };
    },

    redeliver: async (actor, id, deliveryId): Promise<Delivery> => {
      const hook = await findOwnOutgoingHook(sql, actor, id);
      const earlier = await findDelivery(sql, hook.id, deliveryId);
      const [event] = earlier === null ? [] : (await log.after(hook.streamId, earlier.seq - 1, 1)).events;
      if (earlier === null || event?.seq !== earlier.seq) throw noDelivery();
      if (resent.has(hook.id) || !places.hasFor(String(actor.id))) throw new AppError('overloaded');
      resent.add(hook.id);
      try {
        const { row } = await places.hold(String(actor.id), () => sender.send(hook, event, earlier.attempt + 1));
        if (row === null) throw noHook();
        return deliveryOf(row);
      } finally {
        resent.delete(hook.id);
      }
    },
  };
}

function deliveryOf({ kind, createdAt, ...row }: DeliveryRow): Delivery {
  return { ...row, kind: kind as OutgoingKind, createdAt: createdAt.getTime() };
}

function noDelivery(): AppError {
  return new AppError('not_found', { message: 'There is no such delivery, or its event is gone' });
}
