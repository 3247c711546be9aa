/** Keeps the state in step with the server: the start, what is followed, what has to be read again. */
import { absorbSync } from './absorb.ts';
import type { FeedCommands } from './commands/feed.ts';
import type { NotificationCommands } from './commands/notifications.ts';
import type { PeopleCommands } from './commands/people.ts';
import type { RoomCommands } from './commands/rooms.ts';
import { BOARD, type ClientFrame, ME, roomOf, type StreamName, streamOf } from './events.ts';
import { follow, forget, isFollowed, markStale, unfollow } from './following.ts';
import type { Parts } from './parts.ts';
import { Problem } from './problem.ts';
import { withFields, withoutEntry } from './records.ts';
import { removePosts } from './reduce-board.ts';
import { leaveRoom } from './reduce-me.ts';
import type { Me, Sync } from './shapes.ts';
import { EMPTY, type Stale, type State } from './state.ts';

/** The server's bound is 500 streams. */
const MAX_FOLLOWED = 450;
/** Rooms in the first answer. */
const ROOMS = 30;
/** After a failure to read what is stale, in ms. */
const AGAIN = 5_000;

export type SyncParts = Parts & {
  readonly rooms: RoomCommands;
  readonly feed: FeedCommands;
  readonly people: PeopleCommands;
  readonly notifications: NotificationCommands;
  readonly tell: (frame: ClientFrame) => void;
  readonly onSync: (answer: Sync) => void;
};

export type Syncing = ReturnType<typeof createSyncing>;

