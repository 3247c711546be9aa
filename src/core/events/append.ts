/** Appends facts to a stream, in the transaction that makes them true. */
import type { Db } from '../../store/database.ts';
import { insertEvents } from '../../store/events.ts';
import type { Post } from '../model.ts';
import type { Event, Fact } from './events.ts';

/** A `post.edited` as stored: the id of the newest comment (0: none) stands for the comments shown below the post. */
export type StoredEdit = Omit<Post, 'comments'> & { readonly newestComment: number };

/**
 * Takes the stream's lock until the transaction ends, which makes the order of seqs the order of commits.
 * @returns the events, in the order of the facts, to be published after the commit
 */
export async function append(tx: Db, streamId: number, facts: readonly Fact[]): Promise<Event[]> {
  if (facts.length === 0) return [];
  const head = await insertEvents(tx, streamId, facts.map(toStored));
  return facts.map((fact, index) => ({ ...fact, seq: head - facts.length + 1 + index }));
}

/** An edit is stored without the comments, which have rows of their own. */
function toStored(fact: Fact): { kind: string; data: object } {
  if (fact.kind !== 'post.edited') return fact;
  const { comments, ...post } = fact.data;
  return { kind: fact.kind, data: { ...post, newestComment: comments.at(-1)?.id ?? 0 } satisfies StoredEdit };
}
