/**
 * Deletes an account with its bots, and everything that they wrote; what others wrote stays, and the board's followers get an event for each
 * deletion. It runs in small batches, so that no lock is held for long, and is resumable: a second run continues.
 */

import {
  clearPresenceOf,
  clearRoomPicturesOf,
  clearRoomsOf,
  deleteCommentsOf,
  deleteEventsOf,
  deleteLikesOf,
  deleteMailsTo,
  deleteMemberships,
  deleteMessages,
  deletePostsOf,
  deleteReactionsOf,
  deleteViewsOf,
  findFriendIds,
  findLikesCounts,
  findMemberships,
  findMessagesOf,
  findPicturedRooms,
  lockAccount,
} from '../../store/account-traces.ts';
import { deleteAccount, findAccount } from '../../store/accounts.ts';
import type { Blobs } from '../../store/blobs.ts';
import { listBotIds } from '../../store/bots.ts';
import type { Db, Sql } from '../../store/database.ts';
import { findHeads } from '../../store/events.ts';
import { condemnObjects, listObjectsOf, type ObjectKeys, tryLockSweep } from '../../store/objects.ts';
import { appointOwners } from '../../store/room-members.ts';
import type { StreamFact } from '../events/append.ts';
import type { Changes } from '../events/changes.ts';
import { ACCOUNTS_STREAM, BOARD_STREAM, type Fact, PRESENCE_STREAM } from '../events/events.ts';
import { destroyObjects } from '../media/stored-images.ts';
import type { AccountAccess } from './account-access.ts';

export type RemovalOptions = {
  readonly signal: AbortSignal;
  /** Called with the number of deleted messages. */
  readonly onProgress: (messages: number) => void;
};

type RemovalParts = {
  readonly changes: Changes;
  readonly access: Pick<AccountAccess, 'shutOut'>;
  readonly blobs: Pick<Blobs, 'remove'>;
};

/** Rows in one transaction. */
const MESSAGES = 2_000;
/** Views and reactions. */
const ROWS = 2_000;
const BOARD_CHANGES = 64;
const PICTURES = 100;

/** By stream: the head up to which its events no longer mention the account. */
type Cleared = { readonly board: number; readonly presence: number };
type Named = { readonly id: number; readonly uid: string };

