/**
 * Incoming hooks: programs elsewhere write in a room, by a secret address. Each has an account of its own, a member of the room, by
 * which its messages are shown, blocked, reported and counted as those of anybody.
 */
import { timingSafeEqual } from 'node:crypto';
import { invalid, notFound } from '../../errors.ts';
import type { Buckets } from '../../limits/buckets.ts';
import { disableAccount } from '../../store/accounts.ts';
import { updateBot } from '../../store/bots.ts';
import type { Db, Sql } from '../../store/database.ts';
import {
  deleteIncomingHook,
  findIncomingHook,
  type IncomingHookRow,
  insertIncomingHook,
  leaveUnused,
  listIncomingHooks,
  noteHookUse,
  updateHookDigest,
} from '../../store/incoming-hooks.ts';
import { findRoles } from '../../store/room-members.ts';
import type { Accounts } from '../accounts/accounts.ts';
import { SOME_MEMBER } from '../accounts/accounts.ts';
import { type BotLook, checkBotLook, makeBot, usernameFor } from '../bots/new-bots.ts';
import type { Contents } from '../contents.ts';
import type { Changed, Changes } from '../events/changes.ts';
import type { Account, Actor, Message, Person } from '../model.ts';
import { addMember, type JoiningParts } from '../rooms/joining.ts';
import { dismiss } from '../rooms/leaving.ts';
import type { MessageCommands } from '../rooms/message-commands.ts';
import { enterRoom, type RoomRef } from '../rooms/room-access.ts';
import { noHook, requireHooks } from './hook-rights.ts';
import { digestOfSecret, isHookId, newHookId, newHookSecret } from './hook-secrets.ts';

export type IncomingHooks = {
  /** @returns the hook and its secret @throws AppError `not_found` | `forbidden` | `invalid`: out of bounds, or the room has 20 */
  createHook(actor: Actor, ref: RoomRef, wanted: BotLook): Promise<IncomingHook & { secret: string }>;
  /** The newest first. @throws AppError `not_found` | `forbidden` */
  listHooks(actor: Actor, ref: RoomRef): Promise<IncomingHook[]>;
  /** @throws AppError `not_found` | `forbidden` | `invalid` */
  changeHook(actor: Actor, ref: RoomRef, id: string, wanted: Partial<BotLook>): Promise<IncomingHook>;
  /** Gives the hook a new secret; the former one ends at once. @returns the hook and its new secret @throws AppError `not_found` | `forbidden` */
  renewHook(actor: Actor, ref: RoomRef, id: string): Promise<IncomingHook & { secret: string }>;
  /** Its messages stay, and its account as long as they do. @throws AppError `not_found` | `forbidden` */
  removeHook(actor: Actor, ref: RoomRef, id: string): Promise<void>;
  /** By its secret. @throws AppError `not_found`: also if its account is excluded */
  openHook(id: string, secret: string): Promise<OpenHook>;
  /** `files`: uids of files of the hook's account. @throws AppError as `Messages.send` */
  post(
    actor: Actor,
    hook: OpenHook,
    message: { readonly body: string; readonly files: readonly string[] },
  ): Promise<Message>;
  /** `seq`: of one of its messages. @throws AppError as `MessageCommands.edit` */
  editPost(actor: Actor, hook: OpenHook, seq: number, body: string): Promise<Message>;
  /** @throws AppError as `MessageCommands.remove` */
  removePost(actor: Actor, hook: OpenHook, seq: number): Promise<void>;
  /** @throws AppError `not_found`: also if it is of another author */
  getPost(actor: Actor, hook: OpenHook, seq: number): Promise<Message>;
};

/** Times: Unix ms. `usedAt` null: nothing was sent yet. */
export type IncomingHook = {
  readonly id: string;
  readonly roomUid: string;
  readonly author: Person;
  readonly createdAt: number;
  readonly usedAt: number | null;
};

/** An incoming hook as its sender uses it. `actor`: writes what is sent. */
export type OpenHook = IncomingHook & {
  readonly roomId: number;
  readonly actor: Actor;
  /** The token bucket of its messages: size, tokens left, and seconds until the next one; null: there is no limit. */
  readonly rate: { readonly limit: number; readonly left: number; readonly refill: number } | null;
};

/** Maximum per room. */
const MOST = 20;

type Parts = JoiningParts & {
  readonly changes: Changes;
  readonly contents: Contents;
  readonly accounts: Pick<Accounts, 'getClaimed'>;
  /** Of the messages of an account. */
  readonly messageRate: Pick<Buckets, 'rate' | 'left'>;
  readonly messages: Pick<MessageCommands, 'send' | 'edit' | 'remove' | 'get'>;
};

