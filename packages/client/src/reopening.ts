/** Opens again what was open in states that were given up: for another epoch, or another run of the program. */
import type { FeedCommands } from './commands/feed.ts';
import type { NotificationCommands } from './commands/notifications.ts';
import type { PeopleCommands } from './commands/people.ts';
import type { RoomCommands } from './commands/rooms.ts';
import type { Parts } from './parts.ts';
import { Problem } from './problem.ts';
import { removePosts } from './reduce-board.ts';
import { leaveRoom } from './reduce-me.ts';
import type { State } from './state.ts';

export type ReadingCommands = {
  readonly rooms: RoomCommands;
  readonly feed: FeedCommands;
  readonly people: PeopleCommands;
  readonly notifications: NotificationCommands;
};

type Store = Parts['store'];

export type Reopening = ReturnType<typeof createReopening>;

export function createReopening(store: Store, { rooms, feed, people, notifications }: ReadingCommands) {
  /** They are not yet open again. */
  let formerStates: readonly State[] = [];

  /** A failed read is retried: before the next connection, or with what is stale. */
  async function reopen(): Promise<void> {
    for (const state of formerStates) {
      if (state.me?.id === store.confirmed.me?.id) await openAsIn(state);
      formerStates = formerStates.filter((one) => one !== state);
    }
  }

  /** Opens the lists that were open then. */
  async function openAsIn({ timelines, feeds, threads, friends, blocks, mutes, notifications: { items } }: State) {
    for (const room of Object.keys(timelines))
      if (store.confirmed.rooms[room]) await rooms.open(room).catch((problem) => leaveIfGone(store, room, problem));
    await openPosts(store, feed, { feeds, threads });
    if (friends) await people.openFriends();
    if (blocks) await people.openBlocks();
    if (mutes) await people.openMutes();
    if (items) await notifications.open();
  }

  return {
    giveUp: (state: State): void => {
      formerStates = [...formerStates, state];
    },
    reopen,
  };
}

/** Opens feeds, and the comments of posts, which may be gone. */
export async function openPosts(
  store: Store,
  feed: FeedCommands,
  { feeds, threads }: Pick<State, 'feeds' | 'threads'>,
): Promise<void> {
  for (const name of Object.keys(feeds)) await feed.open(name as Parameters<typeof feed.open>[0]);
  for (const post of Object.keys(threads))
    await feed.openComments(post).catch((problem) => {
      if (!isGone(problem)) throw problem;
      store.update((state) => removePosts(state, [post]));
    });
}

/** @throws what it is given, unless it says that the room is not there */
export function leaveIfGone(store: Store, room: string, problem: unknown): void {
  if (!isGone(problem)) throw problem;
  store.update((state) => leaveRoom(state, room));
}

const isGone = (problem: unknown): boolean => problem instanceof Problem && problem.status === 404;
