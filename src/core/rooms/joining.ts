/** Adds accounts to a room, and notifies them. */
import { invalid } from '../../errors.ts';
import type { Db } from '../../store/database.ts';
import { insertMember } from '../../store/room-members.ts';
import { SOME_MEMBER } from '../accounts/accounts.ts';
import type { AccountFact, Changed } from '../events/changes.ts';
import type { Account, Person, Role, ShowPerson } from '../model.ts';
import type { Notify } from '../notifications/notify.ts';
import { readRoomViews } from './room-views.ts';

/** Dependencies of adding an account: to show and to notify it. */
export type JoiningParts = { readonly show: ShowPerson; readonly notify: Notify };

export type Member = { readonly person: Person; readonly role: Role };

/** Members of a group, at most. */
const MEMBERS_MAX = 1_000;

/**
 * Makes the account a member, which it must not be, as part of a change that holds the room's stream.
 * @throws AppError `invalid`: the group is full
 */
export async function addMember(
  tx: Db,
  joining: JoiningParts,
  roomId: number,
  { account, role, by }: { readonly account: Account; readonly role: Role; readonly by: Account },
): Promise<Changed<Member>> {
  if (!(await insertMember(tx, { roomId, accountId: account.id, role, max: MEMBERS_MAX })))
    throw invalid('', 'many', `a group has at most ${MEMBERS_MAX} members`, { limit: MEMBERS_MAX });
  const result = { person: joining.show(SOME_MEMBER, account), role };
  return {
    result,
    facts: [{ streamId: roomId, fact: { kind: 'membership.added', data: result } }],
    personal: () => joinedFacts(tx, joining, { roomId, accountIds: [account.id], by }),
  };
}

/**
 * A `room.joined` for each, with the room as it is once the change is stored: call it when the room's own events have their seqs. In a
 * group, those whom somebody took along are notified.
 */
export async function joinedFacts(
  tx: Db,
  { show, notify }: JoiningParts,
  { roomId, accountIds, by }: { readonly roomId: number; readonly accountIds: readonly number[]; readonly by: Account },
): Promise<AccountFact[]> {
  const views = await readRoomViews(
    tx,
    show,
    accountIds.map((accountId) => ({ accountId, roomId })),
  );
  const facts = views.flatMap((view, index): AccountFact[] =>
    view === null ? [] : [{ accountId: accountIds[index] as number, fact: { kind: 'room.joined', data: view } }],
  );
  if (views[0]?.kind !== 'group') return facts;
  const notices = accountIds.map((accountId) => ({ kind: 'invite' as const, actorId: by.id, accountId, roomId }));
  return [...facts, ...(await notify(tx, notices))];
}
