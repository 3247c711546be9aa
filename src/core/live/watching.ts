/** Accounts whose presence and looks connections watch: on screen, or friends. */

import { findAccountsByUids } from '../../store/accounts.ts';
import type { Sql } from '../../store/database.ts';
import { SOME_MEMBER } from '../accounts/accounts.ts';
import { ACCOUNTS_STREAM, type Event, type KoineHub } from '../events/events.ts';
import { PEOPLE_CHANNEL, type Signal } from '../events/signals.ts';
import type { ShowPerson } from '../model.ts';
import type { Presence } from '../presence/presence.ts';
import { isUid } from '../text.ts';
import type { PersonNow } from './streams.ts';

export type PeopleWatcher = {
  /** Called when something about a watched account has changed. */
  readonly onPerson: (uid: string, now: PersonNow) => void;
};

export type Watching = {
  /** Replaces the list before it. @returns how the accounts are now, by uid */
  watch(watcher: PeopleWatcher, wanted: readonly string[]): Promise<ReadonlyMap<string, PersonNow>>;
  unwatch(watcher: PeopleWatcher): void;
};

type Parts = { readonly presence: Pick<Presence, 'isOnline' | 'onChange'>; readonly show: ShowPerson };

export function createWatching(sql: Sql, hub: KoineHub, { presence, show }: Parts): Watching {
  /** By account. */
  const watchers = new Map<number, Map<PeopleWatcher, string>>();
  const watched = new WeakMap<PeopleWatcher, Set<number>>();
  let listening: Promise<unknown> | null = null;
  hub.onPublished(tell);
  presence.onChange((accountId, online) => notify(accountId, { online }));

  /** An account that changes its looks on this node is shown so on all. */
  function tell(_streamId: number, events: readonly Event[]): void {
    for (const { kind, data } of events)
      if (kind === 'settings.changed') {
        const { id, uid, username, name, avatarUrl, avatarKey, bot } = data;
        const person = { id, uid, username, name, avatarUrl, avatarKey, bot, email: '' };
        hub.signal(PEOPLE_CHANNEL, { kind: 'person', key: `${id}`, person });
      }
  }

  function hear(signal: Signal): void {
    if (signal.kind !== 'person') return;
    const { person } = signal;
    notify(person.id, { online: presence.isOnline(person.id), person });
  }

  function notify(accountId: number, now: PersonNow): void {
    for (const [watcher, uid] of watchers.get(accountId) ?? []) watcher.onPerson(uid, now);
  }

  async function listen(): Promise<void> {
    await hub.listenToSignals(PEOPLE_CHANNEL, hear);
    await hub.listen(ACCOUNTS_STREAM, {
      event: ({ kind, data }) => {
        if (kind === 'account.deleted') notify(data.accountId, { online: false, removed: true });
      },
    });
  }

  function unwatch(watcher: PeopleWatcher): void {
    for (const accountId of watched.get(watcher) ?? []) {
      const own = watchers.get(accountId);
      own?.delete(watcher);
      if (own?.size === 0) watchers.delete(accountId);
    }
    watched.delete(watcher);
  }

  return {
    watch: async (watcher, wanted): Promise<ReadonlyMap<string, PersonNow>> => {
      const uids = wanted.map((uid) => uid.toLowerCase());
      listening ??= listen().catch((error: unknown) => {
        listening = null;
        throw error;
      });
      await listening;
      unwatch(watcher);
      const accounts = await findAccountsByUids(sql, uids.filter(isUid));
      const now = new Map<string, PersonNow>(uids.map((uid) => [uid, { online: false, removed: true }]));
      for (const account of accounts) {
        const own = watchers.get(account.id) ?? new Map<PeopleWatcher, string>();
        watchers.set(account.id, own.set(watcher, account.uid));
        now.set(account.uid, { online: presence.isOnline(account.id), person: show(SOME_MEMBER, account) });
      }
      watched.set(watcher, new Set(accounts.map(({ id }) => id)));
      return now;
    },
    unwatch,
  };
}
