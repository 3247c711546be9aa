/** Appends facts to a stream, in the transaction that makes them true. */
import type { Db } from '../../store/database.ts';
import { insertEvents } from '../../store/events.ts';
import type { Event, Fact } from './events.ts';
import { toStored } from './stored-forms.ts';

/**
 * Takes the stream's lock until the transaction ends, which makes the order of seqs the order of commits.
 * @returns the events, in the order of the facts, to be published after the commit
 */
export async function append(tx: Db, streamId: number, facts: readonly Fact[]): Promise<Event[]> {
  if (facts.length === 0) return [];
  const head = await insertEvents(tx, streamId, facts.map(toStored));
  return facts.map((fact, index) => ({ ...fact, seq: head - facts.length + 1 + index }));
}
