/**
 * How events change the state. Pure, and idempotent: each entity has the position up to which it is known, so an event
 * changes nothing twice, and a read and the events around it may come in any order.
 */
import { BOARD, type BoardEvent, type LiveEvent, ME, type MeEvent, type RoomEvent, roomOf } from './events.ts';
import { withEntry } from './records.ts';
import { reduceBoard } from './reduce-board.ts';
import { reduceMe } from './reduce-me.ts';
import { reduceRoom } from './reduce-room.ts';
import type { State } from './state.ts';

/** Applies the next event of a stream. Events of streams without a position are not for this state. */
export function apply(state: State, event: LiveEvent): State {
  const position = state.positions[event.stream];
  if (position === undefined || event.seq <= position) return state;
  const changed = applyToEntities(state, event);
  // The event may have ended the stream for this reader.
  if (changed.positions[event.stream] === undefined) return changed;
  return { ...changed, positions: withEntry(changed.positions, event.stream, event.seq) };
}

/** Changes the entities that do not know the event yet; positions stay. */
export function applyToEntities(state: State, event: LiveEvent): State {
  const room = roomOf(event.stream);
  if (room !== null) return reduceRoom(state, room, event as RoomEvent);
  if (event.stream === BOARD) return reduceBoard(state, event as BoardEvent);
  if (event.stream === ME) return reduceMe(state, event as MeEvent);
  return state;
}
