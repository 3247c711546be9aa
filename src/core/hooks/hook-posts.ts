/** Programs write by their incoming hooks. */
import { timingSafeEqual } from 'node:crypto';
import { notFound } from '../../errors.ts';
import type { Buckets } from '../../limits/buckets.ts';
import type { Sql } from '../../store/database.ts';
import { findIncomingHook, type IncomingHookRow, noteHookUse } from '../../store/incoming-hooks.ts';
import { type Accounts, SOME_MEMBER } from '../accounts/accounts.ts';
import type { Account, Actor, Message, Person, ShowPerson } from '../model.ts';
import type { MessageCommands } from '../rooms/message-commands.ts';
import { noHook } from './hook-rights.ts';
import { digestOfSecret, isHookId } from './hook-secrets.ts';

export type HookPosts = {
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

export type HookPostsParts = {
  readonly accounts: Pick<Accounts, 'getClaimed'>;
  /** Of the messages of an account. */
  readonly messageRate: Pick<Buckets, 'rate' | 'left'>;
  readonly messages: Pick<MessageCommands, 'send' | 'edit' | 'remove' | 'get'>;
};

export function createHookPosts(
  sql: Sql,
  { accounts, messages, messageRate, show }: HookPostsParts & { readonly show: ShowPerson },
): HookPosts {
  function rateOf({ id }: Account): OpenHook['rate'] {
    const { points, seconds } = messageRate.rate;
    if (points === Number.POSITIVE_INFINITY) return null;
    return { limit: points, left: messageRate.left(String(id)), refill: seconds / points };
  }

  return {
    openHook: async (id, secret): Promise<OpenHook> => {
      const digest = digestOfSecret(secret);
      const hook = digest !== null && isHookId(id) ? await findIncomingHook(sql, id) : null;
      if (hook === null || digest === null || !timingSafeEqual(hook.digest, digest)) throw noHook();
      const { roomId, account } = hook;
      return {
        ...showIncomingHook(show, hook),
        roomId,
        actor: await accounts.getClaimed({ id: account.id }),
        rate: rateOf(account),
      };
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

export function showIncomingHook(show: ShowPerson, row: IncomingHookRow): IncomingHook {
  const { id, roomUid, account, createdAt, usedAt } = row;
  const author = show(SOME_MEMBER, account);
  return { id, roomUid, author, createdAt: createdAt.getTime(), usedAt: usedAt?.getTime() ?? null };
}
