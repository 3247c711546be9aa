/**
 * Deletes an account and everything that it wrote; what others wrote stays, and the board's followers get an event for each
 * deletion. It runs in small batches, so that no lock is held for long, and is resumable: a second run continues.
 */

import {
  clearPresenceOf,
  clearRoomsOf,
  deleteCommentsOf,
  deleteEventsOf,
  deleteLikesOf,
  deleteMessagesOf,
  deletePostsOf,
  deleteViewsOf,
  findLikesCounts,
  lockAccount,
} from '../../store/account-traces.ts';
import { deleteAccount } from '../../store/accounts.ts';
import type { Blobs } from '../../store/blobs.ts';
import type { Db, Sql } from '../../store/database.ts';
import { findHeads, lockStream } from '../../store/events.ts';
import { condemnObjects, listObjectsOf, type ObjectKeys, tryLockSweep } from '../../store/objects.ts';
import { append } from '../events/append.ts';
import { ACCOUNTS_STREAM, BOARD_STREAM, type Fact, type KoineHub, PRESENCE_STREAM } from '../events/events.ts';
import { destroyObjects } from '../media/stored-images.ts';
import type { AccountAccess } from './account-access.ts';

export type RemovalOptions = {
  readonly signal: AbortSignal;
  /** Called with the number of deleted messages. */
  readonly onProgress: (messages: number) => void;
};

type RemovalParts = {
  readonly hub: Pick<KoineHub, 'publish'>;
  readonly access: Pick<AccountAccess, 'shutOut'>;
  readonly blobs: Pick<Blobs, 'remove'>;
};

/** Rows in one transaction. */
const MESSAGES = 2_000;
const VIEWS = 2_000;
const BOARD_CHANGES = 64;
const PICTURES = 100;

/** By stream: the head up to which its events no longer mention the account. */
type Cleared = { readonly board: number; readonly presence: number };

export function createAccountRemoval(sql: Sql, { hub, access, blobs }: RemovalParts) {
  /**
   * A command of the operator, without an actor.
   * @returns whether the pictures are deleted too; if not, the next sweep of a server deletes them
   */
  async function remove(accountId: number, { signal, onProgress }: RemovalOptions): Promise<boolean> {
    await access.shutOut(accountId);
    let messages = 0;
    for (let gone = MESSAGES; gone === MESSAGES; onProgress(messages)) {
      signal.throwIfAborted();
      gone = await deleteMessagesOf(sql, accountId, MESSAGES);
      messages += gone;
    }
    for (const take of [takePosts, takeComments, takeLikes])
      while ((await onBoard((tx) => take(tx, accountId, BOARD_CHANGES))) === BOARD_CHANGES) signal.throwIfAborted();
    while ((await deleteViewsOf(sql, accountId, VIEWS)) === VIEWS) signal.throwIfAborted();
    const condemned = await finish(accountId, await clearEvents(accountId));
    return condemned !== null && (await destroyAll(condemned));
  }

  /** @returns the number of events */
  async function onBoard(change: (tx: Db) => Promise<Fact[]>): Promise<number> {
    const events = await sql.begin(async (tx) => {
      await lockStream(tx, BOARD_STREAM);
      return append(tx, BOARD_STREAM, await change(tx));
    });
    hub.publish(BOARD_STREAM, events);
    return events.length;
  }

  /** Clears most events without holding the streams; `finish` clears the rest. */
  async function clearEvents(accountId: number): Promise<Cleared> {
    const heads = new Map((await findHeads(sql, [BOARD_STREAM, PRESENCE_STREAM])).map(({ id, head }) => [id, head]));
    await sql.begin((tx) => deleteEventsOf(tx, BOARD_STREAM, accountId));
    await sql.begin((tx) => clearPresenceOf(tx, PRESENCE_STREAM, accountId));
    return { board: heads.get(BOARD_STREAM) ?? 0, presence: heads.get(PRESENCE_STREAM) ?? 0 };
  }

  /**
   * Deletes what was written meanwhile, and the account's row. The locks keep new writes of the account out until then.
   * @returns its pictures, now unreferenced; null while a backup copies pictures
   */
  async function finish(accountId: number, cleared: Cleared): Promise<ObjectKeys[] | null> {
    const { board, ended, condemned } = await sql.begin(async (tx) => {
      await lockStream(tx, BOARD_STREAM);
      await lockStream(tx, PRESENCE_STREAM);
      await lockAccount(tx, accountId);
      const late: Fact[] = [];
      for (const take of [takePosts, takeComments, takeLikes]) late.push(...(await take(tx, accountId, 1_000_000)));
      await deleteEventsOf(tx, BOARD_STREAM, accountId, cleared.board);
      await clearPresenceOf(tx, PRESENCE_STREAM, accountId, cleared.presence);
      await clearRoomsOf(tx, accountId);
      const pictures = await listObjectsOf(tx, accountId);
      await deleteAccount(tx, accountId);
      const condemned = (await tryLockSweep(tx)) ? await condemnObjects(tx, pictures) : null;
      const ended = await append(tx, ACCOUNTS_STREAM, [{ kind: 'account.deleted', data: { accountId } }]);
      return { board: await append(tx, BOARD_STREAM, late), ended, condemned };
    });
    hub.publish(BOARD_STREAM, board);
    hub.publish(ACCOUNTS_STREAM, ended);
    return condemned;
  }

  async function destroyAll(condemned: readonly ObjectKeys[]): Promise<boolean> {
    try {
      for (let from = 0; from < condemned.length; from += PICTURES)
        await destroyObjects(sql, blobs, condemned.slice(from, from + PICTURES));
      return true;
    } catch {
      return false;
    }
  }

  return { remove };
}

async function takePosts(tx: Db, accountId: number, limit: number): Promise<Fact[]> {
  const posts = await deletePostsOf(tx, accountId, limit);
  return posts.map((data) => ({ kind: 'post.deleted', data }));
}

async function takeComments(tx: Db, accountId: number, limit: number): Promise<Fact[]> {
  const comments = await deleteCommentsOf(tx, accountId, limit);
  return comments.map(({ id, post_id: postId, post_uid: postUid }) => ({
    kind: 'comment.deleted',
    data: { id, postId, postUid },
  }));
}

async function takeLikes(tx: Db, accountId: number, limit: number): Promise<Fact[]> {
  const posts = await findLikesCounts(tx, await deleteLikesOf(tx, accountId, limit));
  return posts.map(({ id, uid, likes_count: likesCount }) => ({
    kind: 'post.liked',
    data: { id, uid, likesCount, by: null, liked: false },
  }));
}
