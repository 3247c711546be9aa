/** Friendships: symmetric, effective at once, and visible to every account. */

import { AppError, notFound } from '../../errors.ts';
import { isForeignKeyViolation, type Sql } from '../../store/database.ts';
import { deleteFriendship, hasFriendship, insertFriendship, listFriends } from '../../store/friendships.ts';
import { SOME_MEMBER } from '../accounts/accounts.ts';
import type { AccountFact, Changes } from '../events/changes.ts';
import { type Account, type Actor, type Person, type ShowPerson, sees, type Viewer } from '../model.ts';
import type { Notify } from '../notifications/notify.ts';
import { checkWhole } from '../pages.ts';
import { getPerson, type PersonRef, requireUnblocked } from './people.ts';

export type Friends = ReturnType<typeof createFriends>;

/** Friends in one page, at most. */
const PAGE = 1_000;

type Parts = { readonly changes: Changes; readonly notify: Notify; readonly show: ShowPerson };

export function createFriends(sql: Sql, { changes, notify, show }: Parts) {
  /**
   * @returns the new friend
   * @throws AppError `not_found` | `self_friend` | `already_friends` | `forbidden`: one of the two has blocked the other
   */
  async function addFriend(actor: Actor, ref: PersonRef): Promise<Person> {
    const friend = await getPerson(sql, ref);
    if (friend.id === actor.id) throw new AppError('self_friend');
    await changes
      .run([], async (tx) => {
        if (!(await insertFriendship(tx, actor.id, friend.id))) throw new AppError('already_friends');
        await requireUnblocked(tx, actor, [friend]);
        const notices = await notify(tx, [{ kind: 'friend', actorId: actor.id, accountId: friend.id }]);
        return { result: null, personal: [friendAdded(actor, friend), friendAdded(friend, actor), ...notices] };
      })
      .catch((error) => {
        throw isForeignKeyViolation(error) ? notFound('account') : error;
      });
    return show(actor, friend);
  }

  function friendAdded(account: Account, friend: Account): AccountFact {
    return { accountId: account.id, fact: { kind: 'friend.added', data: show(SOME_MEMBER, friend) } };
  }

  /**
   * @returns the former friend
   * @throws AppError `not_found` | `not_friends`
   */
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
    /** @throws AppError `not_found` */
    areFriends: async (_viewer: Viewer, one: PersonRef, other: PersonRef): Promise<boolean> => {
      const [first, second] = await Promise.all([getPerson(sql, one), getPerson(sql, other)]);
      return hasFriendship(sql, first.id, second.id);
    },
    /**
     * A page of an account's friends, by id; `after` is the id of the last one of the page before.
     * @throws AppError `not_found` | `invalid`
     */
    listFriends: async (
      viewer: Viewer,
      ref: PersonRef,
      { after = 0, limit = PAGE }: { after?: number; limit?: number } = {},
    ): Promise<Person[]> => {
      const { id } = await getPerson(sql, ref);
      const friends = await listFriends(sql, id, checkWhole('after', after), Math.min(limit, PAGE));
      return friends.flatMap((friend) => (sees(viewer, friend.id) ? [show(viewer, friend)] : []));
    },
  };
}

/** What tells both. */
export function friendshipEnded(one: Named, other: Named): AccountFact[] {
  const lost = (account: Named, { id, uid }: Named): AccountFact => ({
    accountId: account.id,
    fact: { kind: 'friend.removed', data: { id, uid } },
  });
  return [lost(one, other), lost(other, one)];
}

type Named = { readonly id: number; readonly uid: string };
