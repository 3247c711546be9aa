/**
 * Indexes for search what was written, shortly after its commit and never in its transaction. Each node indexes what it
 * published itself; what a node left when it ended is found by a look at all rooms. The positions are in the database, so that
 * nothing is left out or counted twice, whichever node does it.
 */
import { setTimeout as rest } from 'node:timers/promises';
import type { Sql } from '../../store/database.ts';
import { beginRoomIndex, indexPosts, indexRoom, listUnindexedRooms } from '../../store/search-index.ts';
import { createDelayedWrites } from '../delayed-writes.ts';
import { BOARD_STREAM, type KoineHub } from '../events/events.ts';

/** Ms between a commit and its indexing. Texts written meanwhile are indexed with it. */
const DELAY = 200;
/** Ms between two looks for what no node has indexed. */
const LOOK = 60_000;
/** Texts in one statement. They write some 50 KiB each to the log of the database, for which the commits of messages wait. */
const BATCH = 50;
/** Of a command, for which nobody waits. */
const LARGE_BATCH = 500;
/**
 * A backlog is indexed with pauses, of so many ms for each ms of work as people wrote `BUSY` messages during a batch: messages come
 * first, and what waits is indexed at full speed when they are fewer.
 */
const BUSY = 20;
const PAUSES = 9;
/** Rooms that wait; beyond, they wait for the next look. Bounds memory. */
const MAX_ROOMS = 100_000;
const LOOKED_AT = 1_000;
const POST_EVENTS: ReadonlySet<string> = new Set(['post.created', 'post.edited']);

export type Indexer = {
  waiting(): number;
  /** Resolves when all that this node published so far is indexed, or an attempt failed. */
  flush(): Promise<void>;
  /** Stops after the batch that is being indexed. */
  close(): Promise<void>;
};

/** `warn` is called with each failure; the work is retried. */
export function startIndexer(sql: Sql, hub: Pick<KoineHub, 'onPublished'>, warn: (error: unknown) => void): Indexer {
  const rooms = new Set<number>();
  let posts = false;
  let published = 0;
  const closing = new AbortController();
  const work = createDelayedWrites({ delay: DELAY, isEmpty: () => rooms.size === 0 && !posts, write: indexNoted });
  const report = (error: unknown) => void (closing.signal.aborted || warn(error));
  const timer = setInterval(() => void look().catch(report), LOOK).unref();
  void look().catch(report);

  hub.onPublished((streamId, events) => {
    if (streamId === BOARD_STREAM) posts ||= events.some(({ kind }) => POST_EVENTS.has(kind));
    else if (events.some(({ kind }) => kind.startsWith('message.')) && rooms.size < MAX_ROOMS) rooms.add(streamId);
    else return;
    published += events.length;
    work.schedule();
  });

  /** A later look, of any node, finds the rest. */
  const requireOpen = () => closing.signal.throwIfAborted();

  async function inBatches(index: IndexBatch): Promise<number | null> {
    for (;;) {
      const [began, before] = [performance.now(), published];
      const count = await index(BATCH);
      requireOpen();
      if (count !== BATCH) return count;
      const pauses = Math.min(PAUSES, Math.floor((published - before) / BUSY));
      await rest((performance.now() - began) * pauses, undefined, { signal: closing.signal });
    }
  }

  async function look(): Promise<void> {
    for await (const room of unindexedRooms(sql)) if (rooms.size < MAX_ROOMS) rooms.add(room);
    posts = true;
    work.schedule();
  }

  async function indexNoted(): Promise<void> {
    const withPosts = posts;
    posts = false;
    for (const room of [...rooms]) {
      rooms.delete(room);
      // Another node that indexes it now may not see yet what was written here.
      if ((await attempt(() => indexAll(sql, room, inBatches))) === false) rooms.add(room);
    }
    if (withPosts) await attempt(() => indexAllPosts(sql, inBatches));
  }

  /** A failure keeps nothing else from being indexed: the next look finds what is missing. */
  async function attempt<T>(index: () => Promise<T>): Promise<T | null> {
    try {
      requireOpen();
      return await index();
    } catch (error) {
      report(error);
      return null;
    }
  }

  return {
    waiting: () => rooms.size,
    flush: work.flush,
    close: async (): Promise<void> => {
      closing.abort();
      clearInterval(timer);
      await work.flush();
    },
  };
}

async function* unindexedRooms(sql: Sql): AsyncGenerator<number> {
  let page: number[] = [];
  do {
    page = await listUnindexedRooms(sql, page.at(-1) ?? 0, LOOKED_AT);
    yield* page;
  } while (page.length === LOOKED_AT);
}

/** Indexes the next texts, at most so many. @returns how many it were; null: another node does it now */
type IndexBatch = (limit: number) => Promise<number | null>;
/** Batch after batch, until one is not full. @returns as the last batch */
type InBatches = (index: IndexBatch) => Promise<number | null>;

/** @returns false: another node indexes the room now */
async function indexAll(sql: Sql, roomId: number, inBatches: InBatches): Promise<boolean> {
  await beginRoomIndex(sql, roomId);
  return (await inBatches((limit) => indexRoom(sql, roomId, limit))) !== null;
}

async function indexAllPosts(sql: Sql, inBatches: InBatches): Promise<void> {
  await inBatches((limit) => indexPosts(sql, limit));
}

export type IndexProgress = {
  readonly signal: AbortSignal;
  /** Told how many texts were indexed so far. */
  readonly onProgress: (done: number) => void;
};

/** Indexes what was written without a server that runs. @returns how many texts it were */
export async function indexPending(sql: Sql, { signal, onProgress }: IndexProgress): Promise<number> {
  let done = 0;
  const inBatches: InBatches = async (index) => {
    let count: number | null;
    do {
      count = await index(LARGE_BATCH);
      signal.throwIfAborted();
      done += count ?? 0;
      onProgress(done);
    } while (count === LARGE_BATCH);
    return count;
  };
  for await (const room of unindexedRooms(sql)) await indexAll(sql, room, inBatches);
  await indexAllPosts(sql, inBatches);
  return done;
}
