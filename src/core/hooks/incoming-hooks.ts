/**
 * Incoming hooks: programs elsewhere write in a room, by a secret address. Each has an account of its own, a member of the room, by
 * which its messages are shown, blocked, reported and counted as those of anybody.
 */
import { invalid } from '../../errors.ts';
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
  updateHookDigest,
} from '../../store/incoming-hooks.ts';
import { findRoles } from '../../store/room-members.ts';
import { type BotLook, checkBotLook, makeBot, usernameFor } from '../bots/new-bots.ts';
import type { Contents } from '../contents.ts';
import type { Changed, Changes } from '../events/changes.ts';
import type { Account, Actor } from '../model.ts';
import { addMember, type JoiningParts } from '../rooms/joining.ts';
import { dismiss } from '../rooms/leaving.ts';
import { enterRoom, type RoomRef } from '../rooms/room-access.ts';
import {
  createHookPosts,
  type HookPosts,
  type HookPostsParts,
  type IncomingHook,
  showIncomingHook,
} from './hook-posts.ts';
import { noHook, requireHooks } from './hook-rights.ts';
import { isHookId, newHookId, newHookSecret } from './hook-secrets.ts';

export type IncomingHooks = HookPosts & {
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
};

/** Maximum per room. */
const MOST = 20;

type Parts = JoiningParts &
  HookPostsParts & {
    readonly changes: Changes;
    readonly contents: Contents;
  };

export function createIncomingHooks(
  sql: Sql,
  { changes, contents, accounts, messages, messageRate, ...joining }: Parts,
): IncomingHooks {
  const hookOf = (row: IncomingHookRow): IncomingHook => showIncomingHook(joining.show, row);

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
    ...createHookPosts(sql, { accounts, messages, messageRate, show: joining.show }),

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
  };
}