export function createSyncing({ rest, store, rooms, feed, people, notifications, tell, onSync }: SyncParts) {
  let isReading = false;
  let isStopped = false;
  let again: ReturnType<typeof setTimeout> | null = null;
  /** Whether the account of the state is known to be that of the credentials. */
  let isVerified = false;
  /** Given up for another epoch or another run of the program; what they showed is not yet open again. */
  let formerStates: readonly State[] = [];

  async function sync(): Promise<void> {
    const before = store.confirmed;
    const answer = await store.read(
      async () => (await rest.call<Sync>('GET', '/v1/sync', { query: { rooms: ROOMS } })).body,
      absorbSync,
    );
    isVerified = true;
    onSync(answer);
    followKnown();
    followLost();
    if (before.epoch !== null && before.epoch !== answer.epoch) formerStates = [...formerStates, before];
    await reopen();
  }

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
      if (store.confirmed.rooms[room]) await rooms.open(room).catch((problem) => fail(streamOf(room), problem));
    await openPosts({ feeds, threads });
    if (friends) await people.openFriends();
    if (blocks) await people.openBlocks();
    if (mutes) await people.openMutes();
    if (items) await notifications.open();
  }

  async function verify(): Promise<void> {
    if (store.confirmed.epoch === null) return sync();
    await reopen();
    if (isVerified) return;
    const { id } = (await rest.call<Me>('GET', '/v1/me')).body;
    if (id !== store.confirmed.me?.id) {
      store.update(({ connection }) => ({ ...EMPTY, connection }));
      await sync();
    }
    isVerified = true;
  }

  /** Reads the people whom the account has blocked or muted, once. */
  async function readHidden(): Promise<void> {
    if (store.confirmed.blocks === null) await people.openBlocks();
    if (store.confirmed.mutes === null) await people.openMutes();
  }

  async function readMe(before: State): Promise<void> {
    await sync();
    if (before.notifications.items) await notifications.refresh();
    if (before.friends) await people.openFriends();
    if (before.blocks) await people.openBlocks();
    if (before.mutes) await people.openMutes();
  }

  async function openPosts({ feeds, threads }: Pick<State, 'feeds' | 'threads'>): Promise<void> {
    for (const name of Object.keys(feeds)) await feed.open(name as Parameters<typeof feed.open>[0]);
    for (const post of Object.keys(threads))
      await feed.openComments(post).catch((problem) => {
        if (!isGone(problem)) throw problem;
        store.update((state) => removePosts(state, [post]));
      });
  }

  async function readBoard({ feeds, threads, stale }: State, head: number): Promise<void> {
    await openPosts({ feeds, threads });
    store.update((state) => {
      const at = Math.min(head, ...Object.values(state.feeds).map((one) => one.at));
      // Reset again meanwhile, it is read again, and goes on from the later position.
      const isCurrent = state.stale[BOARD] === stale[BOARD];
      const positions = isCurrent ? { [BOARD]: at, ...state.positions } : state.positions;
      return { ...state, posts: visiblePosts(state), positions };
    });
  }

  async function readRoom({ timelines }: State, room: string, what: Stale['what']): Promise<void> {
    await rooms.read(room);
    const timeline = timelines[room];
    const middle = timeline?.items[timeline.items.length >> 1];
    if (what === 'counts' || !timeline) return;
    if (timeline.atEnd || !middle) await rooms.openNewest(room);
    else await rooms.openAround(room, middle.seq);
  }

  async function read(stream: StreamName, mark: Stale): Promise<void> {
    const { what } = mark;
    const state = store.confirmed;
    const room = roomOf(stream);
    if (!(stream in state.positions) && !lost.has(stream)) lost.set(stream, 0);
    if (stream === ME) await (what === 'counts' ? notifications.refresh() : readMe(state));
    else if (stream === BOARD) await readBoard(state, lost.get(BOARD) ?? 0);
    else if (room !== null) await readRoom(state, room, what);
    if (room !== null && lost.has(stream))
      store.update((now) => (now.stale[stream] === mark ? follow(now, [room]) : now));
    followLost();
  }

  /** Positions of streams that could not be resumed: the connection does not follow them. */
  const lost = new Map<StreamName, number>();

  /** Follows lost streams whose positions are known again. */
  function followLost(): void {
    const { positions } = store.confirmed;
    const found = [...lost.keys()].filter((stream) => stream in positions);
    for (const stream of found) lost.delete(stream);
    const have = Object.fromEntries(found.map((stream) => [stream, positions[stream] ?? 0]));
    if (found.length > 0) tell({ type: 'follow', have });
  }

  /** One after the other. What fails stays stale, and is tried again later. */
  async function readStale(): Promise<void> {
    if (isReading || again !== null) return;
    isReading = true;
    try {
      for (;;) {
        const [stream, mark] = Object.entries(store.confirmed.stale)[0] ?? [];
        if (stream === undefined || mark === undefined) break;
        await read(stream, mark).catch((problem: unknown) => fail(stream, problem));
        // It may have been marked again meanwhile.
        store.update((state) =>
          state.stale[stream] === mark ? withFields(state, { stale: withoutEntry(state.stale, stream) }) : state,
        );
      }
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      if (!isStopped) again = setTimeout(retry, AGAIN);
    } finally {
      isReading = false;
    }
  }

  function retry(): void {
    if (again !== null) clearTimeout(again);
    again = null;
    void readStale();
  }

  /** @throws what it is given, unless it says that the room is not there */
  function fail(stream: StreamName, problem: unknown): void {
    const room = roomOf(stream);
    if (room === null || !isGone(problem)) throw problem;
    store.update((state) => leaveRoom(state, room));
  }

  /** Follows rooms that are known, as many as one connection may. Rooms that were just joined are followed already. */
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

  store.subscribe('stale', () => void readStale());
  store.subscribe('rooms', followKnown);

  return {
    /** Rooms in which something has happened are followed from now on. The first of a connection tells of all. */
    hearHeads: (heads: Readonly<Record<StreamName, { readonly seq: number; readonly mentioned: boolean }>>): void => {
      for (const [stream, { seq, mentioned }] of Object.entries(heads)) {
        const room = roomOf(stream);
        if (room === null) continue;
        const known = store.confirmed.rooms[room];
        if (known && seq > known.at) ensureFollowed(room);
        // It is beyond the pages of rooms that were read.
        else if (!known && mentioned) store.update((state) => markStale(state, stream, 'counts'));
      }
    },

    /** There is a connection: what could not be read before may be read now. */
    retry,

    stop: (): void => {
      isStopped = true;
      if (again !== null) clearTimeout(again);
      again = null;
    },

    /** Prepares the state for a connection: it has an epoch and belongs to the account. @throws Problem */
    prepare: async (): Promise<void> => {
      isStopped = false;
      await verify();
      await readHidden();
    },

    /** The positions of the state are good for no connection: it is read anew, and what it shows with it. */
    restart: (): void => {
      if (store.confirmed.epoch !== null) formerStates = [...formerStates, store.confirmed];
      store.update((state) => forget(state));
    },

    /** Resolves when the stream is not about to be read again for want of a position. */
    untilFound: (stream: StreamName): Promise<void> => {
      const isLost = () => stream in store.confirmed.stale && !(stream in store.confirmed.positions);
      if (!isLost()) return Promise.resolve();
      return new Promise((resolve) => {
        const end = store.subscribe(() => {
          if (isLost()) return;
          end();
          resolve();
        });
      });
    },

    /** After a connection that did not come to life: the credentials may have ended. */
    doubt: (): void => {
      isVerified = false;
    },

    reset: (stream: StreamName, seq: number): void => {
      lost.set(stream, seq);
      store.update((state) => markStale({ ...state, positions: withoutEntry(state.positions, stream) }, stream, 'all'));
    },
  };
}

const isGone = (problem: unknown): boolean => problem instanceof Problem && problem.status === 404;

const timeOf = ({ activeAt }: State['rooms'][string]): number => Date.parse(activeAt);

function visiblePosts({ posts, feeds, threads }: State): State['posts'] {
  const visible = new Set([
    ...Object.values(feeds).flatMap(({ ids, fresh }) => [...ids, ...fresh]),
    ...Object.keys(threads),
  ]);
  return Object.fromEntries(Object.entries(posts).filter(([id]) => visible.has(id)));
}
