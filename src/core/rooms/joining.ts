/** How accounts come into a room, and are told of it. */
import { invalid } from '../../errors.ts';
import type { Db } from '../../store/database.ts';
import { insertMember } from '../../store/room-members.ts';
import { SOME_MEMBER } from '../accounts/accounts.ts';
import type { AccountFact, Changed } from '../events/changes.ts';
import type { Account, Person, Role, ShowPerson } from '../model.ts';
import { readRoomViews } from './room-views.ts';

export type Member = { readonly person: Person; readonly role: Role };

/** Members of a group, at most. */
const MEMBERS_MAX = 1_000;

/**
 * Makes the account a member, which it must not be, as part of a change that holds the room's stream.
 * @throws AppError `invalid`: the group is full
 */
export async function admit(
  tx: Db,
  show: ShowPerson,
  roomId: number,
  { account, role }: { readonly account: Account; readonly role: Role },
): Promise<Changed<Member>> {
  if (!(await insertMember(tx, { roomId, accountId: account.id, role, max: MEMBERS_MAX })))
    throw invalid('', 'many', `a group has at most ${MEMBERS_MAX} members`, { limit: MEMBERS_MAX });
  const result = { person: show(SOME_MEMBER, account), role };
  return {
    result,
    facts: [{ streamId: roomId, fact: { kind: 'membership.added', data: result } }],
    personal: () => joinedFacts(tx, show, roomId, [account.id]),
  };
}

/** A `room.joined` for each, with the room as it is once the change is stored: call it when the room's own events have their seqs. */
export async function joinedFacts(
  tx: Db,
  show: ShowPerson,
  roomId: number,
  accountIds: readonly number[],
): Promise<AccountFact[]> {
  const views = await readRoomViews(
    tx,
    show,
    accountIds.map((accountId) => ({ accountId, roomId })),
  );
  return views.flatMap((view, index) =>
    view === null ? [] : [{ accountId: accountIds[index] as number, fact: { kind: 'room.joined', data: view } }],
  );
}
