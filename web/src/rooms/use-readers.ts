import type { MessageState, RoomState } from '@koine/client';
import { useMemo } from 'preact/hooks';
import { client, useIsLive, useKoine } from '../koine.ts';
import { useReading } from '../use-reading.ts';

export type Readers = ReadonlyMap<number, readonly string[]>;

const NOBODY: Readonly<Record<string, number>> = {};

/** By the `seq` of a message: the others who have read up to it and no further. Empty where the server does not tell. */
export function useReaders(room: RoomState, items: readonly MessageState[]): Readers {
  const marks = useKoine((state) => state.readers[room.id]) ?? NOBODY;
  const me = useKoine((state) => state.me?.id);
  const isLive = useIsLive();
  useReading(async () => {
    if (room.kind !== 'lobby' && isLive) await client.rooms.readers(room.id);
  }, [room.id, room.membersCount, isLive]);
  return useMemo(() => placesOf(marks, items, me), [marks, items, me]);
}

/** The author of a message has read it anyway. */
function placesOf(
  marks: Readonly<Record<string, number>>,
  items: readonly MessageState[],
  me: string | undefined,
): Readers {
  const places = new Map<number, string[]>();
  for (const [id, mark] of Object.entries(marks)) {
    const last = items.findLast(({ seq, author }) => seq <= mark || author === id);
    if (id === me || last === undefined || last.author === id) continue;
    places.set(last.seq, [...(places.get(last.seq) ?? []), id]);
  }
  return places;
}
