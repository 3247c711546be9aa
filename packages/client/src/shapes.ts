/** The shapes on the wire. Ids are opaque strings, times are ISO 8601 in UTC. Unknown fields are ignored. */

export type Person = {
  readonly id: string;
  readonly username: string;
  readonly name?: string;
  readonly avatarUrl: string | null;
  readonly bio?: string;
  readonly online?: boolean;
};

export type Me = Person & {
  readonly email: string | null;
  readonly emailVerified: boolean;
  readonly role: 'member' | 'admin';
  readonly settings: Readonly<Record<string, unknown>>;
  readonly createdAt: string;
};

export type RoomKind = 'lobby' | 'direct' | 'group';
export type RoomRole = 'owner' | 'moderator' | 'member';
/** Which messages of a room notify. */
export type NotifyLevel = 'all' | 'mentions' | 'nothing';

/** A person with the role in the room that lists them. */
export type Member = Person & { readonly role: RoomRole };

export type Room = {
  readonly id: string;
  readonly kind: RoomKind;
  readonly title: string;
  readonly avatarUrl: string | null;
  /** Of a large room the first ones; the lobby has none. */
  readonly members?: readonly Person[];
  /** Not of the lobby. */
  readonly membersCount?: number;
  readonly myRole: RoomRole;
  /** The position of the room's stream in this snapshot. */
  readonly seq: number;
  readonly readSeq: number;
  /** Messages of others after `readSeq`; `UNREAD_CAP` stands for that many and more. */
  readonly unread: number;
  readonly mentions: number;
  readonly notify: NotifyLevel;
  readonly lastMessage: Message | null;
};

export type File = {
  readonly id: string;
  readonly kind: 'image' | 'video' | 'audio' | 'file';
  readonly name: string;
  readonly type: string;
  readonly bytes: number;
  readonly width?: number;
  readonly height?: number;
  /** The picture in words. */
  readonly alt?: string;
  readonly url: string;
  readonly previewUrl?: string;
  readonly placeholder?: string;
};

export type Reaction = { readonly emoji: string; readonly count: number; readonly mine: boolean };

export type Reply = {
  readonly seq: number;
  readonly author: Person;
  readonly excerpt: string;
};

/** Addressed by its room and `seq`. With `deletedAt` it is a tombstone, and its body is empty. */
export type Message = {
  readonly seq: number;
  readonly author: Person;
  readonly body: string;
  readonly createdAt: string;
  readonly editedAt?: string;
  readonly deletedAt?: string;
  readonly replyTo?: Reply;
  /** Ids of people. */
  readonly mentions: readonly string[];
  readonly files: readonly File[];
  /** Not in events. */
  readonly reactions?: readonly Reaction[];
  /** Not in events. */
  readonly pinned?: boolean;
};

export type Post = {
  readonly id: string;
  readonly author: Person;
  readonly title?: string;
  readonly body: string;
  readonly images: readonly File[];
  readonly createdAt: string;
  readonly editedAt?: string;
  readonly likesCount: number;
  readonly commentsCount: number;
  readonly viewsCount?: number;
  /** By the reader. Not in events. */
  readonly liked?: boolean;
  /** By the reader. Not in events. */
  readonly bookmarked?: boolean;
};

export type Comment = {
  readonly id: string;
  readonly postId: string;
  readonly author: Person;
  readonly body: string;
  readonly createdAt: string;
  readonly editedAt?: string;
};

export type NotificationKind =
  | 'mention'
  | 'reply'
  | 'reaction'
  | 'like'
  | 'comment'
  | 'friend'
  | 'invite'
  | 'moderation';

export type Notification = {
  readonly id: string;
  readonly kind: NotificationKind;
  readonly actor: Person;
  /** What it is about. */
  readonly subject: {
    readonly room?: string;
    readonly seq?: number;
    readonly postId?: string;
    readonly commentId?: string;
    readonly excerpt?: string;
  };
  readonly createdAt: string;
  readonly readAt?: string;
};

/** A page of a list. `next`: the cursor of the following page. */
export type Page<Item> = { readonly items: readonly Item[]; readonly next: string | null };
/** A page with the position of its snapshot. */
export type SnapshotPage<Item> = Page<Item> & { readonly seq: number };

/** `GET /v1/sync`. */
export type Sync = {
  readonly epoch: string;
  readonly me: Me;
  readonly streams: { readonly me: number; readonly board: number };
  readonly rooms: readonly Room[];
  readonly people: Readonly<Record<string, Person>>;
  readonly notifications: { readonly unread: number };
  readonly online: number;
  readonly next: string | null;
};

/** The answer to signing in or up. */
export type SignedIn = { readonly me: Me; readonly token: string; readonly expiresAt: string };

/** RFC 9457. */
export type ProblemDetails = {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  readonly code: string;
  readonly errors?: readonly {
    /** Where in the body (JSON pointer). */
    readonly pointer?: string;
    /** Of the path, the query or the headers. */
    readonly parameter?: string;
    readonly code: string;
    readonly detail: string;
  }[];
  readonly instance?: string;
};
