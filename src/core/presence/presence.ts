/**
 * Presence: which accounts are online in the lobby, on any node. Each change is an event of the presence stream and commits
 * together with the entries that cause it, so that all nodes see the same arrivals and departures once, in the same order.
 */

import type { Sql } from '../../store/database.ts';
import type { Event, KoineEncoder, KoineHub, KoineStream } from '../events/events.ts';
import type { Account, Actor } from '../model.ts';
import type { PresenceEntry } from './entrance-writer.ts';
import { createPresenceEntries } from './entries.ts';
import { createOnlineAccounts } from './online.ts';

export type Presence = {
  /** The encoder for followers of the presence stream: the same one for equal arguments, so that they share its frames. */
  encoderFor(encoder: KoineEncoder): KoineEncoder;
  /**
   * The account is online from now on, until `leave`, which must be called even if this throws. `greet` is called
   * synchronously, in the instant that `Entered` describes.
   * @throws AppError `unavailable`
   */
  enter(
    account: Pick<Actor, 'id' | 'username' | 'hidden'>,
    entry: PresenceEntry,
    greet: (entered: Entered) => void,
  ): Promise<void>;
  /** Makes sure that this node knows who is online. */
  load(): Promise<void>;
  /** Whether the account is online on any node. As far as this node knows, which `enter` and `load` make sure of. */
  isOnline(accountId: number): boolean;
  /** How many accounts are online. */
  countOnline(): number;
  /** `listener` is called when an account has come online or gone offline. */
  onChange(listener: (accountId: number, isOnline: boolean) => void): void;
  leave(account: { id: number }, entry: PresenceEntry): void;
  /** Whether the account has an entry at that entrance, on any node. */
  isIn(accountId: number, entrance: string): Promise<boolean>;
  expireNodes(others: readonly string[]): Promise<void>;
  flush(): Promise<void>;
  close(): Promise<void>;
};

export type Entered = {
  /** The presence stream, at its cursor of this instant. */
  readonly stream: KoineStream;
  /**
   * Usernames that were online before, sorted by code point, without duplicates and without those of blocked accounts. To be called in
   * that instant.
   */
  readonly present: () => readonly string[];
  /** The account's own arrival, if it was offline before. The cursor has passed it already. */
  readonly joined: Event | null;
};

/** How long entering waits for this node to receive the earlier events, in ms. */
const DEADLINE = 5_000;

/** `node`: the unique id of this node. */
export function createPresence(sql: Sql, hub: KoineHub, node: string): Presence {
  const entries = createPresenceEntries(sql, hub, node);
  const changeListeners: ((accountId: number, isOnline: boolean) => void)[] = [];
  const online = createOnlineAccounts(sql, hub, (event) => {
    if (event.kind === 'member.joined' || event.kind === 'member.left')
      for (const listener of changeListeners) listener(event.data.accountId, event.kind === 'member.joined');
    if (event.kind === 'place.taken' && event.data.node !== node)
      entries.yieldEntry(event.data.accountId, event.data.via, event.seq);
  });

  /** @throws AppError `unavailable`: then it has not entered */
  async function enter(
    account: Pick<Account, 'id' | 'username'>,
    entry: PresenceEntry,
  ): Promise<{ stream: KoineStream; joined: Event | null }> {
    const stream = await online.open();
    const { head, joined } = await entries.enter(account, entry);
    await stream.reached(head, DEADLINE);
    return { stream, joined };
  }

  const named = new WeakMap<KoineEncoder, KoineEncoder>();

  /** The departure of a deleted account has no name in the log; this node adds the name that it still has in memory. */
  function withName(event: Event): Event {
    if (event.kind !== 'member.left' || event.data.username !== null) return event;
    return { ...event, data: { ...event.data, username: online.nameOf(event.data.accountId) } };
  }

  return {
    encoderFor: (encoder): KoineEncoder => {
      const known = named.get(encoder) ?? { event: (event) => encoder.event(withName(event)) };
      named.set(encoder, known);
      return known;
    },

    enter: async (account, entry, greet): Promise<void> => {
      const { stream, joined } = await enter(account, entry);
      // If the node's lease expired meanwhile, the account has left, and will join again.
      const isNew = joined !== null && online.has(account.id);
      const present = () => {
        const names = online.names(account.hidden);
        return isNew ? names.filter((name) => name !== account.username) : names;
      };
      greet({ stream, present, joined: isNew ? joined : null });
    },
    load: async (): Promise<void> => {
      await online.open();
    },
    isOnline: online.has,
    countOnline: online.count,
    onChange: (listener): void => {
      changeListeners.push(listener);
    },
    leave: entries.leave,
    isIn: entries.isIn,
    expireNodes: entries.expireNodes,
    flush: entries.flush,
    close: entries.close,
  };
}
