/** Since somebody was away: what was said to them, what was much liked, and in which rooms others wrote. */
import { findLikedPosts, listBusyRooms } from '../../store/catch-up.ts';
import type { Sql } from '../../store/database.ts';
import { listNotifications } from '../../store/notifications.ts';
import { listFeedOfIds } from '../../store/posts.ts';
import type { Actor, Notification, RoomView, ShowPerson } from '../model.ts';
import { toNotification } from '../notifications/notify.ts';
import { entryBytes, fitPage, PAGE_BYTES } from '../pages.ts';
import type { PostPart, PostWith } from '../posts/post-parts.ts';
import { POSTS_BYTES, type PostReader } from '../posts/post-reader.ts';
import { readRoomViews, sizeOfRoom } from '../rooms/room-views.ts';

export type CatchUp = {
  /** `since`: Unix ms; a time more than 30 days ago counts as 30 days ago. */
  whatHappened<Part extends PostPart>(actor: Actor, since: number, parts: readonly Part[]): Promise<WhatHappened<Part>>;
};

/** `since`: Unix ms. `said`: mentions and answers, the newest first. `liked`: the most liked first. `rooms`: the busiest first. */
export type WhatHappened<Part extends PostPart> = {
  readonly since: number;
  readonly said: readonly Notification[];
  readonly liked: readonly PostWith<Part>[];
  readonly rooms: readonly BusyRoom[];
};
/** `count`: messages of others since then, 300 at most. `first`: the seq of the first of them. */
export type BusyRoom = { readonly room: RoomView; readonly count: number; readonly first: number };

/** Ms. */
const LONGEST = 30 * 86_400_000;
const NOTIFICATIONS = 100;
const POSTS = 10;
const ROOMS = 20;
const TO_THE_READER: ReadonlySet<string> = new Set(['mention', 'reply']);

type Parts = { readonly show: ShowPerson; readonly showPosts: PostReader['showRows'] };

export function createCatchUp(sql: Sql, { show, showPosts }: Parts): CatchUp {
  async function said(actor: Actor, since: number): Promise<Notification[]> {
    const rows = await listNotifications(sql, actor.id, null, NOTIFICATIONS);
    const recent = rows.filter(({ kind, created_at }) => TO_THE_READER.has(kind) && created_at >= since);
    return fitPage(
      recent.map((row) => toNotification(row, show)),
      ({ actor: by, excerpt }) => entryBytes(by?.avatarUrl ?? null, excerpt),
      PAGE_BYTES / 4,
    );
  }

  async function liked<Part extends PostPart>(
    actor: Actor,
    since: Date,
    parts: readonly Part[],
  ): Promise<PostWith<Part>[]> {
    const ids = await findLikedPosts(sql, actor.id, since, POSTS);
    if (ids.length === 0) return [];
    const rows = await listFeedOfIds(sql, actor.id, { ids, bytes: POSTS_BYTES / 2 });
    const visible = rows.filter(({ blocked }) => !blocked);
    const posts = await showPosts(sql, actor, visible, parts);
    return posts.sort((a, b) => ids.indexOf(a.id) - ids.indexOf(b.id));
  }

  async function rooms(actor: Actor, since: Date): Promise<BusyRoom[]> {
    const rows = await listBusyRooms(sql, actor.id, since, ROOMS);
    const views = await readRoomViews(
      sql,
      show,
      rows.map(({ id }) => ({ accountId: actor.id, roomId: id })),
    );
    const busy = rows.flatMap(({ count, first }, index) => {
      const room = views[index];
      return room ? [{ room, count, first }] : [];
    });
    return fitPage(busy, ({ room }) => sizeOfRoom(room), PAGE_BYTES / 4);
  }

  return {
    whatHappened: async <Part extends PostPart>(
      actor: Actor,
      since: number,
      parts: readonly Part[],
    ): Promise<WhatHappened<Part>> => {
      const from = Math.max(since, Date.now() - LONGEST);
      const [toReader, posts, busy] = await Promise.all([
        said(actor, from),
        liked(actor, new Date(from), parts),
        rooms(actor, new Date(from)),
      ]);
      return { since: from, said: toReader, liked: posts, rooms: busy };
    },
  };
}
