/** Outgoing hooks: keepers of a room, and admins for the board, have its events sent to an address elsewhere. */
import { randomUUID } from 'node:crypto';
import { AppError, invalid } from '../../errors.ts';
import type { Log } from '../../hub/log.ts';
import { type Sql, toKnownError } from '../../store/database.ts';
import { lockStreams } from '../../store/events.ts';
import {
  type DeliveryRow,
  deleteOutgoingHook,
  findDelivery,
  findOutgoingHook,
  insertOutgoingHook,
  listDeliveries,
  listOutgoingHooks,
  type OutgoingHookRow,
  updateOutgoingHook,
} from '../../store/outgoing-hooks.ts';
import { requireRole } from '../community/ranks.ts';
import type { Seal } from '../credentials/seal.ts';
import { BOARD_KINDS, BOARD_STREAM, type BoardKind, type Event, ROOM_KINDS, type RoomKind } from '../events/events.ts';
import type { Actor } from '../model.ts';
import { keysetPage, type Listed } from '../pages.ts';
import { enterRoom, type RoomRef } from '../rooms/room-access.ts';
import { checkLength, isUid } from '../text.ts';
import type { HookClient } from './hook-client.ts';
import { noHook, requireHooks } from './hook-rights.ts';
import { type HookSender, newSigningSecret } from './hook-sender.ts';
import { createPlaces } from './places.ts';

