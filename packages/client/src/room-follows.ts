/** Follows the rooms that are known, as many as one connection may. */
import { type ClientFrame, streamOf } from './events.ts';
import { follow, isFollowed, unfollow } from './following.ts';
import type { Parts } from './parts.ts';
import type { State } from './state.ts';

/** The server's bound is 500 streams. */
const MAX_FOLLOWED = 450;

type FollowParts = Pick<Parts, 'store'> & { readonly tell: (frame: ClientFrame) => void };

export type RoomFollows = ReturnType<typeof createRoomFollows>;

export function createRoomFollows({ store, tell }: FollowParts) {
  /** Rooms that were just joined are followed already. */
  function followKnown(): void {
    unfollowQuiet(Object.keys(store.confirmed.positions).length - MAX_FOLLOWED);
    const { rooms, positions, stale } = store.confirmed;
    const free = MAX_FOLLOWED - Object.keys(positions).length;
    const others = Object.keys(rooms).filter((room) => !(streamOf(room) in positions) && !(streamOf(room) in stale));
    begin(others.slice(0, Math.max(0, free)));
  }

  function begin(more: readonly string[]): void {
    if (more.length === 0) return;
    store.update((state) => follow(state, more));
    const { positions } = store.confirmed;
    tell({
      type: 'follow',
      have: Object.fromEntries(more.map((room) => [streamOf(room), positions[streamOf(room)] ?? 0])),
    });
  }

  /** In place of the one that has been quiet for longest, if there are too many. */
  function ensureFollowed(room: string): void {
    const state = store.confirmed;
    if (!state.rooms[room] || isFollowed(state, room) || streamOf(room) in state.stale) return;
    const tooMany = Object.keys(state.positions).length + 1 - MAX_FOLLOWED;
    if (unfollowQuiet(tooMany) >= tooMany) begin([room]);
  }

  /** So many of those that have been quiet for longest. @returns how many */
  function unfollowQuiet(count: number): number {
    if (count <= 0) return 0;
    const state = store.confirmed;
    const quiet = Object.values(state.rooms)
      .filter(({ id }) => isFollowed(state, id) && !(id in state.timelines))
      .sort((a, b) => timeOf(a) - timeOf(b))
      .slice(0, count)
      .map(({ id }) => id);
    store.update((now) => unfollow(now, quiet));
    tell({ type: 'unfollow', streams: quiet.map(streamOf) });
    return quiet.length;
  }

  return { followKnown, ensureFollowed };
}

const timeOf = ({ activeAt }: State['rooms'][string]): number => Date.parse(activeAt);
