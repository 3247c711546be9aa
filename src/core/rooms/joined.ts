/** What tells accounts that they are in a room now. */
import type { Db } from '../../store/database.ts';
import type { AccountFact } from '../events/changes.ts';
import type { ShowPerson } from '../model.ts';
import { readRoomViews } from './room-views.ts';

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