export function createIncomingHooks(
  sql: Sql,
  { changes, contents, accounts, messages, messageRate, ...joining }: Parts,
): IncomingHooks {
  function hookOf({ id, roomUid, account, createdAt, usedAt }: IncomingHookRow): IncomingHook {
    const author = joining.show(SOME_MEMBER, account);
    return { id, roomUid, author, createdAt: createdAt.getTime(), usedAt: usedAt?.getTime() ?? null };
  }

  function rateOf({ id }: Account): OpenHook['rate'] {
    const { points, seconds } = messageRate.rate;
    if (points === Number.POSITIVE_INFINITY) return null;
    return { limit: points, left: messageRate.left(String(id)), refill: seconds / points };
  }

  /** The hook of a room, for those who manage its hooks. @throws AppError `not_found` | `forbidden` */
  async function find(actor: Actor, ref: RoomRef, id: string) {
    const room = await enterRoom(sql, actor, ref);
    await requireHooks(sql, actor, room);
    const hook = isHookId(id) ? await findIncomingHook(sql, id) : null;
    if (hook?.roomId !== room.id) throw noHook();
    return { room, hook };
  }

  async function join(tx: Db, roomId: number, account: Account, by: Actor): Promise<Omit<Changed<null>, 'result'>> {
    const { facts = [], personal = [] } = await addMember(tx, joining, roomId, { account, role: 'member', by });
    return { facts, personal };
  }

  return {
    createHook: async (actor, ref, wanted): Promise<IncomingHook & { secret: string }> => {
      const room = await enterRoom(sql, actor, ref);
      await requireHooks(sql, actor, room);
      const look = checkBotLook(contents, wanted);
      const id = newHookId();
      const { secret, digest } = newHookSecret();
      return changes.run([room.id], async (tx) => {
        await requireHooks(tx, actor, room);
        const account = await makeBot(tx, look, { username: usernameFor(wanted.name), ownerId: null });
        const row = { id, roomId: room.id, accountId: account.id, digest, most: MOST };
        const createdAt = await insertIncomingHook(tx, row);
        if (createdAt === null) throw invalid('', 'many', `a room has at most ${MOST} hooks`, { limit: MOST });
        const made = hookOf({ id, roomId: room.id, roomUid: room.uid, account, createdAt, usedAt: null });
        const result = { ...made, secret };
        return { ...(room.kind === 'lobby' ? {} : await join(tx, room.id, account, actor)), result };
      });
    },

    listHooks: async (actor, ref): Promise<IncomingHook[]> => {
      const room = await enterRoom(sql, actor, ref);
      await requireHooks(sql, actor, room);
      return (await listIncomingHooks(sql, room.id, MOST)).map(hookOf);
    },

    changeHook: async (actor, ref, id, wanted): Promise<IncomingHook> => {
      const { hook } = await find(actor, ref, id);
      const { name = hook.account.name ?? '', avatarUrl = hook.account.avatarUrl } = wanted;
      const account = await updateBot(sql, hook.account.id, checkBotLook(contents, { name, avatarUrl }));
      return hookOf({ ...hook, account });
    },

    renewHook: async (actor, ref, id): Promise<IncomingHook & { secret: string }> => {
      const { room, hook } = await find(actor, ref, id);
      const { secret, digest } = newHookSecret();
      if (!(await updateHookDigest(sql, room.id, id, digest))) throw noHook();
      return { ...hookOf(hook), secret };
    },

    removeHook: async (actor, ref, id): Promise<void> => {
      const { room, hook } = await find(actor, ref, id);
      const { account } = hook;
      await changes.run([room.id], async (tx) => {
        if (!(await deleteIncomingHook(tx, room.id, id))) throw noHook();
        await disableAccount(tx, account.id);
        await leaveUnused(tx, account.id);
        const isMember = (await findRoles(tx, room.id, [account.id])).has(account.id);
        return { ...(isMember ? await dismiss(tx, room, account) : {}), result: null };
      });
    },

    openHook: async (id, secret): Promise<OpenHook> => {
      const digest = digestOfSecret(secret);
      const hook = digest !== null && isHookId(id) ? await findIncomingHook(sql, id) : null;
      if (hook === null || digest === null || !timingSafeEqual(hook.digest, digest)) throw noHook();
      const { roomId, account } = hook;
      return { ...hookOf(hook), roomId, actor: await accounts.getClaimed({ id: account.id }), rate: rateOf(account) };
    },

    post: async (actor, { id, roomId }, { body, files }): Promise<Message> => {
      const message = await messages.send(actor, { id: roomId }, { body, files });
      // A sender that gets an error sends the message again.
      await noteHookUse(sql, id).catch(() => {});
      return message;
    },

    editPost: (actor, { roomId }, seq, body): Promise<Message> => messages.edit(actor, { id: roomId }, seq, { body }),

    removePost: (actor, { roomId }, seq): Promise<void> => messages.remove(actor, { id: roomId }, seq),

    getPost: async (actor, { roomId }, seq): Promise<Message> => {
      const message = await messages.get(actor, { id: roomId }, seq);
      if (message.author.id !== actor.id || message.deletedAt !== null) throw notFound('message');
      return message;
    },
  };
}
