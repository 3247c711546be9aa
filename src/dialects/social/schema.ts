/** The schemas of social's requests, answers and frames. */
import { Type } from 'typebox';
import { FRAME, LINK, LIST, NAME, PARAMETER, PASSWORD } from '../shared/bounds.ts';
import { Failure } from '../shared/fastapi-errors.ts';

const maximum = Number.MAX_SAFE_INTEGER;
const Uid = Type.String({ format: 'uuid' });
const Moment = Type.String({ format: 'date-time' });
const Link = Type.String({ description: 'A link.' });
/** Not a union: the serialiser would check each member. */
const NullableString = Type.Unsafe<string | null>({ type: ['string', 'null'] });
const Ids = Type.Unsafe<string[] | null>({
  type: ['array', 'null'],
  maxItems: LIST,
  items: { type: 'string', maxLength: PARAMETER },
});

export const RegisterBody = Type.Object(
  {
    username: Type.String({ minLength: 1, maxLength: NAME }),
    email: Type.String({ minLength: 1, maxLength: NAME }),
    password: Type.String({ minLength: 8, maxLength: 256 }),
  },
  { title: 'NewUser' },
);
export const LoginBody = Type.Object(
  { email: Type.String({ maxLength: NAME }), password: Type.String({ maxLength: PASSWORD }) },
  { title: 'Credentials' },
);
export const EmailBody = Type.Object({ email: Type.String({ minLength: 1, maxLength: NAME }) }, { title: 'Email' });

export const ChatBody = Type.Object(
  {
    title: Type.Optional(Type.Unsafe<string | null>({ ...NullableString, maxLength: NAME })),
    avatar: Type.Optional(Type.Unsafe<string | null>({ ...NullableString, maxLength: LINK })),
    users: Type.Optional(Ids),
  },
  { title: 'NewChat', description: 'All fields are optional.' },
);

const File = Type.Unsafe<string>({ type: 'string', format: 'binary', contentMediaType: 'application/octet-stream' });
/** Files of a form: the maximum of UPLOAD_FILES. */
const MAX_FILES = 100;
export const PostForm = (maxLength: number) =>
  Type.Object(
    {
      author: Type.String({ format: 'uuid', maxLength: PARAMETER }),
      description: Type.String({ maxLength }),
      images: Type.Optional(Type.Array(File, { maxItems: MAX_FILES })),
    },
    {
      title: 'NewPost',
      description: 'The author is the caller. Images are JPEG, PNG, WebP, GIF or AVIF; animations are GIF or WebP.',
    },
  );
export const AvatarForm = Type.Object({ avatar: File }, { title: 'NewAvatar' });

/** Any text: an id that is not a UUID belongs to nobody. */
const Id = Type.String({ maxLength: PARAMETER });
export const UserPath = Type.Object({ user_id: Id });
export const FriendPath = Type.Object({ user_id: Id, friend_id: Id });
export const LikePath = Type.Object({ post_id: Id, user_id: Id });
export const MessagesPath = Type.Object({
  chat_id: Id,
  offset: Type.Integer({ minimum: 0, maximum, description: 'The number of the page; 0 has the newest messages.' }),
});
export const SocketPath = Type.Object({
  chat_id: Id,
  client_id: Type.String({ maxLength: PARAMETER, description: "The caller's own id." }),
});

/** Optional for clients; the default makes it present for the handler. */
export const PageQuery = Type.Unsafe<{ page: number }>(
  Type.Object({ page: Type.Optional(Type.Integer({ minimum: 0, maximum, default: 0 })) }),
);
export const FriendsQuery = Type.Object({
  after: Type.Optional(
    Type.String({ maxLength: PARAMETER, description: 'The id of the last friend of the previous page.' }),
  ),
});
export const ChatsQuery = Type.Object({
  before: Type.Optional(
    Type.String({ maxLength: PARAMETER, description: 'The id of the last chat of the previous page.' }),
  ),
});

export const User = Type.Object(
  { id: Uid, username: Type.String(), email: Type.String(), avatar: Link },
  { title: 'User' },
);
const Author = Type.Object({ id: Uid, username: Type.String(), avatar: Link }, { title: 'Author' });
export const Post = Type.Object(
  {
    id: Uid,
    author: Author,
    description: Type.String(),
    images: Type.Array(Link),
    likes: Type.Array(User),
    created_at: Moment,
    views: Type.Integer(),
  },
  { title: 'Post' },
);
export const Chat = Type.Object(
  { id: Uid, title: Type.String(), avatar: Link, users: Type.Array(User) },
  { title: 'Chat' },
);
export const Message = Type.Object(
  { id: Type.Integer(), message: Type.String(), created_at: Moment, user: User },
  { title: 'Message' },
);
export const Users = Type.Array(User);
export const Posts = Type.Array(Post);
export const Chats = Type.Array(Chat);
export const Messages = Type.Array(Message);

export const Registered = Type.Object(
  { message: Type.String(), detail: Type.String(), new_user: User },
  { title: 'Registered', description: 'The account was created and the cookie set.' },
);
export const LoggedIn = Type.Object(
  { detail: Type.String(), user: User },
  { title: 'LoggedIn', description: 'The cookie was set.' },
);
export const Done = Type.Object({ detail: Type.String() }, { title: 'Done' });
export const IsFriend = Type.Object({ user_is_friend: Type.Boolean() }, { title: 'IsFriend' });

export const CHAT_FRAMES = {
  in: {
    text: Type.String({
      maxLength: FRAME,
      contentMediaType: 'text/plain',
      description: 'The message itself, not JSON.',
      examples: ['Привет!'],
    }),
  },
  out: {
    message: Type.Object(Message.properties, { description: 'A message of the chat; authors receive their own too.' }),
    error: Type.Object(
      { ...Message.properties, ...Failure.properties },
      {
        description:
          'Why a frame of the client was refused: a message (`id` 0, without an author) for front ends that render every' +
          ' frame as one, with the reason in `detail` too. The socket stays open.',
      },
    ),
  },
};
