/**
 * The stored forms of events. An event with a text or a person's data is stored by reference, and read together with what it
 * refers to (hydration.ts): so nothing in the log has to be found and deleted when that is.
 */
import type { Reference, ReferredKind, ReferredRows } from '../../store/references.ts';
import type { Post, Role } from '../model.ts';
import type { DataOf, Fact } from './events.ts';

/** `bytes`: of the text. */
type TextRef = { readonly id: number; readonly bytes: number };

/** The content of a row of the log in place of the event's data, by kind; `by`, `person`, `room`: ids. The other kinds are stored as they are. */
export type StoredForms = {
  'message.edited': { readonly seq: number };
  'reaction.added': { readonly seq: number; readonly emoji: string; readonly by: number };
  'reaction.removed': { readonly seq: number; readonly emoji: string; readonly by: number };
  'pin.added': { readonly seq: number; readonly by: number };
  'pin.removed': { readonly seq: number; readonly by: number };
  'post.created': TextRef;
  /** With the counts of that moment. The id of the newest comment (0: none) stands for the comments shown below the post. */
  'post.edited': TextRef & Pick<Post, 'likesCount' | 'commentsCount'> & { readonly newestComment: number };
  'post.liked': Pick<DataOf<'post.liked'>, 'id' | 'uid' | 'likesCount' | 'liked'> & { readonly by: number | null };
  'comment.created': TextRef;
  'comment.edited': TextRef;
  'room.changed': Record<string, never>;
  'membership.added': { readonly person: number; readonly role: Role };
  'room.joined': { readonly room: number };
  'friend.added': { readonly person: number };
  'settings.changed': Record<string, never>;
  'notification.created': { readonly id: number };
};
export type ReferringKind = keyof StoredForms;

const FORMS: { readonly [Kind in ReferringKind]: (data: DataOf<Kind>) => StoredForms[Kind] } = {
  'message.edited': ({ seq }) => ({ seq }),
  'reaction.added': withId,
  'reaction.removed': withId,
  'pin.added': withId,
  'pin.removed': withId,
  'post.created': textRef,
  'post.edited': ({ likesCount, commentsCount, comments, ...post }) => ({
    ...textRef(post),
    ...{ likesCount, commentsCount },
    newestComment: comments.at(-1)?.id ?? 0,
  }),
  'post.liked': ({ by, ...liked }) => ({ ...liked, by: by?.id ?? null }),
  'comment.created': textRef,
  'comment.edited': textRef,
  'room.changed': () => ({}),
  'membership.added': ({ person, role }) => ({ person: person.id, role }),
  'room.joined': ({ id }) => ({ room: id }),
  'friend.added': ({ id }) => ({ person: id }),
  'settings.changed': () => ({}),
  'notification.created': ({ id }) => ({ id }),
};

/** An event as the log has it. */
export type StoredEvent<Kind extends ReferringKind> = { readonly stored: StoredForms[Kind]; readonly streamId: number };

/** An event that is read back with one row that it refers to. Rows of events of all such kinds are read together. */
type RowReader<Kind extends ReferringKind, Row extends ReferredKind> = {
  readonly row: Row;
  /** Null: the event refers to nothing. */
  readonly refersTo: (event: StoredEvent<Kind>) => Omit<Reference, 'kind'> | null;
  /** @returns null: the event is left out, as its row is gone */
  readonly show: (row: ReferredRows[Row] | undefined, stored: StoredForms[Kind]) => DataOf<Kind> | null;
};

/** How events of a kind are read back. */
export type Reader<Kind extends ReferringKind> = {
  /** Bytes that are read for one event, about; beside its text, whose size the row has. */
  readonly bytes: number;
} & (
  | { readonly [Row in ReferredKind]: RowReader<Kind, Row> }[ReferredKind]
  | {
      /** @returns the data of each, in the same order; null: it is gone, and the event is left out */
      readonly read: (events: readonly StoredEvent<Kind>[]) => Promise<(DataOf<Kind> | null)[]>;
    }
);

export function toStored({ kind, data }: Fact): { kind: string; data: object } {
  const form = (FORMS as Partial<Record<string, (data: Fact['data']) => object>>)[kind];
  return { kind, data: form?.(data) ?? data };
}

function textRef({ id, title = '', body }: { id: number; title?: string | null; body: string }): TextRef {
  return { id, bytes: Buffer.byteLength(body) + Buffer.byteLength(title ?? '') };
}

function withId<Data extends { readonly by: { readonly id: number } }>(data: Data) {
  return { ...data, by: data.by.id };
}
