/** Hydration: reads what stored events refer to (stored-forms.ts), as it is now. */
import { findAccountUids } from '../../store/accounts.ts';
import type { Sql } from '../../store/database.ts';
import type { EventRow } from '../../store/events.ts';
import { findMessages } from '../../store/messages.ts';
import { SOME_MEMBER } from '../accounts/accounts.ts';
import { groupBy } from '../group-by.ts';
import { type ShowPerson, toMessage } from '../model.ts';
import type { DataOf, Event } from './events.ts';
import { feedReaders } from './feed-readers.ts';
import { roomReaders } from './room-readers.ts';
import type { Reader, ReferringKind, StoredForms } from './stored-forms.ts';

type Named = { readonly id: number; readonly uid: string };
type AnyReader = {
  readonly bytes: number;
  read(stored: readonly unknown[], streamId: number): Promise<(Event['data'] | null)[]>;
};

/** Bytes of an edited message, and of an event that names an account. */
const MESSAGE_BYTES = 16_384;
const SMALL = 128;

export type Hydration = ReturnType<typeof createHydration>;

export function createHydration(sql: Sql, show: ShowPerson) {
  const readers: { readonly [Kind in ReferringKind]: Reader<Kind> } = {
    'message.edited': { bytes: MESSAGE_BYTES, read: editedMessages },
    'reaction.added': { bytes: SMALL, read: withAccounts },
    'reaction.removed': { bytes: SMALL, read: withAccounts },
    'pin.added': { bytes: SMALL, read: withAccounts },
    'pin.removed': { bytes: SMALL, read: withAccounts },
    ...roomReaders(sql, show),
    ...feedReaders(sql, show),
  };
  const readerOf = (kind: string) => (readers as Partial<Record<string, AnyReader>>)[kind];

  /** A message that was deleted since is left out: its `message.deleted` follows. */
  async function editedMessages(
    stored: readonly StoredForms['message.edited'][],
    roomId: number,
  ): Promise<(DataOf<'message.edited'> | null)[]> {
    const rows = await findMessages(sql, roomId, [...new Set(stored.map(({ seq }) => seq))]);
    const messages = rows.map(({ payload }) => toMessage(payload, SOME_MEMBER, show));
    const current = new Map(messages.map((message) => [message.seq, message]));
    return stored.map(({ seq }) => {
      const message = current.get(seq);
      return message?.deletedAt === null ? message : null;
    });
  }

  async function withAccounts<Stored extends { readonly by: number }>(
    stored: readonly Stored[],
  ): Promise<((Omit<Stored, 'by'> & { readonly by: Named }) | null)[]> {
    const uids = await findAccountUids(sql, [...new Set(stored.map(({ by }) => by))]);
    return stored.map((event) => {
      const uid = uids.get(event.by);
      return uid === undefined ? null : { ...event, by: { id: event.by, uid } };
    });
  }

  return {
    /** Bytes that hydrating the event reads, about. */
    bytesOf: ({ kind, payload }: EventRow): number => {
      const text = typeof payload.bytes === 'number' ? payload.bytes : 0;
      return (readerOf(kind)?.bytes ?? 0) + text;
    },

    /** One call of a reader for each kind. @returns the events in the order of the rows, without those of which the data is gone */
    hydrate: async (streamId: number, rows: readonly EventRow[]): Promise<Event[]> => {
      const data = new Map<number, Event['data'] | null>();
      for (const [kind, group] of groupBy(rows, (row) => row.kind)) {
        const reader = readerOf(kind);
        if (reader === undefined) continue;
        const read = await reader.read(
          group.map(({ payload }) => payload),
          streamId,
        );
        for (const [index, { seq }] of group.entries()) data.set(seq, read[index] ?? null);
      }
      return rows.flatMap(({ kind, seq, payload }) => {
        // No validation: the log has only what this code wrote.
        if (kind === 'message.created') return { kind, seq, data: toMessage(payload, SOME_MEMBER, show) };
        const known = data.has(seq) ? data.get(seq) : payload;
        return known === null ? [] : ({ kind, seq, data: known } as Event);
      });
    },
  };
}
