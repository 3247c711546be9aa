/** The rooms that the client follows: those with a position. */
import { ME, type StreamName, streamOf } from './events.ts';
import { withEntry, withFields, withoutEntry } from './records.ts';
import { EMPTY, type Stale, type State } from './state.ts';

export const isFollowed = (state: State, room: string): boolean => streamOf(room) in state.positions;

/** Adds positions for these rooms: from there on, events change their entities. */
export function follow(state: State, rooms: readonly string[]): State {
  const positions = rooms.reduce((all, room) => {
    const known = state.rooms[room];
    if (!known || streamOf(room) in all) return all;
    return withEntry(all, streamOf(room), Math.min(known.at, state.timelines[room]?.at ?? known.at));
  }, state.positions);
  return withFields(state, { positions });
}

export function unfollow(state: State, rooms: readonly string[]): State {
  return withFields(state, {
    positions: rooms.map(streamOf).reduce(withoutEntry, state.positions) as State['positions'],
  });
}

/** Marks the stream: its entities have to be read again. */
export function markStale(state: State, stream: StreamName, what: Stale['what']): State {
  const mark = { what: state.stale[stream]?.what === 'all' ? 'all' : what };
  return withFields(state, { stale: withEntry(state.stale, stream, mark) });
}

/** Marks everything to be read again; messages and posts that wait to be sent stay. `again`: streams that stay marked. */
export function forget(
  { connection, outgoing, outgoingPosts, stale }: State,
  again: readonly StreamName[] = [ME],
): State {
  const marks = again.flatMap((stream) => (stale[stream] ? [[stream, stale[stream]] as const] : []));
  return { ...EMPTY, connection, outgoing, outgoingPosts, stale: Object.fromEntries(marks) };
}
