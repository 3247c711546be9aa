/** The shapes of koine: what answers and events are made of. Bodies of requests are with their routes. */
import { type Static, Type } from 'typebox';
import { PARAMETER } from '../shared/bounds.ts';
import { PageOf } from './lists.ts';
import { Privacy, PushSettings } from './own-settings.ts';

/** Larger integers are not exact in JSON. */
const maximum = Number.MAX_SAFE_INTEGER;
/** Any text: an id that is none belongs to nothing. */
export const Id = Type.String({ maxLength: PARAMETER });
export const Seq = Type.Integer({ minimum: 1, maximum, description: 'A position in a stream.' });
/** ISO 8601, UTC, with milliseconds. */
export const Moment = Type.String({ format: 'date-time', examples: ['2026-01-31T10:00:00.000Z'] });
export const Count = Type.Integer({ minimum: 0 });
const Optional = Type.Optional;
/** Not a union: the serialiser would check each member. */
export const OneOf = <const Value extends string>(...values: Value[]) =>
  Type.Unsafe<Value>({ type: 'string', enum: values });
const NullableText = (description: string) => Type.Unsafe<string | null>({ type: ['string', 'null'], description });

export const Person = Type.Object(
  {
    id: Id,
    username: Type.String(),
    name: Optional(Type.String({ description: 'The display name; without it: the username.' })),
    avatarUrl: NullableText('The URL of the picture; null: there is none.'),
    bot: Optional(Type.Boolean({ description: 'A program writes as this account.' })),
    bio: Optional(Type.String()),
    online: Optional(Type.Boolean()),
  },
  { title: 'Person' },
);

export const CommunityRole = OneOf('owner', 'admin', 'moderator', 'member');

/** Of letters to an account. */
export const Language = OneOf('en', 'ru');

/** A page of people. */
export const People = PageOf(Person, 'People');

/** Data that the account keeps for its clients; the server does not look into it. */
export const Settings = Type.Unsafe<Record<string, unknown>>({
  type: 'object',
  maxProperties: 1_000,
  additionalProperties: true,
});
const Silence = Type.Object(
  { id: Id, reason: Type.String(), until: Optional(Moment), appealed: Type.Boolean() },
  { title: 'Silence', description: 'The caller may not write, until then; without `until`, for ever.' },
);
export const Me = Type.Object(
  {
    ...Person.properties,
    email: NullableText('Null: none was given.'),
    emailVerified: Type.Boolean(),
    language: Optional(Language),
    privacy: Privacy,
    push: PushSettings,
    role: CommunityRole,
    settings: Settings,
    createdAt: Moment,
    silence: Optional(Silence),
  },
  { title: 'Me', description: "The caller's own account." },
);

export const File = Type.Object(
  {
    id: Id,
    kind: OneOf('image', 'video', 'audio', 'file'),
    name: Type.String(),
    type: Type.String({ description: 'The media type.' }),
    bytes: Count,
    width: Optional(Count),
    height: Optional(Count),
    duration: Optional(Type.Integer({ minimum: 0, description: 'Of a film or a sound that says it, in ms.' })),
    url: Type.String({ description: 'The bytes, for who may read what it belongs to: by their token or cookie.' }),
    previewUrl: Optional(Type.String({ description: 'A small form of a picture.' })),
    placeholder: Optional(Type.String({ description: 'A ThumbHash in base64, shown until the picture is loaded.' })),
    alt: Optional(Type.String({ description: 'The file in words.' })),
  },
  { title: 'File' },
);

export const Reaction = Type.Object(
  { emoji: Type.String(), count: Count, mine: Type.Boolean() },
  { title: 'Reaction' },
);
export const Message = Type.Object(
  {
    seq: Seq,
    author: Person,
    body: Type.String({ description: 'Empty where the message was deleted.' }),
    createdAt: Moment,
    editedAt: Optional(Moment),
    deletedAt: Optional(Moment),
    replyTo: Optional(Type.Object({ seq: Seq, author: Person, excerpt: Type.String() })),
    mentions: Type.Array(Id, { description: 'The accounts that the text mentions.' }),
    files: Type.Array(File),
    reactions: Optional(Type.Array(Reaction, { description: 'In answers only: events of reactions follow.' })),
    pinned: Optional(Type.Boolean({ description: 'In answers only.' })),
  },
  { title: 'Message' },
);

