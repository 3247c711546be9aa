/** What board takes and answers. */
import { type TSchema, Type } from 'typebox';

/** Ids and offsets beyond this cannot be told apart in JSON. */
const maximum = Number.MAX_SAFE_INTEGER;
const Id = Type.Integer({ minimum: -maximum, maximum });
const Text = (maxLength: number) => Type.String({ minLength: 1, maxLength, pattern: '\\S' });
/** One schema rather than a union, so that it is serialised without a check. */
const NullableString = Type.Unsafe<string | null>({ type: ['string', 'null'] });

export const UserBody = Type.Object({
  username: Type.String({ minLength: 1 }),
  email: Type.String({ minLength: 1 }),
  password: Type.String({ minLength: 8, maxLength: 256 }),
  avatar_url: Type.Optional(NullableString),
});

/** OAuth2's password form. */
export const TokenBody = Type.Object({ username: Type.String(), password: Type.String() });

/** `owner_id` may stand in the query or in the body. */
export const OwnerQuery = Type.Object({ owner_id: Type.Optional(Id) });
export const TextBody = (maxLength: number) => Type.Object({ text: Text(maxLength), owner_id: Type.Optional(Id) });

/** The new text may stand in the query or in the body. */
export const EditQuery = (maxLength: number) =>
  Type.Object({ new_text: Type.Optional(Text(maxLength)), owner_id: Type.Optional(Id) });
export const EditBody = (maxLength: number) =>
  Type.Object({ text: Type.Optional(Text(maxLength)), owner_id: Type.Optional(Id) });

/** Both have a default, so that they are there for whoever reads and need not be sent by whoever asks. */
export const PageQuery = Type.Unsafe<{ skip: number; limit: number }>(
  Type.Object({
    skip: Type.Optional(Type.Integer({ minimum: 0, maximum, default: 0 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 100 })),
  }),
);

export const UserPath = Type.Object({ user_id: Id });
export const UsernamePath = Type.Object({ username: Type.String() });
export const MessagePath = Type.Object({ message_id: Id });
export const CommentPath = Type.Object({ comment_id: Id });

const Timestamp = Type.String({ format: 'date-time' });

export const User = Type.Object({
  id: Type.Integer(),
  username: Type.String(),
  email: Type.String(),
  avatar_url: NullableString,
});
export const Comment = Type.Object({ id: Type.Integer(), text: Type.String(), timestamp: Timestamp, owner: User });
export const Message = Type.Object({
  id: Type.Integer(),
  text: Type.String(),
  timestamp: Timestamp,
  owner: User,
  comments: Type.Array(Comment),
  likes_count: Type.Integer(),
  is_liked_by_user: Type.Boolean(),
});
export const Users = Type.Array(User);
export const Messages = Type.Array(Message);
export const Likes = Type.Object({ likes_count: Type.Integer(), is_liked_by_user: Type.Boolean() });
export const Token = Type.Object({ access_token: Type.String(), token_type: Type.Literal('bearer') });
export const Nothing = Type.Null();

const Failure = Type.Object({ detail: Type.String() });
const ValidationFailure = Type.Object({
  detail: Type.Array(
    Type.Object({
      type: Type.String(),
      loc: Type.Array(Type.Union([Type.String(), Type.Integer()])),
      msg: Type.String(),
      input: Type.Unknown(),
    }),
  ),
});

/** The documented answers of a route: its good one, and the ways in which it fails. */
export function answers<S extends number, T extends TSchema>(status: S, schema: T, failures: readonly number[] = []) {
  const failed = failures.map((code) => [code, code === 422 ? ValidationFailure : Failure]);
  return { ...Object.fromEntries(failed), [status]: schema } as Record<S, T>;
}
