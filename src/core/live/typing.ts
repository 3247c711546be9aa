/** People who are typing are shown to the room's followers: not stored, and not too often. */

import { Recent } from '../../limits/recent.ts';
import type { Sql } from '../../store/database.ts';
import { maySpeak } from '../../store/room-members.ts';
import type { KoineHub } from '../events/events.ts';

/** Least time between two signals of an account in a room, in ms. */
const INTERVAL = 3_000;
/** Accounts that are shown as typing in one room, in that time. */
const MAX_TYPING = 20;
const MAX_KEPT = 50_000;

/** Signals nothing for an account that may not write in the room. */
export type SignalTyping = (account: { readonly id: number; readonly uid: string }, roomId: number) => Promise<void>;

export function createTyping(sql: Sql, hub: KoineHub): SignalTyping {
  const signalled = new Recent<number>(MAX_KEPT);
  const rooms = new Recent<{ since: number; count: number }>(MAX_KEPT);

  /** Whether as many are typing in the room as anybody can be shown. */
  function isCrowded(roomId: number, now: number): boolean {
    const known = rooms.get(`${roomId}`);
    const room = known !== undefined && now - known.since < INTERVAL ? known : { since: now, count: 0 };
    room.count += 1;
    rooms.set(`${roomId}`, room);
    return room.count > MAX_TYPING;
  }

  return async (account, roomId): Promise<void> => {
    const key = `${account.id} ${roomId}`;
    const now = performance.now();
    if (now - (signalled.get(key) ?? Number.NEGATIVE_INFINITY) < INTERVAL || isCrowded(roomId, now)) return;
    signalled.set(key, now);
    if (!(await maySpeak(sql, roomId, account.id))) return;
    hub.signal(roomId, { kind: 'typing', key: account.uid, uid: account.uid });
  };
}
