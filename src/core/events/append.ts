/** Appends facts to a stream, in the transaction that makes them true. */
import type { Db } from '../../store/database.ts';
import { insertEvents, insertEventsInStreams } from '../../store/events.ts';
import type { Event, Fact } from './events.ts';
import { toStored } from './stored-forms.ts';

export type StreamFact = { readonly streamId: number; readonly fact: Fact };

/**
 * Takes the stream's lock until the transaction ends, which makes the order of seqs the order of commits.
 * @returns the events, in the order of the facts, to be published after the commit
 */
export async function append(tx: Db, streamId: number, facts: readonly Fact[]): Promise<Event[]> {
  if (facts.length === 0) return [];
  const head = await insertEvents(tx, streamId, facts.map(toStored));
  return facts.map((fact, index) => ({ ...fact, seq: head - facts.length + 1 + index }));
}

/**
 * As `append`, to several streams with one statement. Their locks are taken in order of id.
 * @returns the events by stream, without those of streams that are gone
 */
export async function appendToStreams(tx: Db, facts: readonly StreamFact[]): Promise<ReadonlyMap<number, Event[]>> {
  const events = new Map<number, Event[]>();
  if (facts.length === 0) return events;
  const stored = facts.map(({ streamId, fact }) => ({ streamId, ...toStored(fact) }));
  const seqs = await insertEventsInStreams(tx, stored);
  for (const [index, { streamId, fact }] of facts.entries()) {
    const seq = seqs[index];
    if (seq == null) continue;
    const own = events.get(streamId);
    if (own) own.push({ ...fact, seq });
    else events.set(streamId, [{ ...fact, seq }]);
  }
  return events;
}
