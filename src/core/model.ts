/** The shared types of core. Types that events carry are derived from schemas. Times are Unix milliseconds. */
import { type Static, type TSchema, Type } from 'typebox';
import type { AccountRow } from '../store/accounts.ts';

/** Read-only at any depth. */
type Frozen<T> = T extends readonly (infer Item)[]
  ? readonly Frozen<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: Frozen<T[Key]> }
    : T;
export type FrozenStatic<Schema extends TSchema> = Frozen<Static<Schema>>;

export const Id = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER });
export const Uid = Type.String({ minLength: 1 });
export const Name = Type.String({ minLength: 1 });
/** Unix milliseconds, within the range of `Date`. */
export const Time = Type.Number({ minimum: 0, maximum: 8.64e15 });
const Count = Type.Integer({ minimum: 0 });
const NullableText = Type.Union([Type.String(), Type.Null()]);

/** An account as stored. `accounts.show` turns it into a Person, which has what a viewer may see. */
export type Account = AccountRow;

const PersonSchema = Type.Object({
  id: Id,
  uid: Uid,
  username: Name,
  email: Type.String(),
  avatarUrl: NullableText,
  avatarKey: NullableText,
});
/** An account as a viewer sees it. `email` is `''` if there is none, or the viewer may not see it. */
export type Person = FrozenStatic<typeof PersonSchema>;

export type ShowPerson = (viewer: Viewer, account: Account) => Person;

/** The account that acts. It comes from the token, never from the content of a request. */
export type Actor = Readonly<Account> & {
  /** An admin may edit and delete what others wrote. */
  readonly isAdmin: boolean;
  /** Null: an unauthenticated claim, in an open dialect. */
  readonly sessionId: string | null;
  /** By the clock of this node. */
  readonly expiresAt: Date;
};

/** The account that reads; null: anonymous. */
export type Viewer = Pick<Actor, 'id' | 'isAdmin'> | null;

/** In an event, its author is shown as to a member of the room, so that no encoder has anything to hide. */
export const MessageSchema = Type.Object({
  id: Id,
  roomId: Id,
  author: PersonSchema,
  body: Type.String({ minLength: 1 }),
  createdAt: Time,
});
export type Message = FrozenStatic<typeof MessageSchema>;

/** `payload`: as SQL builds it (store/events.ts, `messagePayload`). */
export function toMessage(payload: object, viewer: Viewer, show: ShowPerson): Message {
  const message = payload as Omit<Message, 'author'> & { readonly author: Account };
  return { ...message, author: show(viewer, message.author) };
}

export const CommentSchema = Type.Object({
  id: Id,
  postId: Id,
  author: PersonSchema,
  body: Type.String(),
  createdAt: Time,
});
export type Comment = FrozenStatic<typeof CommentSchema>;

/** The fields of a post that every viewer sees. Rows of the store have them by the same names. */
const PostFields = Type.Object({
  id: Id,
  uid: Uid,
  title: NullableText,
  body: Type.String(),
  createdAt: Time,
  editedAt: Type.Union([Time, Type.Null()]),
  likesCount: Count,
  commentsCount: Count,
});
export type PostFields = FrozenStatic<typeof PostFields>;

/** The initial values of the fields that the author does not set. */
export const NEW_POST = { editedAt: null, likesCount: 0, commentsCount: 0, liked: false, comments: [] } as const;

/** Drops the other columns of the row, which readers may not see. */
export function postFields(row: PostFields): PostFields {
  const names = Object.keys(PostFields.properties) as (keyof PostFields)[];
  return Object.fromEntries(names.map((name) => [name, row[name]])) as PostFields;
}

/** A post as one viewer sees it (`liked`: by that viewer), with its newest comments, oldest first. */
export const PostSchema = Type.Object({
  ...PostFields.properties,
  author: PersonSchema,
  liked: Type.Boolean(),
  comments: Type.Array(CommentSchema),
});
export type Post = FrozenStatic<typeof PostSchema>;
