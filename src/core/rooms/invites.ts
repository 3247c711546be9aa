/** Invitations: anyone who has the code of one may join its group, until it expires, is used up or revoked. */

import { randomBytes } from 'node:crypto';
import { AppError, invalid } from '../../errors.ts';
import type { Sql } from '../../store/database.ts';
import {
  deleteExpiredInvites,
  deleteInvite,
  findInvite,
  findKeyedInvite,
  type InviteRow,
  insertInvite,
  listInvites,
  useInvite,
} from '../../store/invites.ts';
import { findRoles } from '../../store/room-members.ts';
import { SOME_MEMBER } from '../accounts/accounts.ts';
import type { Changes } from '../events/changes.ts';
import { idempotencyKey, once } from '../idempotency.ts';
import type { Actor, Person, RoomLook, RoomView } from '../model.ts';
import { addMember, type JoiningParts } from './joining.ts';
import { enterRoom, type RoomRef } from './room-access.ts';
import { requireAct } from './room-roles.ts';
import { readRoomView } from './room-views.ts';

export type Invites = {
  /** @throws AppError `not_found` | `forbidden` | `invalid`: out of bounds, or the group has 50 | `idempotency_key_reused` */
  createInvite(actor: Actor, ref: RoomRef, wanted?: NewInvite): Promise<Invite>;
  listInvites(actor: Actor, ref: RoomRef): Promise<Invite[]>;
  /** @throws AppError `not_found`: the room, or the invitation | `forbidden` */
  revokeInvite(actor: Actor, ref: RoomRef, code: string): Promise<void>;
  /** The group that the code leads to. @throws AppError `not_found`: no such invitation, or it is not good any more */
  getInvitation(actor: Actor, code: string): Promise<Invitation>;
  /**
   * Joins the group (idempotent: a member uses nothing up).
   * @returns the room, and whether the actor is new there
   * @throws AppError `not_found`: no such invitation, or it is not good any more | `invalid`: the group is full
   */
  acceptInvite(actor: Actor, code: string): Promise<{ room: RoomView; joined: boolean }>;
  /** Deletes expired ones, in small batches. */
  pruneInvites(): Promise<void>;
};

/** `maxUses` null: as many as like. Times: Unix ms. */
export type Invite = {
  readonly code: string;
  readonly creator: Person;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly uses: number;
  readonly maxUses: number | null;
};

/** The view of somebody who is not (yet) a member of a group that they are invited to. */
export type Invitation = Invite & {
  readonly room: Pick<RoomLook, 'title' | 'avatarUrl' | 'avatarKey'> & {
    readonly uid: string;
    readonly membersCount: number;
  };
};

export type NewInvite = {
  /** Seconds. */
  readonly lasts?: number | undefined;
  readonly maxUses?: number | null | undefined;
  readonly key?: string | null | undefined;
};

const CODE_BYTES = 16;
/** Characters. */
const CODE_MAX = 64;
/** Seconds. */
const LASTS = 7 * 86_400;
export const LASTS_MAX = 365 * 86_400;
export const USES_MAX = 10_000;
/** Good ones of a group, at most. */
const INVITES_MAX = 50;

type Parts = JoiningParts & { readonly changes: Changes };

export function createInvites(sql: Sql, { changes, ...joining }: Parts): Invites {
  const { show } = joining;

  async function createInvite(actor: Actor, ref: RoomRef, wanted: NewInvite = {}): Promise<Invite> {
    const lasts = checkWithin('expiresIn', wanted.lasts ?? LASTS, LASTS_MAX);
    const maxUses = wanted.maxUses == null ? null : checkWithin('maxUses', wanted.maxUses, USES_MAX);
    const room = await enterRoom(sql, actor, ref);
    await requireAct(sql, actor, room, 'invite');
    const keyed = idempotencyKey(wanted.key, ['room invite', room.id, lasts, maxUses]);
    const make = () =>
      changes.run([room.id], async (tx) => {
        await requireAct(tx, actor, room, 'invite');
        const code = randomBytes(CODE_BYTES).toString('base64url');
        const made = await insertInvite(tx, {
          ...{ code, lasts, maxUses, keyed },
          roomId: room.id,
          creatorId: actor.id,
          max: INVITES_MAX,
        });
        if (made === null)
          throw invalid('', 'many', `a group has at most ${INVITES_MAX} invitations`, { limit: INVITES_MAX });
        return { result: made };
      });
    const made = await once(keyed, (text) => findKeyedInvite(sql, actor.id, text), make);
    return toInvite(made, show(SOME_MEMBER, actor));
  }

  /** The good ones, the newest first: at most 50. @throws AppError `not_found` | `forbidden` */
  async function listOfRoom(actor: Actor, ref: RoomRef): Promise<Invite[]> {
    const room = await enterRoom(sql, actor, ref);
    await requireAct(sql, actor, room, 'invite');
    const rows = await listInvites(sql, room.id, INVITES_MAX);
    return rows.map((row) => toInvite(row, show(SOME_MEMBER, row)));
  }

  async function revokeInvite(actor: Actor, ref: RoomRef, code: string): Promise<void> {
    const room = await enterRoom(sql, actor, ref);
    await changes.run([room.id], async (tx) => {
      await requireAct(tx, actor, room, 'invite');
      if (!canBeCode(code) || !(await deleteInvite(tx, room.id, code))) throw new AppError('not_found');
      return { result: null };
    });
  }

  /** @throws AppError `not_found`: no such invitation, or it is not good any more */
  async function find(code: string) {
    const found = canBeCode(code) ? await findInvite(sql, code) : null;
    if (found === null) throw new AppError('not_found');
    return found;
  }

  async function getInvitation(_actor: Actor, code: string): Promise<Invitation> {
    const { invite, room, creator } = await find(code);
    const { id: _, ...look } = room;
    return { ...toInvite(invite, show(SOME_MEMBER, creator)), room: look };
  }

  async function acceptInvite(actor: Actor, code: string): Promise<{ room: RoomView; joined: boolean }> {
    const { room } = await find(code);
    const joined = await changes.run([room.id], async (tx) => {
      if ((await findRoles(tx, room.id, [actor.id])).has(actor.id)) return { result: false };
      if (!(await useInvite(tx, code))) throw new AppError('not_found');
      return {
        ...(await addMember(tx, joining, room.id, { account: actor, role: 'member', by: actor })),
        result: true,
      };
    });
    return { room: await readRoomView(sql, show, actor, room.id), joined };
  }

  return {
    createInvite,
    listInvites: listOfRoom,
    revokeInvite,
    getInvitation,
    acceptInvite,
    pruneInvites: async (): Promise<void> => {
      while ((await deleteExpiredInvites(sql, 1_000)) === 1_000);
    },
  };
}

function toInvite({ code, createdAt, expiresAt, uses, maxUses }: InviteRow, creator: Person): Invite {
  return { code, creator, createdAt: createdAt.getTime(), expiresAt: expiresAt.getTime(), uses, maxUses };
}

function canBeCode(text: string): boolean {
  return text.length <= CODE_MAX && !text.includes('\0');
}

/** @throws AppError `invalid` */
function checkWithin(field: string, value: number, limit: number): number {
  if (Number.isInteger(value) && value >= 1 && value <= limit) return value;
  throw invalid(field, value > limit ? 'high' : 'low', `${field} must be a whole number from 1 to ${limit}`, { limit });
}
