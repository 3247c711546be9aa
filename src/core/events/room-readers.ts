/** Readers of the events of rooms and of accounts' own streams (hydration.ts). */
import type { AccountRow } from '../../store/accounts.ts';
import type { Sql } from '../../store/database.ts';
import { findStreamOwner } from '../../store/events.ts';
import { findOwnAccount } from '../../store/profiles.ts';
import { SOME_MEMBER } from '../accounts/accounts.ts';
import { toMe } from '../accounts/me.ts';
import type { Me, ShowPerson } from '../model.ts';
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
  const refersTo = ({ stored: { person } }: { stored: { person: number } }) => ({ id: person });
  const personOf = (account: AccountRow | undefined) => (account === undefined ? null : show(SOME_MEMBER, account));

  return {
    'room.changed': {
      bytes: LOOK,
      row: 'room',
      refersTo: ({ streamId }) => ({ id: streamId }),
      show: (room) => room ?? null,
    },
    'membership.added': {
      bytes: PERSON,
      row: 'account',
      refersTo,
      show: (account, { role }) => {
        const person = personOf(account);
        return person && { person, role };
      },
    },
    'room.joined': {
      bytes: ROOM,
      read: async (events) => {
        const owners = await ownersOf(events);
        const readers = events.map(({ stored, streamId }) => ({
          accountId: owners.get(streamId) ?? 0,
          roomId: stored.room,
        }));
        return readRoomViews(sql, show, readers);
      },
    },
    'friend.added': { bytes: PERSON, row: 'account', refersTo, show: personOf },
    'settings.changed': {
      bytes: OWN,
      read: async (events) => {
        const own = new Map<number, Me | null>();
        for (const { streamId } of events) {
          if (own.has(streamId)) continue;
          const account = await findOwnAccount(sql, { streamId });
          own.set(streamId, account && toMe(account));
        }
        return events.map(({ streamId }) => own.get(streamId) ?? null);
      },
    },
  };

  /** Accounts by their own streams. A reader follows one of them. */
  async function ownersOf(events: readonly { readonly streamId: number }[]): Promise<ReadonlyMap<number, number>> {
    const owners = new Map<number, number>();
    for (const streamId of new Set(events.map((event) => event.streamId)))
      owners.set(streamId, (await findStreamOwner(sql, streamId)) ?? 0);
    return owners;
  }
}
