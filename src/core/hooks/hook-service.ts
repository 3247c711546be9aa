/** Sends one hook the events that are due to it, and decides what follows from each answer. */
import type { Log } from '../../hub/log.ts';
import type { Sql } from '../../store/database.ts';
import {
  advanceHook,
  type DueHookRow,
  deferHook,
  disableHook,
  releaseHook,
  type TakenHookRow,
} from '../../store/outgoing-hooks.ts';
import type { Event } from '../events/events.ts';
import type { Notices } from '../mail/notices.ts';
import type { HookAnswer } from './hook-client.ts';
import type { HookSender } from './hook-sender.ts';

export type HookServiceOptions = {
  readonly log: Pick<Log<Event>, 'after'>;
  readonly sender: HookSender;
  readonly notices: Notices;
  readonly warn: (kind: string, line: string) => void;
};

/** Ms of a delivery that is quick. */
export const QUICK = 1_000;
/** Ms that a hook is served without a break. */
const SERVED_FOR = 5_000;
const PAGE = 20;
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

/** Serves a hook that this node has taken, until nothing is due, its time is over or `signal` ends it. */
export type ServeHook = (hook: TakenHookRow, signal: AbortSignal) => Promise<void>;

export function createHookService(sql: Sql, { log, sender, notices, warn }: HookServiceOptions): ServeHook {
  async function serve(hook: TakenHookRow, signal: AbortSignal): Promise<void> {
    const until = Date.now() + SERVED_FOR;
    let { seq, attempts } = hook;
    for (let reached = seq; Date.now() < until && !signal.aborted; reached = seq) {
      const { events, complete } = await log.after(hook.streamId, seq, PAGE);
      for (const event of events) {
        if (Date.now() >= until || signal.aborted) break;
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

  return serve;
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