export function createAccountRemoval(sql: Sql, { changes, access, blobs }: RemovalParts) {
  /**
   * A command of the operator, without an actor.
   * @returns whether the pictures are deleted too; if not, the next sweep of a server deletes them
   */
  async function remove(accountId: number, { signal, onProgress }: RemovalOptions): Promise<boolean> {
    await access.shutOut(accountId);
    const account = await findAccount(sql, accountId);
    if (account === null) return true;
    for (const bot of await listBotIds(sql, accountId)) await remove(bot, { signal, onProgress });
    const rooms = await removeMessages(sql, changes, account, { signal, onProgress });
    for (const take of [takePosts, takeComments, takeLikes])
      while ((await onBoard((tx) => take(tx, accountId, BOARD_CHANGES))) === BOARD_CHANGES) signal.throwIfAborted();
    for (const take of [deleteViewsOf, deleteReactionsOf])
      while ((await take(sql, accountId, ROWS)) === ROWS) signal.throwIfAborted();
    const condemned = await finish(account, await clearEvents(sql, accountId), rooms);
    return condemned !== null && (await destroyAll(condemned));
  }

  /** @returns the number of events */
  async function onBoard(change: (tx: Db) => Promise<Fact[]>): Promise<number> {
    return changes.run([BOARD_STREAM], async (tx) => {
      const facts = await change(tx);
      return { result: facts.length, facts: onStream(BOARD_STREAM, facts) };
    });
  }

  /**
   * Deletes what was written meanwhile, and the account's row. The locks keep new writes of the account out until then. `rooms`:
   * where it wrote.
   * @returns its pictures, now unreferenced; null while a backup copies pictures
   */
  async function finish(account: Named, cleared: Cleared, rooms: ReadonlySet<number>): Promise<ObjectKeys[] | null> {
    const { id } = account;
    const affected = new Set([...rooms, ...(await findMemberships(sql, id)), ...(await findPicturedRooms(sql, id))]);
    return changes.run([PRESENCE_STREAM, ACCOUNTS_STREAM, BOARD_STREAM, ...affected], async (tx) => {
      // Two removals may run at once.
      if ((await lockAccount(tx, id)) === null) return { result: [] };
      const late: Fact[] = [];
      for (const take of [takePosts, takeComments, takeLikes]) late.push(...(await take(tx, id, 1_000_000)));
      await deleteEventsOf(tx, BOARD_STREAM, id, cleared.board);
      await clearPresenceOf(tx, PRESENCE_STREAM, id, cleared.presence);
      const left = await leaveRooms(tx, account);
      const friends = await findFriendIds(tx, id);
      const pictures = await listObjectsOf(tx, id);
      await deleteMailsTo(tx, id);
      await deleteAccount(tx, id);
      return {
        result: (await tryLockSweep(tx)) ? await condemnObjects(tx, pictures) : null,
        facts: [
          ...left,
          ...removedFrom([BOARD_STREAM, ...affected], account),
          ...onStream(BOARD_STREAM, late),
          ...onStream(ACCOUNTS_STREAM, [{ kind: 'account.deleted', data: { accountId: id } }]),
        ],
        personal: friends.map((accountId) => ({ accountId, fact: { kind: 'friend.removed', data: named(account) } })),
      };
    });
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

/** The first messages of a room go with an event, so that everybody drops all of them. @returns the rooms */
async function removeMessages(
  sql: Sql,
  changes: Changes,
  account: Named,
  { signal, onProgress }: RemovalOptions,
): Promise<ReadonlySet<number>> {
  const emptied = new Set<number>();
  let messages = 0;
  for (let gone = MESSAGES; gone === MESSAGES; onProgress(messages)) {
    signal.throwIfAborted();
    const found = await findMessagesOf(sql, account.id, MESSAGES);
    const fresh = new Set(found.map((row) => row.room_id).filter((id) => !emptied.has(id)));
    const ids = found.map(({ id }) => id);
    if (fresh.size === 0) await deleteMessages(sql, ids);
    else
      await changes.run([...fresh], async (tx) => {
        await deleteMessages(tx, ids);
        return { result: null, facts: removedFrom(fresh, account) };
      });
    for (const id of fresh) emptied.add(id);
    gone = found.length;
    messages += gone;
  }
  return emptied;
}

/** Clears most events without holding the streams; `finish` clears the rest. */
async function clearEvents(sql: Sql, accountId: number): Promise<Cleared> {
  const heads = new Map((await findHeads(sql, [BOARD_STREAM, PRESENCE_STREAM])).map(({ id, head }) => [id, head]));
  await sql.begin((tx) => deleteEventsOf(tx, BOARD_STREAM, accountId));
  await sql.begin((tx) => clearPresenceOf(tx, PRESENCE_STREAM, accountId));
  return { board: heads.get(BOARD_STREAM) ?? 0, presence: heads.get(PRESENCE_STREAM) ?? 0 };
}

/** Groups get other owners and lose what the account called them; rooms without other members go. */
async function leaveRooms(tx: Db, account: Named): Promise<StreamFact[]> {
  const rooms = await findMemberships(tx, account.id);
  const changed = [...(await clearRoomsOf(tx, account.id)), ...(await clearRoomPicturesOf(tx, account.id))];
  const looks = new Map(changed.map(({ id, ...look }) => [id, look]));
  await deleteMemberships(tx, account.id);
  const owners = await appointOwners(tx, rooms);
  return [
    ...rooms.flatMap((id) => onStream(id, [{ kind: 'membership.removed', data: named(account) }])),
    ...owners.flatMap(({ room_id, id, uid }) =>
      onStream(room_id, [{ kind: 'membership.changed', data: { id, uid, role: 'owner' } }]),
    ),
    ...[...looks].flatMap(([id, data]) => onStream(id, [{ kind: 'room.changed', data }])),
  ];
}

function removedFrom(streamIds: Iterable<number>, account: Named): StreamFact[] {
  return [...streamIds].flatMap((id) => onStream(id, [{ kind: 'account.removed', data: named(account) }]));
}

function onStream(streamId: number, facts: readonly Fact[]): StreamFact[] {
  return facts.map((fact) => ({ streamId, fact }));
}

function named({ id, uid }: Named): Named {
  return { id, uid };
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
