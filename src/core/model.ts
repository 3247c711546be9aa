/** The shared types of core. Types that events carry are derived from schemas. Times are Unix milliseconds. */
import { type Static, type TSchema, Type } from 'typebox';
import type { AccountRow, CommunityRole } from '../store/accounts.ts';
import type { Scope } from '../store/sessions.ts';

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
export const Count = Type.Integer({ minimum: 0 });
const NullableCount = Type.Union([Count, Type.Null()]);
export const NullableText = Type.Union([Type.String(), Type.Null()]);

/** An account as stored. `accounts.show` turns it into a Person, which has what a viewer may see. */
export type Account = AccountRow;

export const PersonSchema = Type.Object({
  id: Id,
  uid: Uid,
  username: Name,
  name: NullableText,
  email: Type.String(),
  avatarUrl: NullableText,
  avatarKey: NullableText,
  bot: Type.Boolean(),
});
/** An account as a viewer sees it. `email` is `''` if there is none, or the viewer may not see it. */
export type Person = FrozenStatic<typeof PersonSchema>;

export type ShowPerson = (viewer: Viewer, account: Account) => Person;

/** The account that acts. It comes from the token, never from the content of a request. */
export type Actor = Readonly<Account> & {
  /** In the community. */
  readonly role: CommunityRole;
  /** Admins and owners: they may edit and delete what others wrote. */
  readonly isAdmin: boolean;
  /** Until when it may not write, in Unix ms; null: it may. */
  readonly silencedUntil: number | null;
  /** Accounts that it has blocked: lists leave out what is theirs. */
  readonly hidden: readonly number[];
  /** Null: an unauthenticated claim, in an open dialect. */
  readonly sessionId: string | null;
  /** By the clock of this node. */
  readonly expiresAt: number;
  /** Scopes of the session; null: all that the account may do. */
  readonly scopes: readonly Scope[] | null;
  /** Whether its owner showed a password or a passkey within the last minutes. */
  readonly isConfirmed: boolean;
};

/** The account that reads; null: anonymous. */
export type Viewer = (Pick<Actor, 'id' | 'isAdmin'> & Partial<Pick<Actor, 'hidden'>>) | null;

/** Whether a list shows the viewer what is that account's. */
export function sees(viewer: Viewer, accountId: number): boolean {
  return !viewer?.hidden?.includes(accountId);
}

/**
 * An uploaded file. `key`: of the object that is linked to; `bytes`, `type`: of that. Only pictures have a preview. `duration`: in ms.
 * `placeholder`: a ThumbHash in base64.
 */
export const FileSchema = Type.Object({
  uid: Uid,
  key: Name,
  previewKey: NullableText,
  name: NullableText,
  alt: NullableText,
  type: Name,
  bytes: Count,
  width: NullableCount,
  height: NullableCount,
  duration: NullableCount,
  placeholder: NullableText,
});
export type File = FrozenStatic<typeof FileSchema>;

/** The message that another one answers, as it is now; `excerpt`: the start of its text, `''` if it was deleted. */
const QuoteSchema = Type.Object({ seq: Id, author: PersonSchema, excerpt: Type.String() });
export type Quote = FrozenStatic<typeof QuoteSchema>;

/**
 * `body` is `''` if the message was deleted or has only files. `editedSeq`: the seq of the event of the last edit, or of the deletion. `mentions`:
 * uids. In an event, people are shown as to a member of the room, so that no encoder has anything to hide.
 */
export const MessageSchema = Type.Object({
  id: Id,
  roomId: Id,
  seq: Id,
  author: PersonSchema,
  body: Type.String(),
  createdAt: Time,
  editedAt: Type.Union([Time, Type.Null()]),
  editedSeq: Type.Union([Id, Type.Null()]),
  deletedAt: Type.Union([Time, Type.Null()]),
  replyTo: Type.Union([QuoteSchema, Type.Null()]),
  mentions: Type.Array(Uid),
  files: Type.Array(FileSchema),
});
export type Message = FrozenStatic<typeof MessageSchema>;

/** `payload`: as SQL builds it (store/message-payload.ts). */
export function toMessage(payload: object, viewer: Viewer, show: ShowPerson): Message {
  const message = payload as Omit<Message, 'author' | 'replyTo'> & StoredPeople;
  const { author, replyTo } = message;
  return {
    ...message,
    author: show(viewer, author),
    replyTo: replyTo && { ...replyTo, author: show(viewer, replyTo.author) },
  };
}

type StoredPeople = {
  readonly author: Account;
  readonly replyTo: (Omit<Quote, 'author'> & { readonly author: Account }) | null;
};

