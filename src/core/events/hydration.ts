/** Hydration: reads what stored events refer to (stored-forms.ts), as it is now. */
import type { Sql } from '../../store/database.ts';
import type { EventRow } from '../../store/events.ts';
import {
  type Found,
  findReferences,
  keyOfReference,
  type Reference,
  type ReferredKind,
} from '../../store/references.ts';
import { SOME_MEMBER } from '../accounts/accounts.ts';
import { groupBy } from '../group-by.ts';
import { type ShowPerson, toMessage } from '../model.ts';
import type { Event } from './events.ts';
import { feedReaders } from './feed-readers.ts';
import { messageReaders } from './message-readers.ts';
import { roomReaders } from './room-readers.ts';
import type { Reader, ReferringKind } from './stored-forms.ts';

type Stored = { readonly stored: unknown; readonly streamId: number };
type Data = Event['data'] | null;
/** A reader of any kind: readers are chosen by the kind of each row. */
type AnyReader = { readonly bytes: number } & (
  | {
      readonly row: ReferredKind;
      readonly refersTo: (event: Stored) => Omit<Reference, 'kind'> | null;
      readonly show: (row: unknown, stored: unknown) => Data;
    }
  | { readonly read: (events: readonly Stored[]) => Promise<Data[]> }
);

export type Hydration = {
  /** Bytes that hydrating the event reads, about. */
  bytesOf(eventRow: EventRow): number;
  /** @returns the events by stream, in the order of the rows, without those of which the data is gone */
  hydrate(rows: readonly EventRow[]): Promise<ReadonlyMap<number, Event[]>>;
};

export function createHydration(sql: Sql, show: ShowPerson): Hydration {
  const readers: { readonly [Kind in ReferringKind]: Reader<Kind> } = {
    ...messageReaders(show),
    ...roomReaders(sql, show),
    ...feedReaders(sql, show),
  };
  const readerOf = (kind: string) => (readers as Partial<Record<string, AnyReader>>)[kind];

  function referenceOf({ kind, payload, stream_id }: EventRow): Reference | null {
    const reader = readerOf(kind);
    if (reader === undefined || !('row' in reader)) return null;
    const reference = reader.refersTo({ stored: payload, streamId: stream_id });
    return reference && { kind: reader.row, ...reference };
  }

  /** One statement for the rows of all kinds, and those of each kind that is read in a way of its own. */
  async function readData(rows: readonly EventRow[]): Promise<ReadonlyMap<EventRow, Data>> {
    const references = rows.flatMap((row) => referenceOf(row) ?? []);
    const found = references.length === 0 ? null : await findReferences(sql, references);
    const data = new Map<EventRow, Data>();
    for (const [kind, group] of groupBy(rows, (row) => row.kind)) {
      const reader = readerOf(kind);
      if (reader === undefined) continue;
      if ('row' in reader) for (const row of group) data.set(row, reader.show(rowOf(row, found), row.payload));
      else {
        const read = await reader.read(
          group.map(({ payload, stream_id }) => ({ stored: payload, streamId: stream_id })),
        );
        for (const [index, row] of group.entries()) data.set(row, read[index] ?? null);
      }
    }
    return data;
  }

  function rowOf(row: EventRow, found: Found | null): unknown {
    const reference = referenceOf(row);
    return reference === null ? undefined : found?.[reference.kind].get(keyOfReference(reference));
  }

  return {
    bytesOf: ({ kind, payload }): number => {
      const text = typeof payload.bytes === 'number' ? payload.bytes : 0;
      return (readerOf(kind)?.bytes ?? 0) + text;
    },

    hydrate: async (rows): Promise<ReadonlyMap<number, Event[]>> => {
      const data = await readData(rows);
      const events = new Map<number, Event[]>();
      for (const row of rows) {
        const { kind, seq, payload, stream_id } = row;
        const own = events.get(stream_id) ?? [];
        events.set(stream_id, own);
        // No validation: the log has only what this code wrote.
        if (kind === 'message.created') own.push({ kind, seq, data: toMessage(payload, SOME_MEMBER, show) });
        else {
          const known = data.has(row) ? data.get(row) : payload;
          if (known !== null) own.push({ kind, seq, data: known } as Event);
        }
      }
      return events;
    },
  };
}
