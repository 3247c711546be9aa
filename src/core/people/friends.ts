/** Friendships: symmetric, effective at once, and visible to every account. */

import { AppError, notFound } from '../../errors.ts';
import { isForeignKeyViolation, type Sql } from '../../store/database.ts';
import { deleteFriendship, hasFriendship, insertFriendship, listFriends } from '../../store/friendships.ts';
import type { Actor, Person, ShowPerson, Viewer } from '../model.ts';
import { checkWhole } from '../pages.ts';
import { getPerson, type PersonRef } from './people.ts';

export type Friends = ReturnType<typeof createFriends>;

/** Friends in one page, at most. */
const PAGE = 1_000;

export function createFriends(sql: Sql, show: ShowPerson) {
  /**
   * @returns the new friend
   * @throws AppError `not_found` | `self_friend` | `already_friends`
   */
  async function addFriend(actor: Actor, ref: PersonRef): Promise<Person> {
    const friend = await getPerson(sql, ref);
    if (friend.id === actor.id) throw new AppError('self_friend');
    const added = await insertFriendship(sql, actor.id, friend.id).catch((error) => {
      throw isForeignKeyViolation(error) ? notFound('account') : error;
    });
    if (!added) throw new AppError('already_friends');
    return show(actor, friend);
  }

  /**
   * @returns the former friend
   * @throws AppError `not_found` | `not_friends`
   */
  async function removeFriend(actor: Actor, ref: PersonRef): Promise<Person> {
    const friend = await getPerson(sql, ref);
    if (!(await deleteFriendship(sql, actor.id, friend.id))) throw new AppError('not_friends');
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
      return friends.map((friend) => show(viewer, friend));
    },
  };
}
