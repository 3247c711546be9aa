/**
 * The stored forms of events. An event with a text or a person's data is stored by reference, and read together with what it
 * refers to (hydration.ts): so nothing in the log has to be found and deleted when that is.
 */
import type { Post } from '../model.ts';
import type { DataOf, Fact } from './events.ts';

/** What a row of the log has in place of the event's data, by kind; `by`: the account's id. The other kinds are stored as they are. */
export type StoredForms = {
  'message.edited': { readonly seq: number };
  'reaction.added': { readonly seq: number; readonly emoji: string; readonly by: number };
  'reaction.removed': { readonly seq: number; readonly emoji: string; readonly by: number };
  'pin.added': { readonly seq: number; readonly by: number };
  'pin.removed': { readonly seq: number; readonly by: number };
  /** The id of the newest comment (0: none) stands for the comments shown below the post. */
  'post.edited': Omit<Post, 'comments'> & { readonly newestComment: number };
};
export type ReferringKind = keyof StoredForms;

const FORMS: { readonly [Kind in ReferringKind]: (data: DataOf<Kind>) => StoredForms[Kind] } = {
  'message.edited': ({ seq }) => ({ seq }),
  'reaction.added': withId,
  'reaction.removed': withId,
  'pin.added': withId,
  'pin.removed': withId,
  'post.edited': ({ comments, ...post }) => ({ ...post, newestComment: comments.at(-1)?.id ?? 0 }),
};

export function toStored({ kind, data }: Fact): { kind: string; data: object } {
  const form = (FORMS as Partial<Record<string, (data: Fact['data']) => object>>)[kind];
  return { kind, data: form?.(data) ?? data };
}

function withId<Data extends { readonly by: { readonly id: number } }>(data: Data) {
  return { ...data, by: data.by.id };
}
