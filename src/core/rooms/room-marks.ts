/** A reader's own marks of a room: how far they have read, and what they are notified of. */

import { notFound } from '../../errors.ts';
import type { Sql } from '../../store/database.ts';
import { moveMark, updateNotify } from '../../store/room-marks.ts';
import type { Changes } from '../events/changes.ts';
import type { KoineHub } from '../events/events.ts';
import type { Actor, Marks, Notify } from '../model.ts';
import { checkWhole } from '../pages.ts';
import { MAX_READERS } from './message-reads.ts';
import { enterRoom, type RoomRef } from './room-access.ts';
import { readMarks } from './room-views.ts';

export type RoomMarks = {
  /**
   * The actor has read up to `seq`. The mark only grows, up to the newest position of the room.
   * @throws AppError `not_found` | `invalid`
   */
  markRead(actor: Actor, ref: RoomRef, seq: number): Promise<Marks>;
  /** @throws AppError `not_found` */
  setNotify(actor: Actor, ref: RoomRef, notify: Notify): Promise<void>;
};

export function createRoomMarks(sql: Sql, hub: KoineHub, changes: Changes): RoomMarks {
  return {
    markRead: async (actor, ref, seq): Promise<Marks> => {
      const upTo = checkWhole('seq', seq);
      const { id } = await enterRoom(sql, actor, ref);
      const { marks, isSignalled } = await changes.run([], async (tx) => {
        const moved = await moveMark(tx, id, actor.id, upTo);
        const [marks] = await readMarks(tx, [{ accountId: actor.id, roomId: id }]);
        // Left, or was removed, a moment ago.
        if (marks === undefined) throw notFound('room');
        return {
          result: { marks, isSignalled: moved !== null && (moved.membersCount ?? MAX_READERS + 1) <= MAX_READERS },
          personal: moved ? [{ accountId: actor.id, fact: { kind: 'read.moved', data: marks } }] : [],
        };
      });
      if (isSignalled) hub.signal(id, { kind: 'read', key: `read ${actor.uid}`, uid: actor.uid, seq: marks.readSeq });
      return marks;
    },

    setNotify: async (actor, ref, notify): Promise<void> => {
      const { id, uid } = await enterRoom(sql, actor, ref);
      await changes.run([], async (tx) => {
        const data = { roomId: id, roomUid: uid, notify };
        const changed = await updateNotify(tx, id, actor.id, notify);
        return {
          result: null,
          personal: changed ? [{ accountId: actor.id, fact: { kind: 'notify.changed', data } }] : [],
        };
      });
    },
  };
}