export type OutgoingHooks = {
  /** @returns the hook and its secret @throws AppError `not_found` | `forbidden` | `invalid`: out of bounds, or there are 10 */
  createOutgoing(actor: Actor, newOutgoingHook: NewOutgoingHook): Promise<OutgoingHook & { readonly secret: string }>;
  /** The newest first. @throws AppError `not_found` | `forbidden` */
  listOutgoing(actor: Actor, room: RoomRef | null): Promise<OutgoingHook[]>;
  /** Turned on again, it begins with the next event. @throws AppError `not_found` | `invalid` */
  changeOutgoing(actor: Actor, id: string, wanted: OutgoingChange): Promise<OutgoingHook>;
  /** @throws AppError `not_found` */
  removeOutgoing(actor: Actor, id: string): Promise<void>;
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
/** Times: Unix ms. `roomUid` null: the board. `kinds`: of events. `failingSince` null: it is well. */
export type OutgoingHook = Pick<OutgoingHookRow, 'id' | 'roomUid' | 'url'> & {
  readonly kinds: readonly OutgoingKind[];
  readonly createdAt: number;
  readonly failingSince: number | null;
  readonly disabledAt: number | null;
};
/** An attempt to send an event. `status` null: there was no answer. `duration`: ms. */
export type Delivery = Omit<DeliveryRow, 'kind' | 'createdAt'> & {
  readonly kind: OutgoingKind;
  readonly createdAt: number;
};

export type NewOutgoingHook = {
  /** Null: the board. */
  readonly room: RoomRef | null;
  readonly url: string;
  readonly kinds: readonly OutgoingKind[];
};
export type OutgoingChange = {
  readonly url?: string | undefined;
  readonly kinds?: readonly OutgoingKind[] | undefined;
  readonly isOn?: boolean | undefined;
};

/** Maximum per room, and of the board. */
const MOST = 10;
const URL_MAX = 2_048;
const PAGE = 50;
/** Hooks to which this process sends again by hand at a time, beside what is due; for each account: slow receivers delay nobody else. */
const RESENT_AT_ONCE = { all: 64, each: 4 };

export type OutgoingHooksOptions = {
  readonly seal: Seal;
  readonly client: Pick<HookClient, 'refuseUrl'>;
  readonly sender: HookSender;
  readonly log: Pick<Log<Event>, 'after'>;
};

export function createOutgoingHooks(sql: Sql, { seal, client, sender, log }: OutgoingHooksOptions): OutgoingHooks {
  /** Hooks to which an event is being sent again. */
  const resent = new Set<string>();
  const places = createPlaces(RESENT_AT_ONCE);

  /** @returns the stream, if the actor keeps its hooks @throws AppError `not_found` | `forbidden` */
  async function streamOf(actor: Actor, ref: RoomRef | null): Promise<number> {
    if (ref === null) {
      requireRole(actor, 'admin');
      return BOARD_STREAM;
    }
    const room = await enterRoom(sql, actor, ref);
    await requireHooks(sql, actor, room);
    return room.id;
  }

  /** @throws AppError `not_found`: also if the actor does not keep the hooks there */
  async function find(actor: Actor, id: string) {
    const hook = isUid(id) ? await findOutgoingHook(sql, id) : null;
    if (hook === null) throw noHook();
    const room = hook.roomUid === null ? null : { id: hook.streamId };
    await streamOf(actor, room).catch((error: unknown) => {
      throw error instanceof AppError ? noHook() : error;
    });
    return hook;
  }

  /** @throws AppError `invalid` */
  function checkUrl(url: string): string {
    checkLength('url', url, URL_MAX);
    const reason = client.refuseUrl(url);
    if (reason !== null) throw invalid('url', 'format', reason);
    return new URL(url).href;
  }

  return {
    createOutgoing: async (actor, { room, url, kinds }): Promise<OutgoingHook & { readonly secret: string }> => {
      const streamId = await streamOf(actor, room);
      const id = randomUUID();
      const secret = newSigningSecret(seal, id);
      const row = { id, streamId, creatorId: actor.id, secret: secret.sealed };
      const wanted = { url: checkUrl(url), kinds: checkKinds(streamId, kinds) };
      const made = await sql
        .begin(async (tx) => {
          await lockStreams(tx, [streamId]);
          return insertOutgoingHook(tx, { ...row, ...wanted }, MOST);
        })
        .catch((error: unknown) => {
          throw toKnownError(error);
        });
      if (made === null) throw invalid('', 'many', `there are at most ${MOST} hooks`, { limit: MOST });
      return { ...hookOf(made), secret: secret.text };
    },

    listOutgoing: async (actor, room): Promise<OutgoingHook[]> =>
      (await listOutgoingHooks(sql, await streamOf(actor, room), MOST)).map(hookOf),

    changeOutgoing: async (actor, id, wanted): Promise<OutgoingHook> => {
      const hook = await find(actor, id);
      const changed = await updateOutgoingHook(sql, hook.id, {
        url: wanted.url === undefined ? hook.url : checkUrl(wanted.url),
        kinds: wanted.kinds === undefined ? hook.kinds : checkKinds(hook.streamId, wanted.kinds),
        isOn: wanted.isOn ?? hook.disabledAt === null,
      });
      if (changed === null) throw noHook();
      return hookOf(changed);
    },

    removeOutgoing: async (actor, id): Promise<void> => {
      const hook = await find(actor, id);
      if (!(await deleteOutgoingHook(sql, hook.id))) throw noHook();
    },

    listDeliveries: async (actor, id, { before = null, limit = PAGE } = {}): Promise<Listed<Delivery, number>> => {
      const hook = await find(actor, id);
      const size = Math.min(limit, PAGE);
      const rows = await listDeliveries(sql, hook.id, before, size + 1);
      const { items, next } = keysetPage(rows, { size, bytesOf: () => 0, positionOf: (row) => row.id });
      return { items: items.map(deliveryOf), next };
    },

    redeliver: async (actor, id, deliveryId): Promise<Delivery> => {
      const hook = await find(actor, id);
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

function hookOf({ id, roomUid, url, kinds, createdAt, failingSince, disabledAt }: OutgoingHookRow): OutgoingHook {
  return {
    ...{ id, roomUid, url },
    kinds: kinds as OutgoingKind[],
    createdAt: createdAt.getTime(),
    failingSince: failingSince?.getTime() ?? null,
    disabledAt: disabledAt?.getTime() ?? null,
  };
}

function deliveryOf({ kind, createdAt, ...row }: DeliveryRow): Delivery {
  return { ...row, kind: kind as OutgoingKind, createdAt: createdAt.getTime() };
}

/** @throws AppError `invalid` */
function checkKinds(streamId: number, kinds: readonly OutgoingKind[]): OutgoingKind[] {
  const known: readonly string[] = streamId === BOARD_STREAM ? BOARD_KINDS : ROOM_KINDS;
  if (kinds.length === 0) throw invalid('events', 'required', 'events must name at least one');
  const wrong = kinds.find((kind) => !known.includes(kind));
  if (wrong !== undefined) throw invalid('events', 'format', 'events must be kinds that happen there');
  return [...new Set(kinds)];
}

function noDelivery(): AppError {
  return new AppError('not_found', { message: 'There is no such delivery, or its event is gone' });
}
