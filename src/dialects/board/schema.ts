/** The schemas of board's requests, answers and frames. */
import { type TSchema, Type } from 'typebox';
import { LINK, NAME, PARAMETER, PASSWORD } from '../shared/bounds.ts';
import { Failure } from '../shared/fastapi-errors.ts';

/** Larger integers are not exact in JSON. */
const maximum = Number.MAX_SAFE_INTEGER;
const Id = Type.Integer({ minimum: -maximum, maximum });
const Text = (maxLength: number) => Type.String({ minLength: 1, maxLength, pattern: '\\S' });
/** Not a union: the serialiser would check each member. */
const NullableString = Type.Unsafe<string | null>({ type: ['string', 'null'] });

export const UserBody = Type.Object(
  {
    username: Type.String({ minLength: 1, maxLength: NAME }),
    email: Type.String({ minLength: 1, maxLength: NAME }),
    password: Type.String({ minLength: 8, maxLength: 256 }),
    avatar_url: Type.Optional(Type.Unsafe<string | null>({ ...NullableString, maxLength: LINK })),
  },
  { title: 'NewUser' },
);

/** OAuth2's password form. */
export const TokenBody = Type.Object(
  { username: Type.String({ maxLength: NAME }), password: Type.String({ maxLength: PASSWORD }) },
  { title: 'Credentials' },
);

/** `owner_id` may be in the query or in the body. */
export const OwnerQuery = Type.Object({ owner_id: Type.Optional(Id) });
export const TextBody = (maxLength: number) => Type.Object({ text: Text(maxLength), owner_id: Type.Optional(Id) });

/** The new text may be in the query or in the body. */
export const EditQuery = (maxLength: number) =>
  Type.Object({ new_text: Type.Optional(Text(maxLength)), owner_id: Type.Optional(Id) });
export const EditBody = (maxLength: number) =>
  Type.Object({ text: Type.Optional(Text(maxLength)), owner_id: Type.Optional(Id) });

/** Optional for clients; the defaults make both present for the handler. */
export const PageQuery = Type.Unsafe<{ skip: number; limit: number }>(
  Type.Object({
    skip: Type.Optional(Type.Integer({ minimum: 0, maximum, default: 0 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 100 })),
  }),
);

export const UserPath = Type.Object({ user_id: Id });
export const UsernamePath = Type.Object({ username: Type.String({ maxLength: PARAMETER }) });
export const MessagePath = Type.Object({ message_id: Id });
export const CommentPath = Type.Object({ comment_id: Id });

const Timestamp = Type.String({ format: 'date-time' });

export const User = Type.Object(
  {
    id: Type.Integer(),
    username: Type.String(),
    email: Type.String(),
    avatar_url: NullableString,
  },
  { title: 'User' },
);
export const Comment = Type.Object(
  { id: Type.Integer(), text: Type.String(), timestamp: Timestamp, owner: User },
  { title: 'Comment' },
);
export const Message = Type.Object(
  {
    id: Type.Integer(),
    text: Type.String(),
    timestamp: Timestamp,
    owner: User,
    comments: Type.Array(Comment),
    likes_count: Type.Integer(),
    is_liked_by_user: Type.Boolean(),
  },
  { title: 'Message' },
);
export const Users = Type.Array(User);
export const Messages = Type.Array(Message);
export const Likes = Type.Object({ likes_count: Type.Integer(), is_liked_by_user: Type.Boolean() }, { title: 'Likes' });
export const Token = Type.Object(
  { access_token: Type.String(), token_type: Type.Literal('bearer') },
  { title: 'Token' },
);
export const Nothing = Type.Null();

/** For documents: a token is optional. */
export const TOKEN_OR_NONE = [{}, { password: [] }, { bearer: [] }];

function frame<Event extends string, Data extends TSchema>(event: Event, description: string, data: Data) {
  return Type.Object({ event: Type.Literal(event), data }, { description });
}

const MessageId = Type.Object({ id: Type.Integer() });

export const BOARD_FRAMES = {
  in: {},
  out: {
    ready: frame('ready', 'The first frame: every later change follows.', Type.Object({ at: Timestamp })),
    'message.created': frame('message.created', 'A new message, as an anonymous reader sees it.', Message),
    'message.updated': frame('message.updated', 'A message whose text was edited.', Message),
    'message.deleted': frame('message.deleted', 'A message was deleted, with its comments and likes.', MessageId),
    'message.liked': frame(
      'message.liked',
      'The number of likes of a message has changed.',
      Type.Object({ id: Type.Integer(), likes_count: Type.Integer() }),
    ),
    'comment.created': frame(
      'comment.created',
      'A new comment.',
      Type.Object({ message_id: Type.Integer(), comment: Comment }),
    ),
    'comment.deleted': frame(
      'comment.deleted',
      'A comment was deleted.',
      Type.Object({ message_id: Type.Integer(), id: Type.Integer() }),
    ),
    error: frame('error', 'The answer to every frame of the client: this socket is read-only.', Failure),
  },
};
