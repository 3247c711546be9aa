/** How what is not stored shows in the state: presence, who is typing, how far other rooms are. */
import type { ServerFrame } from './events.ts';
import { roomOf } from './events.ts';
import { changeEntry, filterItems, mapEntries, withEntry, withFields, withoutEntry } from './records.ts';
import type { State } from './state.ts';

type Data<Type extends ServerFrame['type']> = Extract<ServerFrame, { type: Type; data: unknown }>['data'];

/** How long somebody is shown as typing, in ms. */
const TYPING = 5_000;

export function applyPeople(state: State, { online, people }: Data<'people'>): State {
  const known = { ...state.people };
  for (const [id, now] of Object.entries(people)) {
    const person = known[id];
    if (person) known[id] = withFields(person, now);
  }
  const isSame = Object.keys(people).every((id) => known[id] === state.people[id]);
  return withFields(state, { online, people: isSame ? state.people : known });
}

export function applyTyping(state: State, stream: string, by: string, now: number): State {
  const room = roomOf(stream);
  const isUnheard = by in (state.blocks ?? {}) || by in (state.mutes ?? {});
  if (room === null || by === state.me?.id || isUnheard) return state;
  const people = withEntry(state.typing[room] ?? {}, by, now + TYPING);
  return { ...state, typing: withEntry(state.typing, room, people) };
}

/** Marks only grow. */
export function applyRead(state: State, stream: string, { by, seq }: Data<'read'>): State {
  const readers = changeEntry(state.readers, roomOf(stream) ?? '', (known) =>
    withEntry(known, by, Math.max(known[by] ?? 0, seq)),
  );
  return withFields(state, { readers });
}

/** The state without typing that has expired. */
export function endTyping(state: State, now: number): State {
  const typing = mapEntries(state.typing, (people) =>
    Object.entries(people).reduce((left, [id, until]) => (until <= now ? withoutEntry(left, id) : left), people),
  );
  const empty = filterItems(Object.keys(typing), (room) => Object.keys(typing[room] ?? {}).length === 0);
  return withFields(state, { typing: empty.reduce(withoutEntry, typing) as State['typing'] });
}

export function applyHeads(state: State, heads: Data<'heads'>): State {
  const rooms = Object.entries(heads).reduce(
    (all, [stream, { seq }]) =>
      changeEntry(all, roomOf(stream) ?? '', (room) => withFields(room, { head: Math.max(room.head, seq) })),
    state.rooms,
  );
  return withFields(state, { rooms });
}
