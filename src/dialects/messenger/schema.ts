/** The schemas of messenger's requests, answers and frames. */
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { FRAME, LINK, NAME, PARAMETER, PASSWORD, TOKEN } from '../shared/bounds.ts';

/** Larger integers are not exact in JSON. */
const maximum = Number.MAX_SAFE_INTEGER;
/** Not blank. */
const Words = Type.String({ minLength: 1, maxLength: NAME, pattern: '\\S' });
const Timestamp = Type.String({ format: 'date-time', examples: ['2026-01-31T10:00:00.000Z'] });

export const UserBody = Type.Object(
  {
    username: Type.String({ minLength: 1, maxLength: NAME, examples: ['newuser'] }),
    email: Type.String({ minLength: 1, maxLength: NAME, examples: ['newuser@example.com'] }),
    password: Type.String({ minLength: 8, maxLength: 256, examples: ['yourpassword'] }),
  },
  { title: 'NewUser' },
);
export const TokenBody = Type.Object(
  {
    username: Type.String({ minLength: 1, maxLength: NAME }),
    password: Type.String({ minLength: 1, maxLength: PASSWORD }),
  },
  { title: 'Credentials' },
);
export const RefreshBody = Type.Object(
  { refresh: Type.String({ minLength: 1, maxLength: TOKEN }) },
  { title: 'Refresh' },
);
export const PostBody = (titleLength: number, postLength: number) =>
  Type.Object(
    {
      title: Type.String({ minLength: 1, maxLength: titleLength, pattern: '\\S' }),
      content: Type.String({ minLength: 1, maxLength: postLength, pattern: '\\S' }),
    },
    { title: 'NewPost' },
  );
export const FriendBody = Type.Object({ username: Words }, { title: 'Friend' });
export const ChatroomBody = Type.Object({ recipient: Words }, { title: 'NewChatroom' });
export const MessageBody = (maxLength: number) =>
  Type.Object({ content: Type.String({ minLength: 1, maxLength, pattern: '\\S' }) }, { title: 'NewMessage' });
export const ProfileBody = (maxLength: number) =>
  Type.Object(
    {
      bio: Type.Optional(Type.String({ maxLength })),
      image: Type.Optional(
        Type.String({
          maxLength: LINK,
          contentMediaType: 'application/octet-stream',
          description: 'A picture, as a file of `multipart/form-data` only.',
        }),
      ),
    },
    { title: 'ProfileChange' },
  );

/** Pages are counted from 1 and have 100 entries. */
export const PageQuery = Type.Unsafe<{ page: number }>(
  Type.Object({ page: Type.Optional(Type.Integer({ minimum: 1, maximum, default: 1 })) }),
);
export const SearchQuery = Type.Object({
  username: Type.Optional(Type.String({ maxLength: PARAMETER, examples: ['jane_doe'] })),
});
export const BeforeQuery = Type.Object({
  before: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum,
      description: 'The id of a message, to get the messages before it. Without it: the newest.',
    }),
  ),
});
export const RoomPath = Type.Object({
  room_name: Type.String({
    maxLength: PARAMETER,
    description: "The room's `name`, percent-encoded.",
    examples: ['user1_user2'],
  }),
});

export const User = Type.Object(
  { id: Type.Integer(), username: Type.String(), email: Type.String() },
  { title: 'User' },
);
export const Users = Type.Array(User);
export const TokenPair = Type.Object({ refresh: Type.String(), access: Type.String() }, { title: 'TokenPair' });
export const Post = Type.Object(
  { id: Type.Integer(), title: Type.String(), content: Type.String(), created_at: Timestamp },
  { title: 'Post' },
);
export const Posts = Type.Array(Post);

const Image = Type.String({ description: 'The URL of the picture, or of a default picture.' });
export const Profile = Type.Object(
  {
    id: Type.Integer(),
    username: Type.String(),
    email: Type.String(),
    profile: Type.Object({
      image: Image,
      bio: Type.String(),
      friends: Type.Array(Type.Integer(), { description: 'The ids of the first 1,000 friends.' }),
    }),
    posts: Posts,
  },
  { title: 'Profile' },
);
export const Said = Type.Object({ message: Type.String() }, { title: 'Said' });

export const Chatroom = Type.Object(
  {
    id: Type.Integer(),
    name: Type.String(),
    members: Type.Array(Type.Integer()),
    display_name: Type.String(),
  },
  { title: 'Chatroom' },
);
export const Chatrooms = Type.Array(Chatroom);
export const Message = Type.Object(
  { id: Type.Integer(), user: Type.String(), content: Type.String(), timestamp: Timestamp },
  { title: 'Message' },
);
export const Messages = Type.Array(Message);

const MessageIn = Type.Object(
  { message: Type.String({ maxLength: FRAME }) },
  { description: 'Sends a message to the room. Other fields are ignored.', examples: [{ message: 'Привет!' }] },
);
export const MessageFrame = Compile(MessageIn);

export const CHAT_FRAMES = {
  in: { message: MessageIn },
  out: {
    message: Type.Object(Message.properties, {
      title: 'Message',
      description: 'A message of the room; authors receive their own too.',
      examples: [{ id: 1, user: 'user1', content: 'Привет!', timestamp: '2026-01-31T10:00:00.000Z' }],
    }),
    error: Type.Object(
      { ...Message.properties, error: Type.String() },
      {
        title: 'Refusal',
        description:
          'Why a frame of the client was refused: a message (`id` 0, without an author) for clients that render every frame' +
          ' as one, with the reason in `error` too. The socket stays open.',
        examples: [
          {
            id: 0,
            user: '',
            content: 'message: This field may not be blank.',
            timestamp: '2026-01-31T10:00:00.000Z',
            error: 'message: This field may not be blank.',
          },
        ],
      },
    ),
  },
};

const Detail = Type.Object({ detail: Type.String() }, { title: 'Detail' });
const Refused = Type.Object({ message: Type.String() }, { title: 'Refused' });
const ErrorText = Type.Object({ error: Type.String() }, { title: 'ErrorText' });
const FieldErrors = Type.Unsafe<Record<string, string[]>>({
  type: 'object',
  title: 'FieldErrors',
  description: 'All issues, by the name of the field.',
  additionalProperties: { type: 'array', items: { type: 'string' } },
});
const Unauthorized = Type.Object(
  {
    detail: Type.String(),
    code: Type.Optional(Type.Literal('token_not_valid')),
    messages: Type.Optional(
      Type.Array(Type.Object({ token_class: Type.String(), token_type: Type.String(), message: Type.String() })),
    ),
  },
  { title: 'Unauthorized' },
);

export const ERROR_BODIES = {
  common: Detail,
  invalid: Type.Union([FieldErrors, Detail, ErrorText]),
  username_taken: FieldErrors,
  email_taken: FieldErrors,
  unauthenticated: Unauthorized,
  bad_credentials: Unauthorized,
  not_found: Type.Union([Detail, ErrorText]),
  self_friend: Refused,
  already_friends: Refused,
  not_friends: Refused,
};
