/** Diffs this node's entrances against the rows in the database: rows to delete and insert, and the resulting events. */
import type { EntryRow } from '../../store/presence.ts';
import type { Fact } from '../events/events.ts';

/** An entrance of an account on this node, such as its lounge or relay sockets. */
export type EntranceState = {
  readonly accountId: number;
  readonly name: string;
  /** Exclusive: an account has at most one entry at this entrance, over all nodes. */
  readonly exclusive: boolean;
  readonly isOpen: boolean;
  /** An entry was added since the last write. (Used for exclusive entrances only.) */
  readonly isNew: boolean;
};

export type EntryChanges = {
  readonly removed: readonly EntryRow[];
  readonly added: readonly EntranceState[];
  /** Exclusive entrances at which another node has a newer entry. */
  readonly displaced: readonly EntranceState[];
  readonly facts: readonly Fact[];
};

/** `at`: Unix milliseconds. `usernames`: by account id, without deleted accounts. */
export type Moment = { readonly at: number; readonly usernames: ReadonlyMap<number, string> };

/** `rows`: all entries of these entrances' accounts, on any node. */
export function changesOf(
  rows: readonly EntryRow[],
  entrances: readonly EntranceState[],
  node: string,
  moment: Moment,
): EntryChanges {
  const removed: EntryRow[] = [];
  const added: EntranceState[] = [];
  const displaced: EntranceState[] = [];
  const taken: Fact[] = [];
  const entries = new Map<number, number>();
  const byEntrance = new Map<string, EntryRow[]>();
  for (const row of rows) {
    entries.set(row.account_id, (entries.get(row.account_id) ?? 0) + 1);
    const key = keyOf(row.account_id, row.via);
    byEntrance.set(key, [...(byEntrance.get(key) ?? []), row]);
  }
  const before = new Set(entries.keys());
  const change = (accountId: number, by: number) => entries.set(accountId, (entries.get(accountId) ?? 0) + by);

  for (const entrance of entrances) {
    const there = byEntrance.get(keyOf(entrance.accountId, entrance.name)) ?? [];
    const own = there.filter((row) => row.node_id === node);
    const others = entrance.exclusive && entrance.isOpen ? there.filter((row) => row.node_id !== node) : [];
    if (others.length > 0 && !entrance.isNew) {
      displaced.push(entrance);
      continue;
    }
    const gone = entrance.isOpen ? others : own;
    removed.push(...gone);
    change(entrance.accountId, -gone.length);
    if (entrance.isOpen && own.length === 0) {
      added.push(entrance);
      change(entrance.accountId, 1);
    }
    if (others.length > 0)
      taken.push({ kind: 'place.taken', data: { accountId: entrance.accountId, via: entrance.name, node } });
  }
  return { removed, added, displaced, facts: [...arrivalsAndDepartures(entrances, before, entries, moment), ...taken] };
}

/** One event for each account that has come online or gone offline. */
function arrivalsAndDepartures(
  entrances: readonly EntranceState[],
  before: ReadonlySet<number>,
  entries: ReadonlyMap<number, number>,
  { at, usernames }: Moment,
): Fact[] {
  return [...new Set(entrances.map(({ accountId }) => accountId))].flatMap((accountId) => {
    const isOnline = (entries.get(accountId) ?? 0) > 0;
    if (isOnline === before.has(accountId)) return [];
    const data = { accountId, username: usernames.get(accountId) ?? null, at };
    return [{ kind: isOnline ? 'member.joined' : 'member.left', data } as const];
  });
}

function keyOf(accountId: number, name: string): string {
  return `${accountId} ${name}`;
}
