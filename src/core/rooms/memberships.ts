/** The members of a group, and their roles (room-roles.ts has the rules). */

import { AppError, invalid, notFound } from '../../errors.ts';
import type { Db, Sql } from '../../store/database.ts';
import { appointOwners, findRoles, listRoomMembers, type MemberMark, updateRole } from '../../store/room-members.ts';
import type { RoomRow } from '../../store/rooms.ts';
import { SOME_MEMBER } from '../accounts/accounts.ts';
import type { Changed, Changes } from '../events/changes.ts';
import type { Account, Actor, Role } from '../model.ts';
import { entryBytes, fitPage } from '../pages.ts';
import { getPerson, type PersonRef } from '../people/people.ts';
import { requireWelcome } from '../people/privacy.ts';
import { addMember, type JoiningParts, type Member } from './joining.ts';
import { asOwner, dismiss } from './leaving.ts';
import { enterRoom, type RoomRef } from './room-access.ts';
import { may, mayRemove, requireRole } from './room-roles.ts';

export type { MemberMark };
export type Memberships = {
  /**
   * Adds somebody to a group, or gives a member another role; without a role, a new member becomes `member` and a member stays what
   * they are (idempotent).
   * @throws AppError `not_found`: the room, or the account | `forbidden`: the actor's role does not allow it, or one of the two has
   * blocked the other | `not_welcome`: they do not let the actor add them | `invalid`: the group is full, or the last member would not be its owner
   */
  setMember(actor: Actor, ref: RoomRef, whom: PersonRef, role?: Role | null): Promise<Member>;
  /**
   * Takes somebody out of a group, or leaves it. From the event on, none of their connections follows the room, on any node.
   * @throws AppError `not_found`: the room, or not a member | `forbidden`
   */
  removeMember(actor: Actor, ref: RoomRef, whom: PersonRef): Promise<void>;
  /**
   * A page of the members of a room, those who have been there longest first; it begins after `after`. `next`: where the next one
   * begins, null: there is none.
   * @throws AppError `not_found` | `forbidden`: the lobby, which is everybody's
   */
  listMembers(
    actor: Actor,
    ref: RoomRef,
    page?: { after?: MemberMark | null; limit?: number },
  ): Promise<{ items: readonly Member[]; next: MemberMark | null }>;
};

/** Members in one page, at most. */
const PAGE = 100;

type Parts = JoiningParts & { readonly changes: Changes };

export function createMemberships(sql: Sql, { changes, ...joining }: Parts): Memberships {
  async function setMember(actor: Actor, ref: RoomRef, whom: PersonRef, role: Role | null = null): Promise<Member> {
    const room = await enterRoom(sql, actor, ref);
    const account = await getPerson(sql, whom);
    return changing(room, async (tx) => {
      const own = await requireRole(tx, actor, room);
      const current = (await findRoles(tx, room.id, [account.id])).get(account.id);
      if (current === undefined) return add(tx, { actor, own, room, account, role: role ?? 'member' });
      return current === (role ?? current)
        ? { result: member(account, current) }
        : appoint(tx, { own, room, account, role: role as Role });
    });
  }

  type Joining = { actor: Actor; own: Role; room: RoomRow; account: Account; role: Role };

  async function add(tx: Db, { actor, own, room, account, role }: Joining): Promise<Changed<Member>> {
    if (!may(own, role === 'member' ? 'add' : 'appoint')) throw new AppError('forbidden');
    await requireWelcome(tx, actor, [account], 'add');
    return addMember(tx, joining, room.id, { account, role, by: actor });
  }

  async function appoint(tx: Db, { own, room, account, role }: Omit<Joining, 'actor'>): Promise<Changed<Member>> {
    if (!may(own, 'appoint')) throw new AppError('forbidden');
    await updateRole(tx, room.id, account.id, role);
    const owners = await appointOwners(tx, [room.id], account.id);
    if (owners.some(({ id }) => id === account.id))
      throw invalid('role', 'format', 'the only member of a group is its owner');
    const changed = [{ id: account.id, uid: account.uid, role }, ...owners.map(asOwner)];
    return {
      result: member(account, role),
      facts: changed.map((data) => ({ streamId: room.id, fact: { kind: 'membership.changed', data } })),
    };
  }

  async function removeMember(actor: Actor, ref: RoomRef, whom: PersonRef): Promise<void> {
    const room = await enterRoom(sql, actor, ref);
    const account = await getPerson(sql, whom);
    await changing(room, async (tx) => {
      const own = await requireRole(tx, actor, room);
      const theirs = (await findRoles(tx, room.id, [account.id])).get(account.id);
      if (theirs === undefined) throw notFound('account');
      if (account.id !== actor.id && !mayRemove(own, theirs)) throw new AppError('forbidden');
      return { ...(await dismiss(tx, room, account)), result: null };
    });
  }

  /** Holds the room's stream. */
  const changing = <T>(room: RoomRow, body: (tx: Db) => Promise<Changed<T>>): Promise<T> =>
    changes.runNaming([room.id], body);

  function member(account: Account, role: Role): Member {
    return { person: joining.show(SOME_MEMBER, account), role };
  }

  return {
    setMember,
    removeMember,

    listMembers: async (
      actor,
      ref,
      { after = null, limit = PAGE } = {},
    ): Promise<{ items: readonly Member[]; next: MemberMark | null }> => {
      const room = await enterRoom(sql, actor, ref);
      if (room.kind === 'lobby') throw new AppError('forbidden');
      const size = Math.min(limit, PAGE);
      const rows = await listRoomMembers(sql, room.id, after, size + 1);
      const page = fitPage(rows.slice(0, size), ({ username, name, avatarUrl }) =>
        entryBytes(username, name, avatarUrl),
      );
      const last = page.length < rows.length ? page.at(-1) : undefined;
      const next = last === undefined ? null : { joinedAt: last.joined_at, id: last.id };
      return { items: page.map((row) => member(row, row.role)), next };
    },
  };
}
