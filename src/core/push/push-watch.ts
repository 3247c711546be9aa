/** Records which browsers may have to be notified, shortly after the commit and never in its transaction. Each node records what it published. */
import type { Sql } from '../../store/database.ts';
import { insertNoticePushes, insertRoomPushes, type PushTimes } from '../../store/pushes.ts';
import { createDelayedWrites } from '../delayed-writes.ts';
import type { KoineHub } from '../events/events.ts';

/** Ms between a commit and its note. What is published meanwhile is noted with it. */
const GATHERED = 500;
/** Rooms and notifications that wait to be noted; what comes beyond is not pushed. */
const MOST = 10_000;
const KINDS: ReadonlySet<string> = new Set(['mention', 'reply', 'comment']);

/** `warn`: told of failures; what failed is tried again. */
export function watchForPushes(
  sql: Sql,
  hub: Pick<KoineHub, 'onPublished'>,
  { times, warn }: { readonly times: PushTimes; readonly warn: () => void },
) {
  const rooms = new Set<number>();
  const notices = new Set<number>();
  const work = createDelayedWrites({
    delay: GATHERED,
    isEmpty: () => rooms.size + notices.size === 0,
    write: async () => {
      await note(rooms, (ids) => insertRoomPushes(sql, ids, times));
      await note(notices, (ids) => insertNoticePushes(sql, ids, times));
    },
  });

  async function note(waiting: Set<number>, insert: (ids: readonly number[]) => Promise<void>): Promise<void> {
    const ids = [...waiting];
    if (ids.length === 0) return;
    waiting.clear();
    await insert(ids).catch((error: unknown) => {
      for (const id of ids) waiting.add(id);
      warn();
      throw error;
    });
  }

  hub.onPublished((streamId, events) => {
    if (rooms.size + notices.size >= MOST) return;
    if (events.some(({ kind }) => kind === 'message.created')) rooms.add(streamId);
    for (const event of events)
      if (event.kind === 'notification.created' && KINDS.has(event.data.kind)) notices.add(event.data.id);
    if (rooms.size + notices.size > 0) work.schedule();
  });

  return { flush: work.flush };
}
