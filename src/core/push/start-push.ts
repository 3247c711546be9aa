/** Web Push: messages are recorded for the browsers of people who have not read them, and sent a moment later. */
import type { Sql } from '../../store/database.ts';
import type { DeliveryCounts } from '../due-work.ts';
import type { KoineHub } from '../events/events.ts';
import { type PushLaneOptions, startPushLane } from './push-lane.ts';
import { watchForPushes } from './push-watch.ts';

export type PushOptions = PushLaneOptions & {
  /** Seconds in which a message may be read before it is pushed. */
  readonly delay: number;
};

/** Seconds after which a push expires. */
const LASTS = 86_400;
/** Rooms and posts that wait for one browser. */
const MOST = 100;

export type PushService = {
  readonly counts: DeliveryCounts;
  /** Records the messages so far; due pushes are left to another node, or to the next start. */
  stop(): Promise<void>;
};

export function startPush(
  sql: Sql,
  hub: Pick<KoineHub, 'onPublished'>,
  { delay, ...options }: PushOptions,
): PushService {
  const warn = () => options.warn('push', 'what was written last is not noted for push yet; it is tried again');
  const watch = watchForPushes(sql, hub, { times: { delay, lasts: LASTS, most: MOST }, warn });
  const lane = startPushLane(sql, options);
  return {
    counts: lane.counts,
    stop: async (): Promise<void> => {
      await watch.flush();
      await lane.stop();
    },
  };
}
