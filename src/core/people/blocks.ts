/**
 * Blocks: an account does not want to hear from another one. The blocked account cannot open a direct room with the other, take them
 * along into a group, befriend them, or write in their direct room. What it writes elsewhere is left out of lists for the other.
 */

import { invalid } from '../../errors.ts';
import { deleteBlock, insertBlock, listBlocks, setSilenced } from '../../store/blocks.ts';
import type { Sql } from '../../store/database.ts';
import { lockStream } from '../../store/events.ts';
import { deleteFriendRequests } from '../../store/friend-requests.ts';
import { deleteFriendship } from '../../store/friendships.ts';
import { findDirectRoom, lockDirectPair } from '../../store/rooms.ts';
import type { AccountFact, Changes } from '../events/changes.ts';
import { ACCOUNTS_STREAM } from '../events/events.ts';
import type { Account, Actor, Person, ShowPerson } from '../model.ts';
import { checkWhole } from '../pages.ts';
import { friendshipEnded } from './friends.ts';
import { getPerson, type PersonRef } from './people.ts';

export type Blocks = {
  /** Ends a friendship as well. Idempotent. @throws AppError `not_found` | `invalid`: oneself */
  block(actor: Actor, ref: PersonRef): Promise<Person>;
  /** Idempotent. @throws AppError `not_found` */
  unblock(actor: Actor, ref: PersonRef): Promise<void>;
  /** A page of those whom the actor has blocked, by id; `after` is the id of the last one of the page before. @throws AppError `invalid` */
  listBlocks(actor: Actor, page?: { after?: number; limit?: number }): Promise<Person[]>;
};

/** Blocked accounts in one page, at most. */
const PAGE = 1_000;

type Parts = { readonly changes: Changes; readonly show: ShowPerson };

export function createBlocks(sql: Sql, { changes, show }: Parts): Blocks {
  async function block(actor: Actor, ref: PersonRef): Promise<Person> {
    const other = await getPerson(sql, ref);
    if (other.id === actor.id) throw invalid('id', 'format', 'nobody blocks themselves');
    await changing(actor, other, true);
    return show(actor, other);
  }

  async function unblock(actor: Actor, ref: PersonRef): Promise<void> {
    await changing(actor, await getPerson(sql, ref), false);
  }

  async function changing(actor: Actor, other: Account, blocked: boolean): Promise<void> {
    await changes.runNaming([ACCOUNTS_STREAM], async (tx) => {
      // Their direct room cannot be created during this; with its stream locked, no message is stored that was sent before.
      await lockDirectPair(tx, actor.id, other.id);
      const room = await findDirectRoom(tx, actor.id, other.id);
      if (room !== null) await lockStream(tx, room.id);
      const change = blocked ? insertBlock : deleteBlock;
      if (!(await change(tx, actor.id, other.id))) return { result: null };
      await setSilenced(tx, other.id, actor.id, blocked);
      const kind = blocked ? 'block.added' : 'block.removed';
      const personal: AccountFact[] = [{ accountId: actor.id, fact: { kind, data: { id: other.id, uid: other.uid } } }];
      if (blocked) await deleteFriendRequests(tx, actor.id, other.id);
      if (blocked && (await deleteFriendship(tx, actor.id, other.id))) personal.push(...friendshipEnded(actor, other));
      // Nodes hide the one from the other's sockets, or do not any more.
      const fact = { kind: 'account.changed', data: { accountId: actor.id } } as const;
      return { result: null, facts: [{ streamId: ACCOUNTS_STREAM, fact }], personal };
    });
  }

  return {
    block,
    unblock,
    listBlocks: async (actor, { after = 0, limit = PAGE } = {}): Promise<Person[]> => {
      const rows = await listBlocks(sql, actor.id, checkWhole('after', after), Math.min(limit, PAGE));
      return rows.map((row) => show(actor, row));
    },
  };
}