export const Notify = OneOf('all', 'mentions', 'nothing');
export const RoomRole = OneOf('owner', 'moderator', 'member');
/** Writers in a room: all who may enter, or moderators only. */
export const Posting = OneOf('everybody', 'moderators');
export const Room = Type.Object(
  {
    id: Id,
    kind: OneOf('lobby', 'direct', 'group'),
    title: NullableText('Null: it is called by the names of its other members.'),
    avatarUrl: NullableText('The URL of the picture; null: there is none.'),
    posting: Posting,
    members: Optional(Type.Array(Person, { description: 'The first ten; the lobby is of everybody and has none.' })),
    membersCount: Optional(Count),
    myRole: RoomRole,
    seq: Type.Integer({ minimum: 0, maximum, description: 'The position of the room that this answer shows.' }),
    readSeq: Type.Integer({ minimum: 0, maximum, description: 'How far the caller has read.' }),
    unread: Type.Integer({ minimum: 0, description: 'Messages after `readSeq`; 100 means 100 or more.' }),
    mentions: Type.Integer({ minimum: 0, description: 'Unread messages that mention the caller; at most 100.' }),
    notify: Notify,
    lastMessage: Type.Unsafe<Static<typeof Message> | null>({
      anyOf: [Message, { type: 'null' }],
    }),
    /** For a room without messages, the time of its creation. */
    activeAt: Moment,
  },
  { title: 'Room' },
);

export const Post = Type.Object(
  {
    id: Id,
    author: Person,
    title: Optional(Type.String()),
    body: Type.String(),
    images: Type.Array(File),
    createdAt: Moment,
    editedAt: Optional(Moment),
    likesCount: Count,
    commentsCount: Count,
    viewsCount: Optional(Count),
    liked: Optional(Type.Boolean({ description: 'By the caller. In answers only.' })),
    bookmarked: Optional(Type.Boolean({ description: 'By the caller. In answers only.' })),
  },
  { title: 'Post' },
);
/** The position at which an answer was read. */
export const SnapshotSeq = Type.Integer({ minimum: 0, maximum, description: 'The position of the stream shown.' });
export const Comment = Type.Object(
  { id: Id, postId: Id, author: Person, body: Type.String(), createdAt: Moment, editedAt: Optional(Moment) },
  { title: 'Comment' },
);

/** A page of posts. */
export const Posts = PageOf(Post, 'Posts', { seq: SnapshotSeq });

export const SanctionKind = OneOf('removal', 'warning', 'silence', 'suspension', 'ban');
export const Notification = Type.Object(
  {
    id: Id,
    kind: OneOf('mention', 'reply', 'reaction', 'like', 'comment', 'friend', 'request', 'invite', 'moderation'),
    actor: Optional(Person),
    subject: Type.Object(
      {
        room: Optional(Id),
        seq: Optional(Seq),
        postId: Optional(Id),
        commentId: Optional(Id),
        report: Optional(Id),
        sanction: Optional(Id),
        act: Optional(SanctionKind),
        excerpt: Optional(Type.String()),
      },
      {
        description: 'The subject: a room or a message of it, a post or a comment on it; a report, or a sanction.',
      },
    ),
    createdAt: Moment,
    readAt: Optional(Moment),
  },
  { title: 'Notification' },
);

export const Event = Type.Object(
  {
    type: Type.String({ examples: ['message.created'] }),
    stream: Type.String({ examples: ['me', 'board', 'room:5f0c5c70-0000-4000-8000-000000000000'] }),
    seq: Seq,
    data: Type.Unknown(),
  },
  { title: 'Event' },
);

export const Nothing = Type.Null();
