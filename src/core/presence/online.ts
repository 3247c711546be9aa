/** The accounts online in the lobby, as this node sees them: read once, then kept up to date by the presence stream. */
import type { Sql } from '../../store/database.ts';
import { findOnline } from '../../store/presence.ts';
import { type Event, type KoineHub, type KoineStream, PRESENCE_STREAM } from '../events/events.ts';

export type OnlineAccounts = {
  /** Loads the list. It is that of the stream's cursor once the cursor has reached a seq issued after this call. */
  open(): Promise<KoineStream>;
  count(): number;
  has(accountId: number): boolean;
  nameOf(accountId: number): string | null;
  /** Sorted by code point, without duplicates, and without those accounts. */
  names(except?: readonly number[]): readonly string[];
};

/** `listener` is called with every event of the presence stream. */
export function createOnlineAccounts(sql: Sql, hub: KoineHub, listener: (event: Event) => void): OnlineAccounts {
  const usernames = new Map<number, string>();
  /** Cache of the sorted names, until the next event. */
  let sorted: readonly string[] | null = null;
  let opening: Promise<KoineStream> | null = null;

  async function load(): Promise<KoineStream> {
    const stream = await hub.open(PRESENCE_STREAM);
    const early: Event[] = [];
    let take = (event: Event): void => {
      early.push(event);
    };
    const stop = stream.listen({ event: (event) => take(event) });
    const { head, online } = await findOnline(sql, PRESENCE_STREAM).catch((error: unknown) => {
      stop();
      throw error;
    });
    usernames.clear();
    sorted = null;
    for (const { account_id, username } of online) usernames.set(account_id, username);
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
    open: (): Promise<KoineStream> => {
      opening ??= load().catch((error: unknown) => {
        opening = null;
        throw error;
      });
      return opening;
    },
    count: (): number => usernames.size,
    has: (accountId): boolean => usernames.has(accountId),
    nameOf: (accountId): string | null => usernames.get(accountId) ?? null,
    names: (except = []): readonly string[] => {
      sorted ??= [...usernames.values()].sort();
      const hidden = new Set(except.map((id) => usernames.get(id)));
      return hidden.size === 0 ? sorted : sorted.filter((name) => !hidden.has(name));
    },
  };
}
