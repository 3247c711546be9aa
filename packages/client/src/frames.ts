/** Made from the AsyncAPI document of the native API by test/sdk/api.test.ts. Do not edit. */

export type paths = Record<string, never>;
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** Person */
        readonly Person: {
            readonly id: string;
            readonly username: string;
            /** @description The display name; without it: the username. */
            readonly name?: string;
            /** @description The URL of the picture; null: there is none. */
            readonly avatarUrl: string | null;
            /** @description A program writes as this account. */
            readonly bot?: boolean;
            readonly bio?: string;
            readonly online?: boolean;
        };
        /** File */
        readonly File: {
            readonly id: string;
            /** @enum {string} */
            readonly kind: "image" | "video" | "audio" | "file";
            readonly name: string;
            /** @description The media type. */
            readonly type: string;
            readonly bytes: number;
            readonly width?: number;
            readonly height?: number;
            /** @description Of a film or a sound that says it, in ms. */
            readonly duration?: number;
            /** @description The bytes, for who may read what it belongs to: by their token or cookie. */
            readonly url: string;
            /** @description A small form of a picture. */
            readonly previewUrl?: string;
            /** @description A ThumbHash in base64, shown until the picture is loaded. */
            readonly placeholder?: string;
            /** @description The file in words. */
            readonly alt?: string;
        };
        /** Reaction */
        readonly Reaction: {
            readonly emoji: string;
            readonly count: number;
            readonly mine: boolean;
        };
        /** Message */
        readonly Message: {
            /** @description A position in a stream. */
            readonly seq: number;
            readonly author: components["schemas"]["Person"];
            /** @description Empty where the message was deleted. */
            readonly body: string;
            /**
             * Format: date-time
             * @example 2026-01-31T10:00:00.000Z
             */
            readonly createdAt: string;
            /**
             * Format: date-time
             * @example 2026-01-31T10:00:00.000Z
             */
            readonly editedAt?: string;
            /**
             * Format: date-time
             * @example 2026-01-31T10:00:00.000Z
             */
            readonly deletedAt?: string;
            readonly replyTo?: {
                /** @description A position in a stream. */
                readonly seq: number;
                readonly author: components["schemas"]["Person"];
                readonly excerpt: string;
            };
            /** @description The accounts that the text mentions. */
            readonly mentions: readonly string[];
            readonly files: readonly components["schemas"]["File"][];
            /** @description In answers only: events of reactions follow. */
            readonly reactions?: readonly components["schemas"]["Reaction"][];
            /** @description In answers only. */
            readonly pinned?: boolean;
        };
        /** Comment */
        readonly Comment: {
            readonly id: string;
            readonly postId: string;
            readonly author: components["schemas"]["Person"];
            readonly body: string;
            /**
             * Format: date-time
             * @example 2026-01-31T10:00:00.000Z
             */
            readonly createdAt: string;
            /**
             * Format: date-time
             * @example 2026-01-31T10:00:00.000Z
             */
            readonly editedAt?: string;
        };
        /** Room */
        readonly Room: {
            readonly id: string;
            /** @enum {string} */
            readonly kind: "lobby" | "direct" | "group";
            /** @description Null: it is called by the names of its other members. */
            readonly title: string | null;
            /** @description The URL of the picture; null: there is none. */
            readonly avatarUrl: string | null;
            /** @enum {string} */
            readonly posting: "everybody" | "moderators";
            /** @description The first ten; the lobby is of everybody and has none. */
            readonly members?: readonly components["schemas"]["Person"][];
            readonly membersCount?: number;
            /** @enum {string} */
            readonly myRole: "owner" | "moderator" | "member";
            /** @description The position of the room that this answer shows. */
            readonly seq: number;
            /** @description How far the caller has read. */
            readonly readSeq: number;
            /** @description Messages after `readSeq`; 100 means 100 or more. */
            readonly unread: number;
            /** @description Unread messages that mention the caller; at most 100. */
            readonly mentions: number;
            /** @enum {string} */
            readonly notify: "all" | "mentions" | "nothing";
            readonly lastMessage: components["schemas"]["Message"] | null;
            /**
             * Format: date-time
             * @example 2026-01-31T10:00:00.000Z
             */
            readonly activeAt: string;
        };
        /**
         * Privacy
         * @description Circles that may open a direct room with the account, add it to groups, and become its friend without a request.
         */
        readonly Privacy: {
            /** @enum {string} */
            readonly write: "everybody" | "friends_of_friends" | "friends" | "nobody";
            /** @enum {string} */
            readonly add: "everybody" | "friends_of_friends" | "friends" | "nobody";
            /** @enum {string} */
            readonly befriend: "everybody" | "friends_of_friends" | "friends" | "nobody";
        };
        /**
         * QuietHours
         * @description Nothing is pushed in them. They may pass midnight.
         */
        readonly QuietHours: {
            readonly from: string;
            readonly to: string;
            /** @description Of the IANA database, for example `Europe/Berlin`. */
            readonly timeZone: string;
        };
        /** PushSettings */
        readonly PushSettings: {
            /** @description Whether what is pushed has the beginning of the text. */
            readonly text: boolean;
            readonly quietHours: components["schemas"]["QuietHours"] | null;
        };
        /**
         * Silence
         * @description The caller may not write, until then; without `until`, for ever.
         */
        readonly Silence: {
            readonly id: string;
            readonly reason: string;
            /**
             * Format: date-time
             * @example 2026-01-31T10:00:00.000Z
             */
            readonly until?: string;
            readonly appealed: boolean;
        };
        /**
         * Me
         * @description The caller's own account.
         */
        readonly Me: {
            readonly id: string;
            readonly username: string;
            /** @description The display name; without it: the username. */
            readonly name?: string;
            /** @description The URL of the picture; null: there is none. */
            readonly avatarUrl: string | null;
            /** @description A program writes as this account. */
            readonly bot?: boolean;
            readonly bio?: string;
            readonly online?: boolean;
            /** @description Null: none was given. */
            readonly email: string | null;
            readonly emailVerified: boolean;
            /** @enum {string} */
            readonly language?: "en" | "ru";
            readonly privacy: components["schemas"]["Privacy"];
            readonly push: components["schemas"]["PushSettings"];
            /** @enum {string} */
            readonly role: "owner" | "admin" | "moderator" | "member";
            readonly settings: {
                readonly [key: string]: unknown;
            };
            /**
             * Format: date-time
             * @example 2026-01-31T10:00:00.000Z
             */
            readonly createdAt: string;
            readonly silence?: components["schemas"]["Silence"];
        };
        /** Notification */
        readonly Notification: {
            readonly id: string;
            /** @enum {string} */
            readonly kind: "mention" | "reply" | "reaction" | "like" | "comment" | "friend" | "request" | "invite" | "moderation";
            readonly actor?: components["schemas"]["Person"];
            /** @description The subject: a room or a message of it, a post or a comment on it; a report, or a sanction. */
            readonly subject: {
                readonly room?: string;
                /** @description A position in a stream. */
                readonly seq?: number;
                readonly postId?: string;
                readonly commentId?: string;
                readonly report?: string;
                readonly sanction?: string;
                /** @enum {string} */
                readonly act?: "removal" | "warning" | "silence" | "suspension" | "ban";
                readonly excerpt?: string;
            };
            /**
             * Format: date-time
             * @example 2026-01-31T10:00:00.000Z
             */
            readonly createdAt: string;
            /**
             * Format: date-time
             * @example 2026-01-31T10:00:00.000Z
             */
            readonly readAt?: string;
        };
        /**
         * Problem
         * @description Problem details (RFC 9457).
         */
        readonly Problem: {
            /** @description The page that explains the code. */
            readonly type: string;
            readonly title: string;
            readonly status: number;
            readonly detail: string;
            /** @description For programs. */
            readonly code: string;
            readonly errors?: readonly {
                /** @description The place in the body (JSON pointer). */
                readonly pointer?: string;
                /** @description Of the path, the query or the headers. */
                readonly parameter?: string;
                readonly code: string;
                readonly detail: string;
            }[];
            /**
             * Format: date-time
             * @example 2026-01-31T10:00:00.000Z
             */
            readonly until?: string;
            readonly sanction?: string;
            /** @description Why a moderator decided so. */
            readonly reason?: string;
            /** @description The id of the request, as in the log of the server. */
            readonly instance?: string;
        };
        /** @description The first frame, within 10 s: the streams to follow, and from where. `heads`: whether to send the newest positions of the other rooms. */
        readonly "client.hello": {
            /** @constant */
            readonly type: "hello";
            readonly epoch: string;
            /** @description The newest position that you have of each stream. */
            readonly have: {
                readonly [key: string]: number;
            };
            readonly heads?: boolean;
        };
        /** @description Follow more streams, from these positions. */
        readonly "client.follow": {
            /** @constant */
            readonly type: "follow";
            /** @description The newest position that you have of each stream. */
            readonly have: {
                readonly [key: string]: number;
            };
        };
        /** @description Follow these streams no longer. */
        readonly "client.unfollow": {
            /** @constant */
            readonly type: "unfollow";
            readonly streams: readonly string[];
        };
        /** @description Send a message. Answered by `result`, its data is the message, or `problem`. */
        readonly "client.send": {
            /** @constant */
            readonly type: "send";
            /** @description Comes back with the answer. */
            readonly ref: number;
            readonly room: string;
            readonly body: string;
            /** @description As the header `Idempotency-Key`. */
            readonly key?: string;
            /** @description A position in a stream. */
            readonly replyTo?: number;
            readonly files?: readonly string[];
        };
        /** @description You are typing. Passed on once in 3 s. */
        readonly "client.typing": {
            /** @constant */
            readonly type: "typing";
            readonly room: string;
        };
        /** @description You have read so far. It only grows. */
        readonly "client.read": {
            /** @constant */
            readonly type: "read";
            /** @description Comes back with the answer. */
            readonly ref?: number;
            readonly room: string;
            readonly seq: number;
        };
        /** @description Tell how these accounts are, now and when it changes. Replaces the list before it. */
        readonly "client.watch": {
            /** @constant */
            readonly type: "watch";
            readonly people: readonly string[];
        };
        /** @description Answers a `beat` of the server. */
        readonly "client.beat": {
            /** @constant */
            readonly type: "beat";
        };
        /** @description A message was sent. */
        readonly "server.message.created": {
            /** @constant */
            readonly type: "message.created";
            /**
             * @example me
             * @example board
             * @example room:5f0c5c70-0000-4000-8000-000000000000
             */
            readonly stream: string;
            /** @description A position in a stream. */
            readonly seq: number;
            readonly data: components["schemas"]["Message"];
        };
        /** @description A message as it is after an edit. */
        readonly "server.message.edited": {
            /** @constant */
            readonly type: "message.edited";
            /**
             * @example me
             * @example board
             * @example room:5f0c5c70-0000-4000-8000-000000000000
             */
            readonly stream: string;
            /** @description A position in a stream. */
            readonly seq: number;
            readonly data: components["schemas"]["Message"];
        };
        /** @description A message was deleted: what is left is a tombstone. */
        readonly "server.message.deleted": {
            /** @constant */
            readonly type: "message.deleted";
            /**
             * @example me
             * @example board
             * @example room:5f0c5c70-0000-4000-8000-000000000000
             */
            readonly stream: string;
            /** @description A position in a stream. */
            readonly seq: number;
            readonly data: {
                /** @description A position in a stream. */
                readonly seq: number;
                /**
                 * Format: date-time
                 * @example 2026-01-31T10:00:00.000Z
                 */
                readonly deletedAt: string;
            };
        };
        /** @description Somebody reacted to a message. */
        readonly "server.reaction.added": {
            /** @constant */
            readonly type: "reaction.added";
            /**
             * @example me
             * @example board
             * @example room:5f0c5c70-0000-4000-8000-000000000000
             */
            readonly stream: string;
            /** @description A position in a stream. */
            readonly seq: number;
            readonly data: {
                /** @description A position in a stream. */
                readonly seq: number;
                readonly emoji: string;
                readonly by: string;
            };
        };
        /** @description Somebody took a reaction back. */
        readonly "server.reaction.removed": {
            /** @constant */
            readonly type: "reaction.removed";
            /**
             * @example me
             * @example board
             * @example room:5f0c5c70-0000-4000-8000-000000000000
             */
            readonly stream: string;
            /** @description A position in a stream. */
            readonly seq: number;
            readonly data: {
                /** @description A position in a stream. */
                readonly seq: number;
                readonly emoji: string;
                readonly by: string;
            };
        };
        /** @description A message was pinned. */
        readonly "server.pin.added": {
            /** @constant */
            readonly type: "pin.added";
            /**
             * @example me
             * @example board
             * @example room:5f0c5c70-0000-4000-8000-000000000000
             */
            readonly stream: string;
            /** @description A position in a stream. */
            readonly seq: number;
            readonly data: {
                /** @description A position in a stream. */
                readonly seq: number;
                readonly by: string;
            };
        };
        /** @description A message is not pinned any more. */
        readonly "server.pin.removed": {
            /** @constant */
            readonly type: "pin.removed";
            /**
             * @example me
             * @example board
             * @example room:5f0c5c70-0000-4000-8000-000000000000
             */
            readonly stream: string;
            /** @description A position in a stream. */
            readonly seq: number;
            readonly data: {
                /** @description A position in a stream. */
                readonly seq: number;
                readonly by: string;
            };
        };
        /** @description The room has another title or picture, or others may write in it. */
        readonly "server.room.changed": {
            /** @constant */
            readonly type: "room.changed";
            /**
             * @example me
             * @example board
             * @example room:5f0c5c70-0000-4000-8000-000000000000
             */
            readonly stream: string;
            /** @description A position in a stream. */
            readonly seq: number;
            readonly data: {
                /** @description Null: it is called by the names of its other members. */
                readonly title: string | null;
                /** @description The URL of the picture; null: there is none. */
                readonly avatarUrl: string | null;
                /** @enum {string} */
                readonly posting: "everybody" | "moderators";
            };
        };
        /** @description Somebody is a member from now on. */
        readonly "server.member.joined": {
            /** @constant */
            readonly type: "member.joined";
            /**
             * @example me
             * @example board
             * @example room:5f0c5c70-0000-4000-8000-000000000000
             */
            readonly stream: string;
            /** @description A position in a stream. */
            readonly seq: number;
            readonly data: {
                readonly person: components["schemas"]["Person"];
                /** @enum {string} */
                readonly role: "owner" | "moderator" | "member";
            };
        };
        /** @description Somebody left or was removed. */
        readonly "server.member.left": {
            /** @constant */
            readonly type: "member.left";
            /**
             * @example me
             * @example board
             * @example room:5f0c5c70-0000-4000-8000-000000000000
             */
            readonly stream: string;
            /** @description A position in a stream. */
            readonly seq: number;
            readonly data: {
                readonly id: string;
            };
        };
        /** @description A member has another role. */
        readonly "server.member.changed": {
            /** @constant */
            readonly type: "member.changed";
            /**
             * @example me
             * @example board
             * @example room:5f0c5c70-0000-4000-8000-000000000000
             */
            readonly stream: string;
            /** @description A position in a stream. */
            readonly seq: number;
            readonly data: {
                readonly id: string;
                /** @enum {string} */
                readonly role: "owner" | "moderator" | "member";
            };
        };
        /** @description An account was deleted, and all that it wrote here. */
        readonly "server.account.removed": {
            /** @constant */
            readonly type: "account.removed";
            /**
             * @example me
             * @example board
             * @example room:5f0c5c70-0000-4000-8000-000000000000
             */
            readonly stream: string;
            /** @description A position in a stream. */
            readonly seq: number;
            readonly data: {
                readonly id: string;
            };
        };
        /** @description A post was published. */
        readonly "server.post.created": {
            /** @constant */
            readonly type: "post.created";
            /**
             * @example me
             * @example board
             * @example room:5f0c5c70-0000-4000-8000-000000000000
             */
            readonly stream: string;
            /** @description A position in a stream. */
            readonly seq: number;
            readonly data: {
                readonly id: string;
                readonly author: components["schemas"]["Person"];
                readonly title?: string;
                readonly body: string;
                readonly images: readonly components["schemas"]["File"][];
                /**
                 * Format: date-time
                 * @example 2026-01-31T10:00:00.000Z
                 */
                readonly createdAt: string;
                /**
                 * Format: date-time
                 * @example 2026-01-31T10:00:00.000Z
                 */
                readonly editedAt?: string;
                readonly likesCount: number;
                readonly commentsCount: number;
                readonly viewsCount?: number;
            };
        };
        /** @description A post as it is after an edit. */
        readonly "server.post.edited": {
            /** @constant */
            readonly type: "post.edited";
            /**
             * @example me
             * @example board
             * @example room:5f0c5c70-0000-4000-8000-000000000000
             */
            readonly stream: string;
            /** @description A position in a stream. */
            readonly seq: number;
            readonly data: {
                readonly id: string;
                readonly author: components["schemas"]["Person"];
                readonly title?: string;
                readonly body: string;
                readonly images: readonly components["schemas"]["File"][];
                /**
                 * Format: date-time
                 * @example 2026-01-31T10:00:00.000Z
                 */
                readonly createdAt: string;
                /**
                 * Format: date-time
                 * @example 2026-01-31T10:00:00.000Z
                 */
                readonly editedAt?: string;
                readonly likesCount: number;
                readonly commentsCount: number;
                readonly viewsCount?: number;
            };
        };
        /** @description A post was deleted. */
        readonly "server.post.deleted": {
            /** @constant */
            readonly type: "post.deleted";
            /**
             * @example me
             * @example board
             * @example room:5f0c5c70-0000-4000-8000-000000000000
             */
            readonly stream: string;
            /** @description A position in a stream. */
            readonly seq: number;
            readonly data: {
                readonly id: string;
            };
        };
        /** @description Somebody likes a post, or does not any more. `by` null: an account that is gone. */
        readonly "server.post.liked": {
            /** @constant */
            readonly type: "post.liked";
            /**
             * @example me
             * @example board
             * @example room:5f0c5c70-0000-4000-8000-000000000000
             */
            readonly stream: string;
            /** @description A position in a stream. */
            readonly seq: number;
            readonly data: {
                readonly id: string;
                readonly by: string | null;
                readonly liked: boolean;
                readonly likesCount: number;
            };
        };
        /** @description Somebody commented on a post. */
        readonly "server.comment.created": {
            /** @constant */
            readonly type: "comment.created";
            /**
             * @example me
             * @example board
             * @example room:5f0c5c70-0000-4000-8000-000000000000
             */
            readonly stream: string;
            /** @description A position in a stream. */
            readonly seq: number;
            readonly data: components["schemas"]["Comment"];
        };
        /** @description A comment as it is after an edit. */
        readonly "server.comment.edited": {
            /** @constant */
            readonly type: "comment.edited";
            /**
             * @example me
             * @example board
             * @example room:5f0c5c70-0000-4000-8000-000000000000
             */
            readonly stream: string;
            /** @description A position in a stream. */
            readonly seq: number;
            readonly data: components["schemas"]["Comment"];
        };
        /** @description A comment was deleted. */
        readonly "server.comment.deleted": {
            /** @constant */
            readonly type: "comment.deleted";
            /**
             * @example me
             * @example board
             * @example room:5f0c5c70-0000-4000-8000-000000000000
             */
            readonly stream: string;
            /** @description A position in a stream. */
            readonly seq: number;
            readonly data: {
                readonly id: string;
                readonly postId: string;
            };
        };
        /** @description You are in this room now: it is followed. */
        readonly "server.room.joined": {
            /** @constant */
            readonly type: "room.joined";
            /**
             * @example me
             * @example board
             * @example room:5f0c5c70-0000-4000-8000-000000000000
             */
            readonly stream: string;
            /** @description A position in a stream. */
            readonly seq: number;
            readonly data: components["schemas"]["Room"];
        };
        /** @description You are not in this room any more: it is not followed. */
        readonly "server.room.left": {
            /** @constant */
            readonly type: "room.left";
            /**
             * @example me
             * @example board
             * @example room:5f0c5c70-0000-4000-8000-000000000000
             */
            readonly stream: string;
            /** @description A position in a stream. */
            readonly seq: number;
            readonly data: {
                readonly id: string;
            };
        };
        /** @description How far you have read a room. */
        readonly "server.read.moved": {
            /** @constant */
            readonly type: "read.moved";
            /**
             * @example me
             * @example board
             * @example room:5f0c5c70-0000-4000-8000-000000000000
             */
            readonly stream: string;
            /** @description A position in a stream. */
            readonly seq: number;
            readonly data: {
                readonly room: string;
                /** @description The position of the room that this answer shows. */
                readonly seq: number;
                /** @description How far the caller has read. */
                readonly readSeq: number;
                /** @description Messages after `readSeq`; 100 means 100 or more. */
                readonly unread: number;
                /** @description Unread messages that mention the caller; at most 100. */
                readonly mentions: number;
            };
        };
        /** @description Your notification setting of a room. */
        readonly "server.notify.changed": {
            /** @constant */
            readonly type: "notify.changed";
            /**
             * @example me
             * @example board
             * @example room:5f0c5c70-0000-4000-8000-000000000000
             */
            readonly stream: string;
            /** @description A position in a stream. */
            readonly seq: number;
            readonly data: {
                readonly room: string;
                /** @enum {string} */
                readonly notify: "all" | "mentions" | "nothing";
            };
        };
        /** @description You have a new friend. */
        readonly "server.friend.added": {
            /** @constant */
            readonly type: "friend.added";
            /**
             * @example me
             * @example board
             * @example room:5f0c5c70-0000-4000-8000-000000000000
             */
            readonly stream: string;
            /** @description A position in a stream. */
            readonly seq: number;
            readonly data: components["schemas"]["Person"];
        };
        /** @description Somebody is not your friend any more. */
        readonly "server.friend.removed": {
            /** @constant */
            readonly type: "friend.removed";
            /**
             * @example me
             * @example board
             * @example room:5f0c5c70-0000-4000-8000-000000000000
             */
            readonly stream: string;
            /** @description A position in a stream. */
            readonly seq: number;
            readonly data: {
                readonly id: string;
            };
        };
        /** @description You blocked somebody. */
        readonly "server.block.added": {
            /** @constant */
            readonly type: "block.added";
            /**
             * @example me
             * @example board
             * @example room:5f0c5c70-0000-4000-8000-000000000000
             */
            readonly stream: string;
            /** @description A position in a stream. */
            readonly seq: number;
            readonly data: {
                readonly id: string;
            };
        };
        /** @description You unblocked somebody. */
        readonly "server.block.removed": {
            /** @constant */
            readonly type: "block.removed";
            /**
             * @example me
             * @example board
             * @example room:5f0c5c70-0000-4000-8000-000000000000
             */
            readonly stream: string;
            /** @description A position in a stream. */
            readonly seq: number;
            readonly data: {
                readonly id: string;
            };
        };
        /** @description You muted somebody. */
        readonly "server.mute.added": {
            /** @constant */
            readonly type: "mute.added";
            /**
             * @example me
             * @example board
             * @example room:5f0c5c70-0000-4000-8000-000000000000
             */
            readonly stream: string;
            /** @description A position in a stream. */
            readonly seq: number;
            readonly data: {
                readonly id: string;
            };
        };
        /** @description You hear of somebody again. */
        readonly "server.mute.removed": {
            /** @constant */
            readonly type: "mute.removed";
            /**
             * @example me
             * @example board
             * @example room:5f0c5c70-0000-4000-8000-000000000000
             */
            readonly stream: string;
            /** @description A position in a stream. */
            readonly seq: number;
            readonly data: {
                readonly id: string;
            };
        };
        /** @description One of your sessions has ended. */
        readonly "server.session.ended": {
            /** @constant */
            readonly type: "session.ended";
            /**
             * @example me
             * @example board
             * @example room:5f0c5c70-0000-4000-8000-000000000000
             */
            readonly stream: string;
            /** @description A position in a stream. */
            readonly seq: number;
            readonly data: {
                readonly id: string;
            };
        };
        /** @description Your account as it is now. */
        readonly "server.settings.changed": {
            /** @constant */
            readonly type: "settings.changed";
            /**
             * @example me
             * @example board
             * @example room:5f0c5c70-0000-4000-8000-000000000000
             */
            readonly stream: string;
            /** @description A position in a stream. */
            readonly seq: number;
            readonly data: components["schemas"]["Me"];
        };
        /** @description Somebody did something that concerns you. */
        readonly "server.notification.created": {
            /** @constant */
            readonly type: "notification.created";
            /**
             * @example me
             * @example board
             * @example room:5f0c5c70-0000-4000-8000-000000000000
             */
            readonly stream: string;
            /** @description A position in a stream. */
            readonly seq: number;
            readonly data: components["schemas"]["Notification"];
        };
        /** @description You have read your notifications so far. `unread`: how many are left. */
        readonly "server.notification.read": {
            /** @constant */
            readonly type: "notification.read";
            /**
             * @example me
             * @example board
             * @example room:5f0c5c70-0000-4000-8000-000000000000
             */
            readonly stream: string;
            /** @description A position in a stream. */
            readonly seq: number;
            readonly data: {
                readonly upTo: string;
                readonly unread: number;
            };
        };
        /** @description The subject of notifications is gone, and they with it. `unread`: how many are left. */
        readonly "server.notification.removed": {
            /** @constant */
            readonly type: "notification.removed";
            /**
             * @example me
             * @example board
             * @example room:5f0c5c70-0000-4000-8000-000000000000
             */
            readonly stream: string;
            /** @description A position in a stream. */
            readonly seq: number;
            readonly data: {
                readonly subject: {
                    readonly room?: string;
                    /** @description A position in a stream. */
                    readonly seq?: number;
                    readonly postId?: string;
                    readonly commentId?: string;
                };
                readonly unread: number;
            };
        };
        /** @description You keep a post, or do not any more. */
        readonly "server.post.bookmarked": {
            /** @constant */
            readonly type: "post.bookmarked";
            /**
             * @example me
             * @example board
             * @example room:5f0c5c70-0000-4000-8000-000000000000
             */
            readonly stream: string;
            /** @description A position in a stream. */
            readonly seq: number;
            readonly data: {
                readonly id: string;
                readonly bookmarked: boolean;
            };
        };
        /** @description You like a post, or do not any more. */
        readonly "server.post.reacted": {
            /** @constant */
            readonly type: "post.reacted";
            /**
             * @example me
             * @example board
             * @example room:5f0c5c70-0000-4000-8000-000000000000
             */
            readonly stream: string;
            /** @description A position in a stream. */
            readonly seq: number;
            readonly data: {
                readonly id: string;
                readonly liked: boolean;
            };
        };
        /** @description The stream cannot be resumed from there, and is not followed: fetch it again, then `follow`. `seq`: its position now. */
        readonly "server.reset": {
            /** @constant */
            readonly type: "reset";
            readonly stream: string;
            readonly seq: number;
        };
        /** @description All that `hello` asked for was sent: what follows is new. */
        readonly "server.live": {
            /** @constant */
            readonly type: "live";
        };
        /** @description The newest positions of rooms that are not followed, by stream; at most once a second. */
        readonly "server.heads": {
            /** @constant */
            readonly type: "heads";
            readonly data: {
                readonly [key: string]: {
                    readonly seq: number;
                    /** @description You were mentioned since the last of these frames, or since you read. */
                    readonly mentioned: boolean;
                };
            };
        };
        /** @description Somebody is typing in the room, you perhaps. Show it for 5 s. */
        readonly "server.typing": {
            /** @constant */
            readonly type: "typing";
            readonly stream: string;
            readonly data: {
                readonly by: string;
            };
        };
        /** @description A member of a direct room or a small group, you perhaps, has read so far. As `GET …/reads` tells. */
        readonly "server.read": {
            /** @constant */
            readonly type: "read";
            readonly stream: string;
            readonly data: {
                readonly by: string;
                readonly seq: number;
            };
        };
        /** @description The accounts that you watch: all of them after `watch`, then what has changed, at most once a second. `online`: how many accounts are. */
        readonly "server.people": {
            /** @constant */
            readonly type: "people";
            readonly data: {
                readonly online: number;
                readonly people: {
                    readonly [key: string]: {
                        readonly online: boolean;
                        /** @description The display name; without it: the username. */
                        readonly name?: string;
                        /** @description The URL of the picture; null: there is none. */
                        readonly avatarUrl?: string | null;
                        /** @description There is no such account (any more). */
                        readonly removed?: boolean;
                    };
                };
            };
        };
        /** @description The result of your frame with that `ref`. */
        readonly "server.result": {
            /** @constant */
            readonly type: "result";
            /** @description Comes back with the answer. */
            readonly ref: number;
            readonly data: components["schemas"]["Message"] | {
                /** @description How far the caller has read. */
                readonly readSeq: number;
                /** @description Messages after `readSeq`; 100 means 100 or more. */
                readonly unread: number;
                /** @description Unread messages that mention the caller; at most 100. */
                readonly mentions: number;
            };
        };
        /** @description Why a frame of yours was refused. */
        readonly "server.problem": {
            /** @constant */
            readonly type: "problem";
            /** @description Comes back with the answer. */
            readonly ref?: number;
            readonly problem: components["schemas"]["Problem"];
        };
        /** @description Answer with the same. */
        readonly "server.beat": {
            /** @constant */
            readonly type: "beat";
        };
        /** @description The server closes the connection. */
        readonly "server.bye": {
            /** @constant */
            readonly type: "bye";
            /** @description The close code that follows. */
            readonly code: number;
            /** @description Come back after a random time between these, in ms; null: do not. */
            readonly retryAfter: readonly number[] | null;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
