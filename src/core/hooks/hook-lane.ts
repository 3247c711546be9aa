/**
 * Serves outgoing hooks. A hook has a position in the log of its stream: it is sent each event after that, in order and one at a time,
 * at least once. Each node takes some of the hooks to which something is due, under a lease, so that one of them serves each. Receivers
 * that were quick the last time have places of their own: the others cannot delay them.
 */
import { withinDeadline } from '../../deadline.ts';
import type { Sql } from '../../store/database.ts';
import { listHookedStreams, takeDueHooks } from '../../store/outgoing-hooks.ts';
import { createDelayedWrites } from '../delayed-writes.ts';
import type { KoineHub } from '../events/events.ts';
import { createHookService, type HookServiceOptions, QUICK } from './hook-service.ts';
import { createPlaces } from './places.ts';

export type HookLane = {
  /** Deliveries that are being sent may end; the rest is left to the next node, or the next start. */
  stop(): Promise<void>;
};

export type HookLaneOptions = ServingHooks & HookServiceOptions;

export type ServingHooks = {
  /** Ms between two looks for what is due. */
  readonly interval: number;
  readonly warn: (kind: string, line: string) => void;
};

/** Hooks that a node serves at a time: those that were quick the last time, and the others, of which each has one event at a time. */
const QUICK_PLACES = { all: 256, each: 16 };
const OTHER_PLACES = { all: 128, each: 8 };
/** Seconds: longer than a hook is served without a break, and the last attempt takes. */
const LEASE = 120;
/** Ms. */
const DELAY = 100;
const STOP_DEADLINE = 3_000;
const STREAMS_AT_ONCE = 1_000;

export function startHookLane(sql: Sql, hub: Pick<KoineHub, 'onPublished'>, options: HookLaneOptions): HookLane {
  const { interval, warn } = options;
  const serve = createHookService(sql, options);
  let hooked: ReadonlySet<number> = new Set();
  const closing = new AbortController();
  let isWoken = false;
  const places = [
    { isQuick: true, ...createPlaces(QUICK_PLACES) },
    { isQuick: false, ...createPlaces(OTHER_PLACES) },
  ];
  const serving = new Set<Promise<void>>();
  const work = createDelayedWrites({ delay: DELAY, isEmpty: () => !isWoken, write: takeDue });
  const report = () =>
    void (closing.signal.aborted || warn('hooks', 'outgoing hooks were not served; they are tried again'));
  const timer = setInterval(() => void look(), interval).unref();
  hub.onPublished((streamId) => {
    if (hooked.has(streamId)) wake();
  });

  function wake(): void {
    isWoken = true;
    work.schedule();
  }

  async function look(): Promise<void> {
    try {
      hooked = new Set(await hookedStreams(sql));
      if (hooked.size > 0) wake();
    } catch {
      report();
    }
  }

  async function takeDue(): Promise<void> {
    isWoken = false;
    try {
      for (const { isQuick, each, taken, left, hold } of places) {
        const limit = left();
        if (limit === 0 || closing.signal.aborted) continue;
        for (const hook of await takeDueHooks(sql, LEASE, { isQuick, quick: QUICK, limit, ofHost: each, taken })) {
          const served = hold(hook.host, () => serve(hook, closing.signal).catch(report)).finally(() => {
            serving.delete(served);
            wake();
          });
          serving.add(served);
        }
      }
    } catch {
      report();
    }
  }

  void look();
  return {
    stop: async (): Promise<void> => {
      closing.abort();
      clearInterval(timer);
      await withinDeadline(
        work.flush().then(() => Promise.all(serving)),
        STOP_DEADLINE,
      );
    },
  };
}

async function hookedStreams(sql: Sql): Promise<number[]> {
  const all: number[] = [];
  for (let page: number[] = []; ; ) {
    page = await listHookedStreams(sql, page.at(-1) ?? 0, STREAMS_AT_ONCE);
    all.push(...page);
    if (page.length < STREAMS_AT_ONCE) return all;
  }
}
