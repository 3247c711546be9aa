/** Readers of the events of rooms and of accounts' own streams (hydration.ts). */
import { findAccountsByIds } from '../../store/accounts.ts';
import type { Sql } from '../../store/database.ts';
import { findStreamOwner } from '../../store/events.ts';
import { findOwnAccount } from '../../store/profiles.ts';
import { findRoom } from '../../store/rooms.ts';
import { SOME_MEMBER } from '../accounts/accounts.ts';
import { toMe } from '../accounts/me.ts';
import type { Person, ShowPerson } from '../model.ts';
import { readRoomViews } from '../rooms/room-views.ts';
import type { Reader, ReferringKind } from './stored-forms.ts';

type Kinds = Extract<
  ReferringKind,
  'room.changed' | 'membership.added' | 'room.joined' | 'friend.added' | 'settings.changed'
>;

/** Bytes of an event with a room's look, with a person, with a room and its members, with one's own account. */
const LOOK = 4_096;
const PERSON = 3_072;
const ROOM = 65_536;
const OWN = 16_384;

export function roomReaders(sql: Sql, show: ShowPerson): { readonly [Kind in Kinds]: Reader<Kind> } {
  async function readPeople(stored: readonly { readonly person: number }[]): Promise<ReadonlyMap<number, Person>> {
    const accounts = await findAccountsByIds(sql, [...new Set(stored.map(({ person }) => person))]);
    return new Map(accounts.map((account) => [account.id, show(SOME_MEMBER, account)]));
  }

  return {
    'room.changed': {
      bytes: LOOK,
      read: async (stored, id) => {
        const room = await findRoom(sql, { id });
        return stored.map(() => room && { title: room.title, avatarUrl: room.avatar });
      },
    },
    'membership.added': {
      bytes: PERSON,
      read: async (stored) => {
        const people = await readPeople(stored);
        return stored.map(({ person: id, role }) => {
          const person = people.get(id);
          return person === undefined ? null : { person, role };
        });
      },
    },
    'room.joined': {
      bytes: ROOM,
      read: async (stored, streamId) => {
        const accountId = await findStreamOwner(sql, streamId);
        const readers = stored.map(({ room }) => ({ accountId: accountId ?? 0, roomId: room }));
        return readRoomViews(sql, show, readers);
      },
    },
    'friend.added': {
      bytes: PERSON,
      read: async (stored) => {
        const people = await readPeople(stored);
        return stored.map(({ person }) => people.get(person) ?? null);
      },
    },
    'settings.changed': {
      bytes: OWN,
      read: async (stored, streamId) => {
        const account = await findOwnAccount(sql, { streamId });
        return stored.map(() => account && toMe(account));
      },
    },
  };
}
