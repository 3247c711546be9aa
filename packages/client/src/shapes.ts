/** The shapes on the wire. Ids are opaque strings, times are ISO 8601 in UTC. Unknown fields are ignored. */
import type { components } from './api.ts';

type Schemas = components['schemas'];

/** Never with an e-mail address. */
export type Person = Schemas['Person'];
/** One's own account. */
export type Me = Schemas['Me'];
/** The rights of an account in the community. */
export type CommunityRole = Me['role'];
export type Room = Schemas['Room'];
export type RoomKind = Room['kind'];
export type RoomRole = Room['myRole'];
/** The messages of a room that notify. */
export type NotifyLevel = Room['notify'];
/** A person with the role in the room that lists them. */
export type Member = Person & { readonly role: RoomRole };
export type File = Schemas['File'];
export type Reaction = Schemas['Reaction'];
/** Addressed by its room and `seq`. With `deletedAt` it is a tombstone, and its body is empty. */
export type Message = Schemas['Message'];
/** How far a member of a room has read. */
export type Reader = { readonly person: Person; readonly readSeq: number };
export type Reply = NonNullable<Message['replyTo']>;
export type Post = Schemas['Post'];
export type Comment = Schemas['Comment'];
export type CatchUp = Schemas['CatchUp'];
/** A search result. `highlights`: the parts of `excerpt` that were looked for, from and to (exclusive). */
export type SearchHit = Schemas['SearchHit'];
export type Notification = Schemas['Notification'];
export type NotificationKind = Notification['kind'];
/** `GET /v1/sync`. */
export type Sync = Schemas['Sync'];
/** The answer to signing in or up. */
export type SignedIn = Schemas['Session'];
/** RFC 9457. */
export type ProblemDetails = Omit<Schemas['Problem'], 'detail'> & { readonly detail?: string };

/** A page of a list. `next`: the cursor of the following page. */
export type Page<Item> = { readonly items: readonly Item[]; readonly next: string | null };
/** A page with the position of its snapshot. */
export type SnapshotPage<Item> = Page<Item> & { readonly seq: number };
