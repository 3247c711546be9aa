/**
 * The end of an account, and of all that it wrote. What others wrote stays, and whoever watches the board is told what
 * has gone. It is done in bites, so that nobody waits for it; broken off, it goes on where it was when begun again.
 */

import {
  deleteCommentsOf,
  deleteEventsOf,
  deleteLikesOf,
  deleteMessagesOf,
  deletePostsOf,
  deleteRoomsOnlyOf,
  findLikesCounts,
} from '../store/account-traces.ts';
import { deleteAccount } from '../store/accounts.ts';
import type { Db, Sql } from '../store/database.ts';
import { insertEvent, insertEvents, lockStream } from '../store/events.ts';
import type { AccountAccess } from './account-access.ts';
import type { Fact } from './commits.ts';
import { ACCOUNTS_STREAM, BOARD_STREAM, type Event, type KoineHub } from './events.ts';

export type RemovalOptions = {
  readonly signal: AbortSignal;
  /** Told how many messages are gone. */
  readonly onProgress: (messages: number) => void;
};

/** Rows of one transaction. */
const MESSAGES = 2_000;
const BOARD_CHANGES = 64;

export function createAccountRemoval(sql: Sql, hub: Pick<KoineHub, 'publish'>, access: Pick<AccountAccess, 'shutOut'>) {
  /** The operator's act, from the command line: no actor. */
  async function remove(accountId: number, { signal, onProgress }: RemovalOptions): Promise<void> {
    await access.shutOut(accountId);
    let messages = 0;
    for (let gone = MESSAGES; gone === MESSAGES; onProgress(messages)) {
      signal.throwIfAborted();
      gone = await deleteMessagesOf(sql, accountId, MESSAGES);
      messages += gone;
    }
    for (const take of [takePosts, takeComments, takeLikes])
      while ((await onBoard((tx) => take(tx, accountId, BOARD_CHANGES))) === BOARD_CHANGES) signal.throwIfAborted();
    await sql.begin((tx) => deleteEventsOf(tx, BOARD_STREAM, accountId));
    await finish(accountId);
  }

  /** @returns how many things happened */
  async function onBoard(change: (tx: Db) => Promise<Fact[]>): Promise<number> {
    const events = await sql.begin(async (tx) => {
      await lockStream(tx, BOARD_STREAM);
      return append(tx, await change(tx));
    });
    hub.publish(BOARD_STREAM, events);
    return events.length;
  }

  /** With what was still on its way. */
  async function finish(accountId: number): Promise<void> {
    const { board, ended } = await sql.begin(async (tx) => {
      await lockStream(tx, BOARD_STREAM);
      const late: Fact[] = [];
      for (const take of [takePosts, takeComments, takeLikes]) late.push(...(await take(tx, accountId, 1_000_000)));
      await deleteRoomsOnlyOf(tx, accountId);
      await deleteAccount(tx, accountId);
      const data = { accountId };
      const seq = await insertEvent(tx, ACCOUNTS_STREAM, 'account.deleted', data);
      return { board: await append(tx, late), ended: { kind: 'account.deleted', seq, data } as const };
    });
    hub.publish(BOARD_STREAM, board);
    hub.publish(ACCOUNTS_STREAM, [ended]);
  }

  return { remove };
}

async function append(tx: Db, facts: readonly Fact[]): Promise<Event[]> {
  if (facts.length === 0) return [];
  const last = await insertEvents(tx, BOARD_STREAM, facts);
  return facts.map((fact, index) => ({ ...fact, seq: last - facts.length + 1 + index }) as Event);
}

async function takePosts(tx: Db, accountId: number, limit: number): Promise<Fact[]> {
  const posts = await deletePostsOf(tx, accountId, limit);
  return posts.map((data) => ({ kind: 'post.deleted', data }));
}

async function takeComments(tx: Db, accountId: number, limit: number): Promise<Fact[]> {
  const comments = await deleteCommentsOf(tx, accountId, limit);
  return comments.map(({ id, post_id: postId }) => ({ kind: 'comment.deleted', data: { id, postId } }));
}

async function takeLikes(tx: Db, accountId: number, limit: number): Promise<Fact[]> {
  const posts = await findLikesCounts(tx, await deleteLikesOf(tx, accountId, limit));
  return posts.map(({ id, uid, likes_count: likesCount }) => ({ kind: 'post.liked', data: { id, uid, likesCount } }));
}
