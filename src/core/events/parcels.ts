/** What other nodes send, as it must look: nothing that comes over a wire is believed to be an event. */
import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type { Parcel } from '../../hub/brokers/broker.ts';
import type { Event } from './events.ts';

const Id = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER });
const Count = Type.Integer({ minimum: 0 });
/** Unix milliseconds that a Date can hold. */
const Time = Type.Number({ minimum: 0, maximum: 8.64e15 });
const Uid = Type.String({ minLength: 1 });
const Name = Type.String({ minLength: 1 });
const Nullable = Type.Union([Type.String(), Type.Null()]);

const Author = { id: Id, uid: Uid, username: Name, avatarUrl: Nullable, avatarKey: Nullable };
const Account = Type.Object({ ...Author, email: Nullable });
const Person = Type.Object({ ...Author, email: Type.String() });

const Message = Type.Object({ id: Id, roomId: Id, author: Account, body: Type.String({ minLength: 1 }), at: Time });
const Comment = Type.Object({ id: Id, postId: Id, author: Person, body: Type.String(), createdAt: Time });
const Post = Type.Object({
  id: Id,
  uid: Uid,
  author: Person,
  title: Nullable,
  body: Type.String(),
  createdAt: Time,
  editedAt: Type.Union([Time, Type.Null()]),
  likesCount: Count,
  commentsCount: Count,
  liked: Type.Boolean(),
  comments: Type.Array(Comment),
});

const Coming = Type.Object({ accountId: Id, username: Type.Union([Name, Type.Null()]), at: Time });

function event<const Kind extends Event['kind'], const Data extends object>(kind: Kind, data: Data) {
  return { seq: Id, kind: Type.Literal(kind), data } as const;
}

const EventShape = Type.Union([
  Type.Object(event('message.created', Message)),
  Type.Object(event('session.ended', Type.Object({ accountId: Id, sessionId: Nullable }))),
  Type.Object(event('account.deleted', Type.Object({ accountId: Id }))),
  Type.Object(event('post.created', Post)),
  Type.Object(event('post.edited', Post)),
  Type.Object(event('post.deleted', Type.Object({ id: Id, uid: Uid }))),
  Type.Object(event('post.liked', Type.Object({ id: Id, uid: Uid, likesCount: Count }))),
  Type.Object(event('comment.created', Comment)),
  Type.Object(event('comment.deleted', Type.Object({ id: Id, postId: Id }))),
  Type.Object(event('member.joined', Coming)),
  Type.Object(event('member.left', Coming)),
  Type.Object(event('place.taken', Type.Object({ accountId: Id, via: Name, node: Uid }))),
]);

const ParcelShape = Type.Object({ events: Type.Array(EventShape) });
const parcelCheck = Compile(ParcelShape);

/** The shapes say what the types say; the compiler compares them here. */
type Checked = Static<typeof ParcelShape>;

/** @returns null where it is none */
export function readParcel(value: unknown): Parcel<Event> | null {
  if (!parcelCheck.Check(value)) return null;
  const parcel: Checked = value;
  return parcel;
}
