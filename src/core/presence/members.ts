/** Who is in the lobby, as this node has been told: read once, and kept by the stream of coming and going. */
import type { Stream } from '../../hub/stream.ts';
import type { Sql } from '../../store/database.ts';
import { findMembers } from '../../store/presence.ts';
import { type Event, type KoineHub, PRESENCE_STREAM } from '../events/events.ts';

export type Members = ReturnType<typeof createMembers>;

/** `listener` is told of every event of the stream. */
export function createMembers(sql: Sql, hub: KoineHub, listener: (event: Event) => void) {
  const usernames = new Map<number, string>();
  /** Sorted, until somebody comes or goes. */
  let sorted: readonly string[] | null = null;
  let opening: Promise<Stream<Event>> | null = null;

  async function load(): Promise<Stream<Event>> {
    const stream = await hub.open(PRESENCE_STREAM);
    const early: Event[] = [];
    let take = (event: Event): void => {
      early.push(event);
    };
    const stop = stream.listen({ event: (event) => take(event) });
    const { head, members } = await findMembers(sql, PRESENCE_STREAM).catch((error: unknown) => {
      stop();
      throw error;
    });
    usernames.clear();
    sorted = null;
    for (const { account_id, username } of members) usernames.set(account_id, username);
    take = (event) => {
      if (event.seq > head) apply(event);
    };
    for (const event of early) take(event);
    return stream;
  }

  function apply(event: Event): void {
    if (event.kind === 'member.joined' && event.data.username !== null)
      usernames.set(event.data.accountId, event.data.username);
    if (event.kind === 'member.left') usernames.delete(event.data.accountId);
    sorted = null;
    listener(event);
  }

  return {
    /** What is known here is of the stream's cursor, once that has reached a seq given out after this. */
    open: (): Promise<Stream<Event>> => {
      opening ??= load().catch((error: unknown) => {
        opening = null;
        throw error;
      });
      return opening;
    },
    has: (accountId: number): boolean => usernames.has(accountId),
    nameOf: (accountId: number): string | null => usernames.get(accountId) ?? null,
    /** Sorted by code point, each once. */
    names: (): readonly string[] => {
      sorted ??= [...usernames.values()].sort();
      return sorted;
    },
  };
}
