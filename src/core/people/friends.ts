/** Friendships: symmetric, visible to every account, and effective at once where the other lets the actor; else they are asked. */

import { AppError, notFound } from '../../errors.ts';
import type { Db, Sql } from '../../store/database.ts';
import {
  declineFriendRequest,
  deleteFriendRequest,
  deleteFriendRequests,
  hasFriendRequest,
  insertFriendRequest,
  listFriendRequests,
} from '../../store/friend-requests.ts';
import { deleteFriendship, hasFriendship, insertFriendship, listFriends } from '../../store/friendships.ts';
import { SOME_MEMBER } from '../accounts/accounts.ts';
import type { AccountFact, Changed, Changes } from '../events/changes.ts';
import { type Account, type Actor, type Person, type ShowPerson, sees, type Viewer } from '../model.ts';
import type { Notify } from '../notifications/notify.ts';
import { checkWhole } from '../pages.ts';
import { getPerson, type PersonRef } from './people.ts';
import { isWelcome, requireUnblocked } from './privacy.ts';

export type Friends = {
  /**
   * At once, where the other lets the actor or has asked them; else they are asked.
   * @throws AppError `not_found` | `self_friend` | `already_friends` | `forbidden`: one of the two has blocked the other |
   * `rate_limited`: too many of the actor's requests wait
   */
  addFriend(actor: Actor, ref: PersonRef): Promise<AddedFriend>;
  /**
   * @returns the former friend
   * @throws AppError `not_found` | `not_friends`
   */
  removeFriend(actor: Actor, ref: PersonRef): Promise<Person>;
  /** The actor takes a request back, or declines one: then the other is not told. @throws AppError `not_found` */
  dropRequest(actor: Actor, ref: PersonRef): Promise<void>;
  /** A page of those who asked the actor or (`sent`) whom the actor asked, by id. @throws AppError `invalid` */
  listRequests(actor: Actor, page?: { sent?: boolean; after?: number; limit?: number }): Promise<Person[]>;
  /** @throws AppError `not_found` */
  areFriends(viewer: Viewer, one: PersonRef, other: PersonRef): Promise<boolean>;
  /**
   * A page of an account's friends, by id; `after` is the id of the last one of the page before.
   * @throws AppError `not_found` | `invalid`
   */
  listFriends(viewer: Viewer, ref: PersonRef, page?: { after?: number; limit?: number }): Promise<Person[]>;
};

/** `isAsked`: they are no friend yet, and were asked. */
export type AddedFriend = { readonly person: Person; readonly isAsked: boolean };

/** Requests of an account that wait. */
const REQUESTS = 500;
/** Friends in one page, at most. */
const PAGE = 1_000;

type Parts = { readonly changes: Changes; readonly notify: Notify; readonly show: ShowPerson };

export function createFriends(sql: Sql, { changes, notify, show }: Parts): Friends {
  async function addFriend(actor: Actor, ref: PersonRef): Promise<AddedFriend> {
    const friend = await getPerson(sql, ref);
    if (friend.id === actor.id) throw new AppError('self_friend');
    const isAsked = await changes.runNaming([], async (tx) => {
      await requireUnblocked(tx, actor, [friend]);
      if (await hasFriendship(tx, actor.id, friend.id)) throw new AppError('already_friends');
      const isFree =
        (await isWelcome(tx, actor, [friend], 'befriend')) || (await hasFriendRequest(tx, friend.id, actor.id));
      return isFree ? befriend(tx, actor, friend) : ask(tx, actor, friend);
    });
    return { person: show(actor, friend), isAsked };
  }

  async function befriend(tx: Db, actor: Actor, friend: Account): Promise<Changed<boolean>> {
    if (!(await insertFriendship(tx, actor.id, friend.id))) throw new AppError('already_friends');
    await deleteFriendRequests(tx, actor.id, friend.id);
    const notices = await notify(tx, [{ kind: 'friend', actorId: actor.id, accountId: friend.id }]);
    return { result: false, personal: [friendAdded(actor, friend), friendAdded(friend, actor), ...notices] };
  }

  async function ask(tx: Db, actor: Actor, friend: Account): Promise<Changed<boolean>> {
    const outcome = await insertFriendRequest(tx, actor.id, friend.id, REQUESTS);
    if (outcome === 'too many') throw new AppError('rate_limited', { retryAfter: 3_600 });
    if (outcome === 'known') return { result: true };
    return { result: true, personal: await notify(tx, [{ kind: 'request', actorId: actor.id, accountId: friend.id }]) };
  }

  async function dropRequest(actor: Actor, ref: PersonRef): Promise<void> {
    const other = await getPerson(sql, ref);
    const taken = await deleteFriendRequest(sql, actor.id, other.id);
    const declined = await declineFriendRequest(sql, other.id, actor.id);
    if (!taken && !declined) throw notFound('account');
  }

  function friendAdded(account: Account, friend: Account): AccountFact {
    return { accountId: account.id, fact: { kind: 'friend.added', data: show(SOME_MEMBER, friend) } };
  }

  async function removeFriend(actor: Actor, ref: PersonRef): Promise<Person> {
    const friend = await getPerson(sql, ref);
    await changes.run([], async (tx) => {
      if (!(await deleteFriendship(tx, actor.id, friend.id))) throw new AppError('not_friends');
      return { result: null, personal: friendshipEnded(actor, friend) };
    });
    return show(actor, friend);
  }

  return {
    addFriend,
    removeFriend,
    dropRequest,
    listRequests: async (actor, { sent = false, after = 0, limit = PAGE } = {}): Promise<Person[]> => {
      const page = { sent, after: checkWhole('after', after), limit: Math.min(limit, PAGE) };
      return (await listFriendRequests(sql, actor.id, page)).map((person) => show(actor, person));
    },
    areFriends: async (_viewer, one, other): Promise<boolean> => {
      const [first, second] = await Promise.all([getPerson(sql, one), getPerson(sql, other)]);
      return hasFriendship(sql, first.id, second.id);
    },
    listFriends: async (viewer, ref, { after = 0, limit = PAGE } = {}): Promise<Person[]> => {
      const { id } = await getPerson(sql, ref);
      const friends = await listFriends(sql, id, checkWhole('after', after), Math.min(limit, PAGE));
      return friends.flatMap((friend) => (sees(viewer, friend.id) ? [show(viewer, friend)] : []));
    },
  };
}

/** The event for both. */
export function friendshipEnded(one: Named, other: Named): AccountFact[] {
  const lost = (account: Named, { id, uid }: Named): AccountFact => ({
    accountId: account.id,
    fact: { kind: 'friend.removed', data: { id, uid } },
  });
  return [lost(one, other), lost(other, one)];
}

type Named = { readonly id: number; readonly uid: string };
