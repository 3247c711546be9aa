/**
 * The knowledge of a client. The state is immutable; a change replaces only the objects on its path, so `===` tells what is
 * unchanged. People are kept once, in `people`; everything else names them by id.
 */
import type { Positions } from './events.ts';
import type { Comment, File, Me, Message, Notification, Person, Post, ProblemDetails, Room } from './shapes.ts';

/** The largest number that `unread` and `mentions` tell exactly. */
export const UNREAD_CAP = 100;

/** `removed`: the account is gone. */
export type PersonState = Person & { readonly removed?: boolean };

/** Every entity has the position of its stream (`at`) up to which it is known: earlier events do not change it. */
type Known = { readonly at: number };

export type MessageState = Omit<Message, 'author' | 'replyTo'> &
  Known & {
    readonly author: string;
    readonly replyTo?: { readonly seq: number; readonly author: string; readonly excerpt: string };
    readonly reactions: NonNullable<Message['reactions']>;
    readonly pinned: boolean;
  };

/** A message that arrived after the room's counts were made, by somebody else. */
export type News = { readonly seq: number; readonly mentioned: boolean };

export type RoomState = Omit<Room, 'members' | 'membersCount' | 'lastMessage' | 'seq'> &
  Known & {
    /** The ids of the first ones; `membersCount` counts all. */
    readonly members?: readonly string[];
    /** 0 in the lobby. */
    readonly membersCount: number;
    readonly lastMessage: MessageState | null;
    /** `unread` counts what was there at this position, and `news`. */
    readonly countedAt: number;
    readonly news: readonly News[];
    /** The position of the newest change that took something away from what was counted. */
    readonly uncountedAt: number;
    /** The newest position that is known of, also if the room is not followed. */
    readonly head: number;
  };

/** A window of a room's messages without gaps, oldest first. */
export type Timeline = Known & {
  readonly items: readonly MessageState[];
  /** Whether the first item is the room's first message. */
  readonly atStart: boolean;
  /** Whether the window reaches the newest message; then it grows by itself. */
  readonly atEnd: boolean;
  /** Positions before and after which the window goes on. They are not always those of its items: some may be hidden. */
  readonly before: number;
  readonly after: number;
};

export type PostState = Omit<Post, 'author' | 'liked' | 'bookmarked'> &
  Known & { readonly author: string; readonly liked: boolean; readonly bookmarked: boolean };

/** A list of posts, newest first. */
export type Feed = Known & {
  readonly ids: readonly string[];
  /** Posts that came after the list was read, newest first. `feed.showFresh` puts them into `ids`. */
  readonly fresh: readonly string[];
  readonly next: string | null;
};
/** As `from` of `GET /v1/posts`, or the reader's bookmarks. */
export type FeedName = 'all' | 'friends' | 'bookmarks' | `@${string}`;

export type CommentState = Omit<Comment, 'author'> & { readonly author: string };

/** The comments of a post, oldest first. */
export type Thread = Known & { readonly items: readonly CommentState[]; readonly next: string | null };

export type NotificationState = Omit<Notification, 'actor' | 'readAt'> & {
  /** Null: of moderation, which names nobody. */
  readonly actor: string | null;
  readonly isRead: boolean;
};

export type Notifications = Known & {
  readonly unread: number;
  /** Newest first; null: not read yet. */
  readonly items: readonly NotificationState[] | null;
  readonly next: string | null;
};

/** A message that was written here and is not in the timeline yet. */
export type Outgoing = {
  /** The idempotency key. */
  readonly key: string;
  readonly room: string;
  readonly body: string;
  readonly replyTo?: number;
  readonly files: readonly File[];
  readonly createdAt: string;
  /** `waiting`: for the connection, or for its turn. `failed`: `retry` or `discard` it. */
  readonly status: 'waiting' | 'sending' | 'sent' | 'failed';
  /** Of the message, when it is sent. */
  readonly seq?: number;
  readonly problem?: ProblemDetails;
};

/** A post that was written here and is not in the lists yet. */
export type OutgoingPost = Pick<Outgoing, 'key' | 'body' | 'createdAt' | 'status' | 'problem'> & {
  readonly title?: string;
  readonly images: readonly File[];
  /** Of the post, when it is sent. */
  readonly id?: string;
};

/** `counts`: of a room, its unread messages; of `me`, the notifications. Each mark is another object. */
export type Stale = { readonly what: 'counts' | 'all' };

export type Connection = {
  /** `signed-out`: the server does not accept the credentials. */
  readonly status: 'stopped' | 'connecting' | 'live' | 'waiting' | 'signed-out';
  /** When the next attempt begins, in Unix ms. */
  readonly retryAt: number | null;
};

export type State = {
  readonly connection: Connection;
  readonly epoch: string | null;
  readonly positions: Positions;
  /** Streams of which something has to be read again; until it has been read. */
  readonly stale: Readonly<Record<string, Stale>>;
  readonly me: Me | null;
  readonly people: Readonly<Record<string, PersonState>>;
  /** How many people are connected. */
  readonly online: number;
  readonly rooms: Readonly<Record<string, RoomState>>;
  /** The cursor of further rooms. */
  readonly roomsNext: string | null;
  readonly timelines: Readonly<Record<string, Timeline>>;
  readonly outgoing: Readonly<Record<string, readonly Outgoing[]>>;
  /** Newest first. */
  readonly outgoingPosts: readonly OutgoingPost[];
  /** Room → person → until when, in Unix ms. */
  readonly typing: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Room → person → how far they have read. Only of rooms for which `rooms.readers` was called, and which tell it. */
  readonly readers: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly posts: Readonly<Record<string, PostState>>;
  /** Whether posts that are not here were bookmarked lately: the event of the post may come after that of the mark. */
  readonly bookmarks: Readonly<Record<string, boolean>>;
  readonly feeds: Readonly<Record<string, Feed>>;
  readonly threads: Readonly<Record<string, Thread>>;
  /** Null: not read yet. */
  readonly friends: Readonly<Record<string, true>> | null;
  /** Null: not read yet. */
  readonly blocks: Readonly<Record<string, true>> | null;
  /** Null: not read yet. */
  readonly mutes: Readonly<Record<string, true>> | null;
  readonly notifications: Notifications;
};

export const EMPTY: State = {
  connection: { status: 'stopped', retryAt: null },
  epoch: null,
  positions: {},
  stale: {},
  me: null,
  people: {},
  online: 0,
  rooms: {},
  roomsNext: null,
  timelines: {},
  outgoing: {},
  outgoingPosts: [],
  typing: {},
  readers: {},
  posts: {},
  bookmarks: {},
  feeds: {},
  threads: {},
  friends: null,
  blocks: null,
  mutes: null,
  notifications: { at: 0, unread: 0, items: null, next: null },
};
