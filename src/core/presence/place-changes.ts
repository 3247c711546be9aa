/** What must change in the database so that it says of this node's doors what is true, and who comes and goes by that. */
import type { PlaceRow } from '../../store/presence.ts';
import type { Fact } from '../events/events.ts';

/** Where an account comes in on this node. */
export type Door = {
  readonly accountId: number;
  readonly via: string;
  /** An account has one place at this door, on all nodes together. */
  readonly alone: boolean;
  readonly isOpen: boolean;
  /** Somebody has come who was not told of before. (Asked where an account has one place only.) */
  readonly isNew: boolean;
};

export type PlaceChanges = {
  readonly removed: readonly PlaceRow[];
  readonly added: readonly Door[];
  /** Doors where another node's newer place goes first. */
  readonly ousted: readonly Door[];
  readonly facts: readonly Fact[];
};

/** `at`: Unix milliseconds. `usernames`: of these doors' accounts, by id; none of those that were deleted. */
export type Moment = { readonly at: number; readonly usernames: ReadonlyMap<number, string> };

/** `rows`: all there are of these doors' accounts, on any node. */
export function changesOf(
  rows: readonly PlaceRow[],
  doors: readonly Door[],
  node: string,
  moment: Moment,
): PlaceChanges {
  const removed: PlaceRow[] = [];
  const added: Door[] = [];
  const ousted: Door[] = [];
  const taken: Fact[] = [];
  const places = new Map<number, number>();
  const byDoor = new Map<string, PlaceRow[]>();
  for (const row of rows) {
    places.set(row.account_id, (places.get(row.account_id) ?? 0) + 1);
    const key = keyOf(row.account_id, row.via);
    byDoor.set(key, [...(byDoor.get(key) ?? []), row]);
  }
  const before = new Set(places.keys());
  const change = (accountId: number, by: number) => places.set(accountId, (places.get(accountId) ?? 0) + by);

  for (const door of doors) {
    const there = byDoor.get(keyOf(door.accountId, door.via)) ?? [];
    const own = there.filter((row) => row.node_id === node);
    const others = door.alone && door.isOpen ? there.filter((row) => row.node_id !== node) : [];
    if (others.length > 0 && !door.isNew) {
      ousted.push(door);
      continue;
    }
    const gone = door.isOpen ? others : own;
    removed.push(...gone);
    change(door.accountId, -gone.length);
    if (door.isOpen && own.length === 0) {
      added.push(door);
      change(door.accountId, 1);
    }
    if (others.length > 0)
      taken.push({ kind: 'place.taken', data: { accountId: door.accountId, via: door.via, node } });
  }
  return { removed, added, ousted, facts: [...comings(doors, before, places, moment), ...taken] };
}

/** Of each account that is there now and was not, or the other way round. */
function comings(
  doors: readonly Door[],
  before: ReadonlySet<number>,
  places: ReadonlyMap<number, number>,
  { at, usernames }: Moment,
): Fact[] {
  return [...new Set(doors.map(({ accountId }) => accountId))].flatMap((accountId) => {
    const isThere = (places.get(accountId) ?? 0) > 0;
    if (isThere === before.has(accountId)) return [];
    const data = { accountId, username: usernames.get(accountId) ?? null, at };
    return [{ kind: isThere ? 'member.joined' : 'member.left', data } as const];
  });
}

function keyOf(accountId: number, via: string): string {
  return `${accountId} ${via}`;
}
