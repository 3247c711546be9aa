/** Names of rooms and people. */
import type { Person, RoomState, State } from '@koine/client';
import { t } from '../i18n/i18n.ts';

/** A group without a title is called by some of its members. */
const MOST_NAMES = 4;

/** Enough of a name where there is little room. */
export const firstName = (name: string): string => name.split(' ')[0] ?? name;

export const nameOf = (person: Person | undefined): string => (person ? person.name || person.username : t('someone'));

/** The other person of a direct room; undefined: the account was deleted. */
export function partnerOf(room: RoomState, { me, people }: State): Person | undefined {
  if (room.kind !== 'direct') return undefined;
  const id = room.members?.find((member) => member !== me?.id);
  return id === undefined ? undefined : people[id];
}

export function titleOf(room: RoomState, state: State): string {
  if (room.kind === 'lobby') return t('lobby');
  if (room.kind === 'direct') {
    const partner = partnerOf(room, state);
    return partner ? nameOf(partner) : t('deletedAccount');
  }
  if (room.title) return room.title;
  const others = (room.members ?? []).filter((id) => id !== state.me?.id).slice(0, MOST_NAMES);
  return others.map((id) => nameOf(state.people[id])).join(', ') || t('unnamedRoom');
}

/** Fields of a room that do not change with every message. */
export type Place = Pick<RoomState, 'id' | 'kind' | 'myRole' | 'membersCount'>;

export const pathOfRoom = (room: Pick<RoomState, 'id' | 'kind'>): string =>
  room.kind === 'lobby' ? '/lobby' : `/rooms/${room.id}`;

/** The lobby first, then by when something was last written there; a new room is among the first. */
export function inOrder(rooms: State['rooms']): RoomState[] {
  const rank = ({ kind, activeAt }: RoomState) => (kind === 'lobby' ? '\uffff' : activeAt);
  return Object.values(rooms).sort((a, b) => (rank(a) < rank(b) ? 1 : rank(a) > rank(b) ? -1 : 0));
}
