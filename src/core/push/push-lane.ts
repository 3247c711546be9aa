/** Tells browsers what their accounts have not read, by their push services. */
import type { Sql } from '../../store/database.ts';
import { dropPushSubscription } from '../../store/push-subscriptions.ts';
import {
  type DuePushRow,
  deletePush,
  listPostNews,
  listRoomNews,
  type NewsRow,
  settleBrowser,
  takeDuePushes,
} from '../../store/pushes.ts';
import { type DeliveryCounts, startDueWork } from '../due-work.ts';
import { encrypt } from './encryption.ts';
import { type PayloadOptions, payloadOf } from './payload.ts';
import type { PushOutcome, PushTransport } from './push-transport.ts';
import { isQuiet } from './quiet-hours.ts';
import type { Vapid } from './vapid.ts';

export type PushLaneOptions = {
  readonly transport: PushTransport;
  readonly vapid: Vapid;
  /** An https URL of this server for push services; null: none. */
  readonly contact: () => string | null;
  readonly pictureUrl: PayloadOptions['pictureUrl'];
  /** Time between two looks for what is due, in ms. */
  readonly interval: number;
  /** Seconds between two calls of one browser. */
  readonly pause: number;
  readonly warn: (kind: string, line: string) => void;
};

const AT_ONCE = 20;
/** Seconds: longer than a call may take. */
const LEASE = 30;
/** Seconds until a browser that failed is tried again, by how often it has failed; the last one for all further failures. */
const DELAYS = [10, 60, 300, 1_800, 7_200];
/** Failures after which a browser is given up: after four days. */
const MOST_FAILURES = 50;

export function startPushLane(
  sql: Sql,
  { transport, vapid, contact, pictureUrl, interval, pause, warn }: PushLaneOptions,
) {
  const counts: DeliveryCounts = { sent: 0, deferred: 0, givenUp: 0 };

  async function pushAll(pushes: readonly DuePushRow[]): Promise<void> {
    const now = new Date();
    const wanted = pushes.filter((push) => isWanted(push, now));
    const news = await readNews(wanted);
    const unread = new Set(wanted.filter((push) => news.has(placeOf(push))));
    await Promise.all(
      pushes.map((push) =>
        unread.has(push) ? pushOne(push, news.get(placeOf(push)) as NewsRow) : deletePush(sql, push),
      ),
    );
  }

  async function readNews(pushes: readonly DuePushRow[]): Promise<ReadonlyMap<string, NewsRow>> {
    const rooms = pushes.flatMap(({ accountId, roomId }) => (roomId === null ? [] : { accountId, roomId }));
    const posts = pushes.flatMap(({ accountId, postId }) => (postId === null ? [] : { accountId, postId }));
    const rows = [
      ...(rooms.length === 0 ? [] : await listRoomNews(sql, rooms)),
      ...(posts.length === 0 ? [] : await listPostNews(sql, posts)),
    ];
    return new Map(
      rows.map((row) => [placeOf({ accountId: row.account_id, roomId: row.room_id, postId: row.post_id }), row]),
    );
  }

  async function pushOne(push: DuePushRow, news: NewsRow): Promise<void> {
    const { endpoint, language, settings, lasts } = push;
    const payload = payloadOf(news, { withText: settings.text, language, pictureUrl });
    const outcome = await transport.send({
      endpoint,
      authorization: vapid.authorization(endpoint, contact()),
      body: encrypt(payload, push),
      topic: news.uid.replaceAll('-', ''),
      ttl: lasts,
    });
    await note(push, outcome);
  }

  async function note(push: DuePushRow, outcome: PushOutcome): Promise<void> {
    const { subscriptionId, failures, endpoint } = push;
    if (outcome.kind === 'gone') return drop(subscriptionId);
    if (outcome.kind === 'sent') {
      counts.sent += 1;
      await settleBrowser(sql, push, { took: true, pause });
      return deletePush(sql, push);
    }
    const { host } = new URL(endpoint);
    warn('push-deferred', `${host} did not take a push (${outcome.reason}): that browser is tried again later`);
    if (failures + 1 >= MOST_FAILURES) return drop(subscriptionId);
    counts.deferred += 1;
    const delay = DELAYS[Math.min(failures, DELAYS.length - 1)] as number;
    await settleBrowser(sql, push, { took: false, pause: Math.max(delay, outcome.retryAfter) });
    if (outcome.kind === 'refused') await deletePush(sql, push);
  }

  async function drop(subscriptionId: string): Promise<void> {
    counts.givenUp += 1;
    await dropPushSubscription(sql, subscriptionId);
  }

  const { stop } = startDueWork({
    interval,
    atOnce: AT_ONCE,
    take: (atOnce) => takeDuePushes(sql, LEASE, atOnce),
    work: pushAll,
    onFailure: () => warn('pushes-unread', 'due pushes could not be read: they are tried again'),
  });
  return { counts, stop };
}

function isWanted({ isLive, lasts, settings: { quietHours } }: DuePushRow, now: Date): boolean {
  return isLive && lasts > 0 && (quietHours === null || !isQuiet(quietHours, now));
}

function placeOf({ accountId, roomId, postId }: Pick<DuePushRow, 'accountId' | 'roomId' | 'postId'>): string {
  return `${accountId} ${roomId} ${postId}`;
}
