/** Pins: the messages that a room keeps at hand. */
import { AppError, invalid } from '../../errors.ts';
import { countPins, deletePin, insertPin } from '../../store/pins.ts';
import type { Actor } from '../model.ts';
import { type ChangeMessage, type LockedMessage, requireMayPost } from './message-changes.ts';
import type { RoomRef } from './room-access.ts';

/** Maximum per room. */
const MAX_PINS = 50;

export type Pins = {
  /**
   * Pins a message (idempotent): by a member of its room, in the lobby by an admin.
   * @throws AppError `invalid`: too many | `not_found` | `forbidden` | as `Changes.run`
   */
  pin(actor: Actor, ref: RoomRef, seq: number): Promise<void>;
  /** Takes a pin away (idempotent). @throws AppError `invalid` | `not_found` | `forbidden` | as `Changes.run` */
  unpin(actor: Actor, ref: RoomRef, seq: number): Promise<void>;
};

export function createPins({ change }: { change: ChangeMessage }): Pins {
  return {
    pin: (actor, ref, seq): Promise<void> =>
      change(actor, ref, seq, async (tx, message) => {
        requireMayPin(actor, message);
        if (message.isPinned) return { result: undefined };
        if ((await countPins(tx, message.roomId)) >= MAX_PINS)
          throw invalid('seq', 'many', `a room has at most ${MAX_PINS} pinned messages`, { limit: MAX_PINS });
        await insertPin(tx, message, actor.id);
        return {
          result: undefined,
          facts: [{ kind: 'pin.added', data: { seq, by: { id: actor.id, uid: actor.uid } } }],
        };
      }),

    unpin: (actor, ref, seq): Promise<void> =>
      change(actor, ref, seq, async (tx, message) => {
        requireMayPin(actor, message);
        if (!message.isPinned) return { result: undefined };
        await deletePin(tx, message);
        return {
          result: undefined,
          facts: [{ kind: 'pin.removed', data: { seq, by: { id: actor.id, uid: actor.uid } } }],
        };
      }),
  };
}

function requireMayPin(actor: Actor, message: LockedMessage): void {
  requireMayPost(actor, message);
  if (message.kind === 'lobby' && !actor.isAdmin)
    throw new AppError('forbidden', { message: 'Only admins pin in the lobby' });
}
