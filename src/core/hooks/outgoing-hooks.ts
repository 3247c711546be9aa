/** Outgoing hooks: keepers of a room, and admins for the board, have its events sent to an address elsewhere. */
import { randomUUID } from 'node:crypto';
import { invalid } from '../../errors.ts';
import { type Sql, toKnownError } from '../../store/database.ts';
import { lockStreams } from '../../store/events.ts';
import {
  deleteOutgoingHook,
  insertOutgoingHook,
  listOutgoingHooks,
  type OutgoingHookRow,
  updateOutgoingHook,
} from '../../store/outgoing-hooks.ts';
import type { Seal } from '../credentials/seal.ts';
import { BOARD_KINDS, BOARD_STREAM, ROOM_KINDS } from '../events/events.ts';
import type { Actor } from '../model.ts';
import type { RoomRef } from '../rooms/room-access.ts';
import { checkLength } from '../text.ts';
import type { HookClient } from './hook-client.ts';
import {
  createHookDeliveries,
  type HookDeliveries,
  type HookDeliveriesOptions,
  type OutgoingKind,
} from './hook-deliveries.ts';
import { findOwnOutgoingHook, hookedStreamOf, noHook } from './hook-rights.ts';
import { newSigningSecret } from './hook-sender.ts';

export type OutgoingHooks = HookDeliveries & {
  /** @returns the hook and its secret @throws AppError `not_found` | `forbidden` | `invalid`: out of bounds, or there are 10 */
  createOutgoing(actor: Actor, newOutgoingHook: NewOutgoingHook): Promise<OutgoingHook & { readonly secret: string }>;
  /** The newest first. @throws AppError `not_found` | `forbidden` */
  listOutgoing(actor: Actor, room: RoomRef | null): Promise<OutgoingHook[]>;
  /** Turned on again, it begins with the next event. @throws AppError `not_found` | `invalid` */
  changeOutgoing(actor: Actor, id: string, wanted: OutgoingChange): Promise<OutgoingHook>;
  /** @throws AppError `not_found` */
  removeOutgoing(actor: Actor, id: string): Promise<void>;
};

/** Times: Unix ms. `roomUid` null: the board. `kinds`: of events. `failingSince` null: it is well. */
export type OutgoingHook = Pick<OutgoingHookRow, 'id' | 'roomUid' | 'url'> & {
  readonly kinds: readonly OutgoingKind[];
  readonly createdAt: number;
  readonly failingSince: number | null;
  readonly disabledAt: number | null;
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
export type OutgoingHooksOptions = HookDeliveriesOptions & {
  readonly seal: Seal;
  readonly client: Pick<HookClient, 'refuseUrl'>;
};

export function createOutgoingHooks(sql: Sql, { seal, client, ...sending }: OutgoingHooksOptions): OutgoingHooks {
  /** @throws AppError `invalid` */
  function checkUrl(url: string): string {
    checkLength('url', url, URL_MAX);
    const reason = client.refuseUrl(url);
    if (reason !== null) throw invalid('url', 'format', reason);
    return new URL(url).href;
  }

  return {
    ...createHookDeliveries(sql, sending),

    createOutgoing: async (actor, { room, url, kinds }): Promise<OutgoingHook & { readonly secret: string }> => {
      const streamId = await hookedStreamOf(sql, actor, room);
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
      (await listOutgoingHooks(sql, await hookedStreamOf(sql, actor, room), MOST)).map(hookOf),

    changeOutgoing: async (actor, id, wanted): Promise<OutgoingHook> => {
      const hook = await findOwnOutgoingHook(sql, actor, id);
      const changed = await updateOutgoingHook(sql, hook.id, {
        url: wanted.url === undefined ? hook.url : checkUrl(wanted.url),
        kinds: wanted.kinds === undefined ? hook.kinds : checkKinds(hook.streamId, wanted.kinds),
        isOn: wanted.isOn ?? hook.disabledAt === null,
      });
      if (changed === null) throw noHook();
      return hookOf(changed);
    },

    removeOutgoing: async (actor, id): Promise<void> => {
      const hook = await findOwnOutgoingHook(sql, actor, id);
      if (!(await deleteOutgoingHook(sql, hook.id))) throw noHook();
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

/** @throws AppError `invalid` */
function checkKinds(streamId: number, kinds: readonly OutgoingKind[]): OutgoingKind[] {
  const known: readonly string[] = streamId === BOARD_STREAM ? BOARD_KINDS : ROOM_KINDS;
  if (kinds.length === 0) throw invalid('events', 'required', 'events must name at least one');
  const wrong = kinds.find((kind) => !known.includes(kind));
  if (wrong !== undefined) throw invalid('events', 'format', 'events must be kinds that happen there');
  return [...new Set(kinds)];
}
