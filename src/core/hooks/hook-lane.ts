/**
 * Serves outgoing hooks. A hook has a position in the log of its stream: it is sent each event after that, in order and one at a time,
 * at least once. Each node takes some of the hooks to which something is due, under a lease, so that one of them serves each. Receivers
 * that were quick the last time have places of their own: the others cannot delay them.
 */
import { withinDeadline } from '../../deadline.ts';
import type { Log } from '../../hub/log.ts';
import type { Sql } from '../../store/database.ts';
import {
  advanceHook,
  type DueHookRow,
  deferHook,
  disableHook,
  listHookedStreams,
  releaseHook,
  type TakenHookRow,
  takeDueHooks,
} from '../../store/outgoing-hooks.ts';
import { createDelayedWrites } from '../delayed-writes.ts';
import type { Event, KoineHub } from '../events/events.ts';
import type { Notices } from '../mail/notices.ts';
import type { HookAnswer } from './hook-client.ts';
import type { HookSender } from './hook-sender.ts';
import { createPlaces } from './places.ts';

export type HookLane = {
  /** Deliveries that are being sent may end; the rest is left to the next node, or the next start. */
  stop(): Promise<void>;
};

export type HookLaneOptions = ServingHooks & {
  readonly log: Pick<Log<Event>, 'after'>;
  readonly sender: HookSender;
  readonly notices: Notices;
};

export type ServingHooks = {
  /** Ms between two looks for what is due. */
  readonly interval: number;
  readonly warn: (kind: string, line: string) => void;
};

/** Hooks that a node serves at a time: those that were quick the last time, and the others, of which each has one event at a time. */
const QUICK_PLACES = { all: 256, each: 16 };
const OTHER_PLACES = { all: 128, each: 8 };
/** Ms of a delivery that is quick. */
const QUICK = 1_000;
/** Seconds: longer than a hook is served without a break, and the last attempt takes. */
const LEASE = 120;
/** Ms. */
const SERVED_FOR = 5_000;
const DELAY = 100;
const STOP_DEADLINE = 3_000;
const PAGE = 20;
const STREAMS_AT_ONCE = 1_000;
/** Seconds until an event is tried again; the last one repeats. */
const DELAYS = [5, 30, 120, 600, 1_800, 3_600, 7_200, 14_400];
/** The share of a delay that chance adds or takes: hooks of one host do not come together. */
const JITTER = 0.2;
/** Attempts of an event that is refused: it will not be taken later. */
const REFUSED_ATTEMPTS = 3;
/** Seconds for which nothing gets through, until a hook is turned off. The log keeps events as long. */
const FAILING_MAX = 2 * 86_400;
const GONE = 410;
/** Refusals that pass. */
const PASSING: readonly number[] = [408, 425, 429];

export function startHookLane(sql: Sql, hub: Pick<KoineHub, 'onPublished'>, options: HookLaneOptions): HookLane {
  const { log, sender, notices, interval, warn } = options;
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
          const served = hold(hook.host, () => serve(hook).catch(report)).finally(() => {
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

  async function serve(hook: TakenHookRow): Promise<void> {
    const until = Date.now() + SERVED_FOR;
    let { seq, attempts } = hook;
    for (let reached = seq; Date.now() < until && !closing.signal.aborted; reached = seq) {
      const { events, complete } = await log.after(hook.streamId, seq, PAGE);
      for (const event of events) {
        if (Date.now() >= until || closing.signal.aborted) break;
        if (hook.kinds.includes(event.kind)) {
          if (!(await deliver(hook, event, attempts + 1))) return;
          attempts = 0;
          reached = event.seq;
        }
        seq = event.seq;
      }
      const isLast = complete && seq >= (events.at(-1)?.seq ?? seq);
      // An event that the log does not have any more would leave the hook due for ever.
      if (isLast) seq = Math.max(seq, hook.head);
      if (seq > reached) await advanceHook(sql, hook.id, seq, false);
      if (isLast) break;
    }
    await releaseHook(sql, hook.id);
  }

  /** @returns whether the hook goes on with the next event now */
  async function deliver(hook: DueHookRow, event: Event, attempt: number): Promise<boolean> {
    const answer = await sender.send(hook, event, attempt);
    if (isTaken(answer)) {
      const isOn = await advanceHook(sql, hook.id, event.seq, true);
      if (answer.duration <= QUICK) return isOn;
      await releaseHook(sql, hook.id);
      return false;
    }
    if (answer.status === GONE) {
      await turnOff(hook, 'its address is gone (410)');
      return false;
    }
    const failing = await deferHook(sql, hook.id, delayOf(answer, attempt));
    if (failing >= FAILING_MAX) await turnOff(hook, 'nothing got through for two days');
    else if (isRefused(answer) && attempt >= REFUSED_ATTEMPTS) await advanceHook(sql, hook.id, event.seq, false);
    return false;
  }

  async function turnOff({ id, creatorId, url }: DueHookRow, reason: string): Promise<void> {
    const { host } = new URL(url);
    await sql.begin(async (tx) => {
      if (!(await disableHook(tx, id))) return;
      if (creatorId !== null) await notices.tell(tx, creatorId, { kind: 'hook-disabled', facts: { host } });
    });
    warn('hook-disabled', `an outgoing hook to ${host} was turned off: ${reason}`);
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

function isTaken({ status }: HookAnswer): boolean {
  return status !== null && status >= 200 && status < 300;
}

function isRefused({ status }: HookAnswer): boolean {
  return status !== null && status >= 300 && status < 500 && !PASSING.includes(status);
}

function delayOf({ retryAfter }: HookAnswer, attempt: number): number {
  const delay = DELAYS[Math.min(attempt, DELAYS.length) - 1] as number;
  return Math.max(delay * (1 + JITTER * (2 * Math.random() - 1)), retryAfter ?? 0);
}
