/** Reads again what is stale: streams that were reset, and what events do not tell. */
import { BOARD, type ClientFrame, ME, roomOf, type StreamName } from './events.ts';
import { follow, markStale } from './following.ts';
import type { Parts } from './parts.ts';
import { Problem } from './problem.ts';
import { withFields, withoutEntry } from './records.ts';
import { leaveIfGone, openPosts, type ReadingCommands } from './reopening.ts';
import type { Stale, State } from './state.ts';

/** After a failure, in ms. */
const AGAIN = 5_000;

type ReadingParts = Pick<Parts, 'store'> &
  Omit<ReadingCommands, 'people'> & {
    readonly tell: (frame: ClientFrame) => void;
    /** Reads the account's own stream. `before`: the state then. */
    readonly readMe: (before: State) => Promise<void>;
  };

export type StaleReading = ReturnType<typeof createStaleReading>;

export function createStaleReading({ store, rooms, feed, notifications, tell, readMe }: ReadingParts) {
  let isReading = false;
  let isStopped = false;
  let again: ReturnType<typeof setTimeout> | null = null;
  /** Positions of streams that could not be resumed: the connection does not follow them. */
  const lost = new Map<StreamName, number>();

  async function readBoard({ feeds, threads, stale }: State, head: number): Promise<void> {
    await openPosts(store, feed, { feeds, threads });
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

  /** Follows lost streams whose positions are known again. */
  function followLost(): void {
    const { positions } = store.confirmed;
    const found = [...lost.keys()].filter((stream) => stream in positions);
    for (const stream of found) lost.delete(stream);
    const have = Object.fromEntries(found.map((stream) => [stream, positions[stream] ?? 0]));
    if (found.length > 0) tell({ type: 'follow', have });
  }

  /** Reads stale streams one after the other. A stream whose read fails stays stale, and is retried later. */
  async function readStale(): Promise<void> {
    if (isReading || again !== null) return;
    isReading = true;
    try {
      for (;;) {
        const [stream, mark] = Object.entries(store.confirmed.stale)[0] ?? [];
        if (stream === undefined || mark === undefined) break;
        await read(stream, mark).catch((problem: unknown) => leaveOf(stream, problem));
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

  /** @throws what it is given, unless it says that the stream's room is not there */
  function leaveOf(stream: StreamName, problem: unknown): void {
    const room = roomOf(stream);
    if (room === null) throw problem;
    leaveIfGone(store, room, problem);
  }

  return {
    readStale,
    followLost,
    /** Reads at once what could not be read before. */
    retry,

    start: (): void => {
      isStopped = false;
    },
    stop: (): void => {
      isStopped = true;
      if (again !== null) clearTimeout(again);
      again = null;
    },

    reset: (stream: StreamName, seq: number): void => {
      lost.set(stream, seq);
      store.update((state) => markStale({ ...state, positions: withoutEntry(state.positions, stream) }, stream, 'all'));
    },
  };
}

function visiblePosts({ posts, feeds, threads }: State): State['posts'] {
  const visible = new Set([
    ...Object.values(feeds).flatMap(({ ids, fresh }) => [...ids, ...fresh]),
    ...Object.keys(threads),
  ]);
  return Object.fromEntries(Object.entries(posts).filter(([id]) => visible.has(id)));
}