export const CommentSchema = Type.Object({
  id: Id,
  postId: Id,
  postUid: Uid,
  author: PersonSchema,
  body: Type.String(),
  createdAt: Time,
  editedAt: Type.Union([Time, Type.Null()]),
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

/** The version of a post or comment: an edit may say which one it changes. */
export function versionOf({ createdAt, editedAt }: Pick<PostFields, 'createdAt' | 'editedAt'>): number {
  return editedAt ?? createdAt;
}

/** Drops the other columns of the row, which readers may not see. */
export function postFields(row: PostFields): PostFields {
  const names = Object.keys(PostFields.properties) as (keyof PostFields)[];
  return Object.fromEntries(names.map((name) => [name, row[name]])) as PostFields;
}

/** A post as one viewer sees it (`liked`: by that viewer), with its newest comments, oldest first. */
export const PostSchema = Type.Object({
  ...PostFields.properties,
  author: PersonSchema,
  images: Type.Array(FileSchema),
  liked: Type.Boolean(),
  comments: Type.Array(CommentSchema),
});
export type Post = FrozenStatic<typeof PostSchema>;

/** The rights of a member in a group (core/rooms/room-roles.ts). */
export const RoleSchema = Type.Union([Type.Literal('owner'), Type.Literal('moderator'), Type.Literal('member')]);
export type Role = Static<typeof RoleSchema>;

/** Writers in a room: all who may enter it, or its moderators only (in the lobby, those of the community). */
export const PostingSchema = Type.Union([Type.Literal('everybody'), Type.Literal('moderators')]);
export type Posting = Static<typeof PostingSchema>;

/** The messages of a room that its reader is notified of. */
export const NotifySchema = Type.Union([Type.Literal('all'), Type.Literal('mentions'), Type.Literal('nothing')]);
export type Notify = Static<typeof NotifySchema>;

/** How far an account has read a room. `unread`, `mentions`: after that, 100 at most; what blocked accounts wrote is not counted. */
const MarksFields = { readSeq: Count, unread: Count, mentions: Count };

/** The look of a room, beside its members. At most one picture is given: it is elsewhere, or was uploaded. */
export const RoomLookSchema = Type.Object({
  /** Null: it is called by the names of its members. */
  title: NullableText,
  avatarUrl: NullableText,
  avatarKey: NullableText,
  posting: PostingSchema,
});
export type RoomLook = FrozenStatic<typeof RoomLookSchema>;

/** A room as one of its readers sees it, with their own marks. */
export const RoomViewSchema = Type.Object({
  id: Id,
  uid: Uid,
  kind: Type.Union([Type.Literal('lobby'), Type.Literal('direct'), Type.Literal('group')]),
  ...RoomLookSchema.properties,
  /** The first ten, by how long they have been in the room; of the lobby none. */
  members: Type.Array(PersonSchema),
  /** Null: the lobby, which is everybody's. */
  membersCount: Type.Union([Count, Type.Null()]),
  myRole: RoleSchema,
  /** The head of its stream. */
  seq: Count,
  ...MarksFields,
  notify: NotifySchema,
  /** The newest one, a deleted one too; null also if a blocked account wrote it. */
  lastMessage: Type.Union([MessageSchema, Type.Null()]),
  /** When somebody last spoke in it; of a new room, when it was made. */
  activeAt: Time,
});
export type RoomView = FrozenStatic<typeof RoomViewSchema>;

/** `seq`: the position of the room at which they were counted. */
export const MarksSchema = Type.Object({ roomId: Id, roomUid: Uid, seq: Count, ...MarksFields });
export type Marks = FrozenStatic<typeof MarksSchema>;

/** The rights of an account in the community (core/community/ranks.ts). */
const CommunityRoleSchema = Type.Union([
  Type.Literal('owner'),
  Type.Literal('admin'),
  Type.Literal('moderator'),
  Type.Literal('member'),
]);

const CircleSchema = Type.Union([
  Type.Literal('everybody'),
  Type.Literal('friends_of_friends'),
  Type.Literal('friends'),
  Type.Literal('nobody'),
]);

/** An account as its owner sees it. */
export const MeSchema = Type.Object({
  ...PersonSchema.properties,
  bio: Type.String(),
  role: CommunityRoleSchema,
  /** Data that clients keep for the account: a JSON object, as text. The server does not read it. */
  settings: Type.String({ minLength: 2 }),
  emailVerified: Type.Boolean(),
  /** Circles that may write to the account, add it to groups, befriend it at once. */
  privacy: Type.Object({ write: CircleSchema, add: CircleSchema, befriend: CircleSchema }),
  /** Its pushes: with the text or without it, and the hours without any. */
  push: Type.Object({
    text: Type.Boolean(),
    quietHours: Type.Union([Type.Object({ from: Name, to: Name, timeZone: Name }), Type.Null()]),
  }),
  /** Of letters to the account. */
  language: Type.Union([Type.String(), Type.Null()]),
  createdAt: Time,
  /** Why and until when (Unix ms; null: for ever) it may not write; null: it may. `appealed`: it has answered that. */
  silence: Type.Union([
    Type.Object({
      id: Id,
      reason: Type.String(),
      until: Type.Union([Time, Type.Null()]),
      appealed: Type.Boolean(),
    }),
    Type.Null(),
  ]),
});
export type Me = FrozenStatic<typeof MeSchema>;

const SanctionKindSchema = Type.Union([
  Type.Literal('removal'),
  Type.Literal('warning'),
  Type.Literal('silence'),
  Type.Literal('suspension'),
  Type.Literal('ban'),
]);

const NamedSchema = Type.Union([Type.Object({ id: Id, uid: Uid }), Type.Null()]);

/** An action of somebody, as the account that it concerns is told of it. `excerpt`: the start of the text that it is about, as it is now. */
export const NotificationSchema = Type.Object({
  id: Id,
  kind: Type.Union([
    Type.Literal('mention'),
    Type.Literal('reply'),
    Type.Literal('reaction'),
    Type.Literal('like'),
    Type.Literal('comment'),
    Type.Literal('friend'),
    Type.Literal('request'),
    Type.Literal('invite'),
    Type.Literal('moderation'),
  ]),
  /** Null: of moderation, which is about a report or a sanction and names nobody. */
  actor: Type.Union([PersonSchema, Type.Null()]),
  room: NamedSchema,
  /** Of a message of the room. */
  seq: Type.Union([Id, Type.Null()]),
  post: NamedSchema,
  commentId: Type.Union([Id, Type.Null()]),
  reportId: Type.Union([Id, Type.Null()]),
  sanction: Type.Union([Type.Object({ id: Id, kind: SanctionKindSchema }), Type.Null()]),
  excerpt: Type.String(),
  createdAt: Time,
  readAt: Type.Union([Time, Type.Null()]),
});
export type Notification = FrozenStatic<typeof NotificationSchema>;
