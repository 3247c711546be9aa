/**
 * The promises of the native API about streams and snapshots, as a small program: every action changes what snapshots show,
 * and is told by events. The reducer is tried against it in any order of deliveries and reads.
 */
import { BOARD, type LiveEvent, ME, streamOf } from '../../packages/client/src/events.ts';
import type {
  Comment,
  Message,
  Notification,
  NotifyLevel,
  Person,
  Post,
  Room,
  RoomRole,
  SnapshotPage,
  Sync,
} from '../../packages/client/src/shapes.ts';

const TIME = '2026-01-31T10:00:00.000Z';
const PAGE = 4;

type StoredMessage = Omit<Message, 'reactions' | 'replyTo'> & {
  readonly replySeq: number | null;
  readonly by: Map<string, Set<string>>;
};
type StoredPost = { readonly post: Post; readonly likers: Set<string>; readonly comments: Comment[] };
type StoredRoom = {
  readonly id: string;
  title: string;
  members: string[];
  messages: StoredMessage[];
  readSeq: number;
  notify: NotifyLevel;
  myRole: RoomRole;
};

export const PEOPLE: readonly Person[] = ['me', 'ann', 'bob', 'cleo'].map((username) => ({
  id: `id-${username}`,
  username,
  avatarUrl: null,
}));
export const MYSELF = (PEOPLE[0] as Person).id;
export const ROOMS = ['one', 'two'];

const person = (id: string) => PEOPLE.find((one) => one.id === id) as Person;

export class Model {
  /** The events of each stream, in order. */
  readonly log = new Map<string, LiveEvent[]>();
  readonly #rooms = new Map<string, StoredRoom>();
  #posts: StoredPost[] = [];
  readonly #bookmarks = new Set<string>();
  #notifications: Notification[] = [];
  readonly #friends = new Set<string>();
  readonly #blocks = new Set<string>();
  #ids = 0;

  constructor() {
    for (const id of ROOMS)
      this.#rooms.set(id, {
        id,
        title: id,
        members: PEOPLE.map((one) => one.id),
        messages: [],
        readSeq: 0,
        notify: 'all',
        myRole: 'member',
      });
  }

  head(stream: string): number {
    return this.log.get(stream)?.at(-1)?.seq ?? 0;
  }

  // Actions.

  send(room: string, author: string, mentions: readonly string[], replySeq: number | null): void {
    const { messages } = this.#room(room);
    const replies = messages.some(({ seq }) => seq === replySeq) ? replySeq : null;
    const seq = this.head(streamOf(room)) + 1;
    const stored: StoredMessage = {
      ...{ seq, author: person(author), body: `text ${seq}`, createdAt: TIME, mentions, files: [], pinned: false },
      ...{ replySeq: replies, by: new Map() },
    };
    messages.push(stored);
    this.#tell(streamOf(room), 'message.created', this.#inEvent(room, stored));
  }

  edit(room: string, seq: number): void {
    const changed = this.#changeMessage(room, seq, (message) => ({
      ...message,
      body: `${message.body}!`,
      editedAt: TIME,
    }));
    if (changed) this.#tell(streamOf(room), 'message.edited', this.#inEvent(room, changed));
  }

  remove(room: string, seq: number): void {
    const changed = this.#changeMessage(room, seq, ({ author, createdAt }) => ({
      ...{ seq, author, createdAt, body: '', deletedAt: TIME, mentions: [], files: [], pinned: false },
      ...{ replySeq: null, by: new Map() },
    }));
    if (changed) this.#tell(streamOf(room), 'message.deleted', { seq, deletedAt: TIME });
  }

  react(room: string, seq: number, by: string, emoji: string): void {
    const message = this.#room(room).messages.find((one) => one.seq === seq && one.deletedAt === undefined);
    if (!message) return;
    const people = message.by.get(emoji) ?? new Set();
    message.by.set(emoji, people);
    const type = people.delete(by) ? 'reaction.removed' : 'reaction.added';
    if (type === 'reaction.added') people.add(by);
    if (people.size === 0) message.by.delete(emoji);
    this.#tell(streamOf(room), type, { seq, emoji, by });
  }

  pin(room: string, seq: number, pinned: boolean): void {
    const changed = this.#changeMessage(room, seq, (message) => ({ ...message, pinned }));
    if (changed) this.#tell(streamOf(room), pinned ? 'pin.added' : 'pin.removed', { seq, by: MYSELF });
  }

  rename(room: string, title: string): void {
    this.#room(room).title = title;
    this.#tell(streamOf(room), 'room.changed', { title, avatarUrl: null, posting: 'everybody' });
  }

  joinOrLeave(room: string, id: string): void {
    const known = this.#room(room);
    if (known.members.includes(id)) {
      known.members = known.members.filter((one) => one !== id);
      this.#tell(streamOf(room), 'member.left', { id });
    } else {
      known.members = [...known.members, id];
      this.#tell(streamOf(room), 'member.joined', { person: person(id), role: 'member' });
    }
  }

  promote(room: string, role: RoomRole): void {
    this.#room(room).myRole = role;
    this.#tell(streamOf(room), 'member.changed', { id: MYSELF, role });
  }

  read(room: string, seq: number): void {
    const known = this.#room(room);
    if (seq <= known.readSeq || seq > this.head(streamOf(room))) return;
    known.readSeq = seq;
    const { unread, mentions } = this.room(room);
    const data = { room, readSeq: seq, unread, mentions, seq: this.head(streamOf(room)) };
    this.#tell(ME, 'read.moved', data);
  }

  setNotify(room: string, notify: NotifyLevel): void {
    this.#room(room).notify = notify;
    this.#tell(ME, 'notify.changed', { room, notify });
  }

  post(author: string): void {
    const id = `post-${++this.#ids}`;
    const post: Post = {
      ...{ id, author: person(author), body: id, images: [], createdAt: TIME },
      ...{ likesCount: 0, commentsCount: 0 },
    };
    this.#posts.push({ post, likers: new Set(), comments: [] });
    this.#tell(BOARD, 'post.created', post);
  }

  editPost(index: number): void {
    const stored = this.#posts[index];
    if (!stored) return;
    const changed = { ...stored, post: { ...stored.post, body: `${stored.post.body}!`, editedAt: TIME } };
    this.#posts[index] = changed;
    this.#tell(BOARD, 'post.edited', countsOf(changed));
  }

  removePost(index: number): void {
    const [stored] = this.#posts.splice(index, 1);
    if (!stored) return;
    this.#bookmarks.delete(stored.post.id);
    this.#tell(BOARD, 'post.deleted', { id: stored.post.id });
  }

  like(index: number, by: string): void {
    const stored = this.#posts[index];
    if (!stored) return;
    const liked = !stored.likers.delete(by);
    if (liked) stored.likers.add(by);
    const { id } = stored.post;
    this.#tell(BOARD, 'post.liked', { id, by, liked, likesCount: stored.likers.size });
    if (by === MYSELF) this.#tell(ME, 'post.reacted', { id, liked });
  }

  bookmark(index: number): void {
    const id = this.#posts[index]?.post.id;
    if (id === undefined) return;
    const bookmarked = !this.#bookmarks.delete(id);
    if (bookmarked) this.#bookmarks.add(id);
    this.#tell(ME, 'post.bookmarked', { id, bookmarked });
  }

  comment(index: number, author: string): void {
    const stored = this.#posts[index];
    if (!stored) return;
    const id = String(++this.#ids);
    const comment = { id, postId: stored.post.id, author: person(author), body: id, createdAt: TIME };
    stored.comments.push(comment);
    this.#tell(BOARD, 'comment.created', comment);
  }

  editComment(index: number): void {
    const stored = this.#posts[index];
    const last = stored?.comments.pop();
    if (!last) return;
    const changed = { ...last, body: `${last.body}!`, editedAt: TIME };
    stored?.comments.push(changed);
    this.#tell(BOARD, 'comment.edited', changed);
  }

  removeComment(index: number): void {
    const gone = this.#posts[index]?.comments.shift();
    if (gone) this.#tell(BOARD, 'comment.deleted', { id: gone.id, postId: gone.postId });
  }

  notify(actor: string): void {
    const one: Notification = {
      ...{ id: String(++this.#ids), kind: 'friend', actor: person(actor), subject: {}, createdAt: TIME },
    };
    this.#notifications.unshift(one);
    this.#tell(ME, 'notification.created', one);
  }

  readNotifications(index: number): void {
    const upTo = this.#notifications[index]?.id;
    if (upTo === undefined) return;
    this.#notifications = this.#notifications.map((one, at) => (at >= index ? { ...one, readAt: TIME } : one));
    this.#tell(ME, 'notification.read', { upTo, unread: this.#unreadNotifications() });
  }

  befriend(id: string): void {
    if (this.#friends.delete(id)) this.#tell(ME, 'friend.removed', { id });
    else {
      this.#friends.add(id);
      this.#tell(ME, 'friend.added', person(id));
    }
  }

  block(id: string): void {
    const blocked = !this.#blocks.delete(id);
    if (blocked) this.#blocks.add(id);
    this.#tell(ME, blocked ? 'block.added' : 'block.removed', { id });
  }

  // Snapshots.

  sync(): Sync {
    return {
      epoch: 'one',
      me: {
        ...person(MYSELF),
        ...{
          email: null,
          emailVerified: false,
          privacy: { write: 'everybody', add: 'everybody', befriend: 'everybody' },
          push: { text: true, quietHours: null },
          role: 'member',
          settings: {},
          createdAt: TIME,
        },
      },
      streams: { me: this.head(ME), board: this.head(BOARD) },
      cursor: '',
      rooms: ROOMS.map((id) => this.room(id)),
      people: {},
      notifications: { unread: this.#unreadNotifications() },
      online: 0,
      next: null,
    };
  }

  room(id: string): Room {
    const { title, members, messages, readSeq, notify, myRole } = this.#room(id);
    const unread = messages.filter(
      ({ seq, author, deletedAt }) =>
        seq > readSeq && author.id !== MYSELF && !this.#blocks.has(author.id) && deletedAt === undefined,
    );
    const last = messages.at(-1);
    return {
      ...{ id, kind: 'group', title, avatarUrl: null, posting: 'everybody', readSeq, notify, myRole },
      members: members.map(person),
      membersCount: members.length,
      seq: this.head(streamOf(id)),
      unread: unread.length,
      mentions: unread.filter(({ mentions }) => mentions.includes(MYSELF)).length,
      lastMessage: last && !this.#blocks.has(last.author.id) ? this.#inAnswer(id, last) : null,
      activeAt: TIME,
    };
  }

  messages(room: string, before: number = Number.POSITIVE_INFINITY): SnapshotPage<Message> {
    const all = this.#room(room).messages.filter(({ seq }) => seq < before);
    const items = all.slice(-PAGE).map((message) => this.#inAnswer(room, message));
    return { items, next: all.length > PAGE ? String(items[0]?.seq) : null, seq: this.head(streamOf(room)) };
  }

  /** All of them: pages of the feed have their own test. */
  posts(): SnapshotPage<Post> {
    const items = this.#posts.toReversed().map((stored) => ({
      ...countsOf(stored),
      liked: stored.likers.has(MYSELF),
      bookmarked: this.#bookmarks.has(stored.post.id),
    }));
    return { items, next: null, seq: this.head(BOARD) };
  }

  comments(post: string): SnapshotPage<Comment> {
    const items = this.#posts.find((stored) => stored.post.id === post)?.comments ?? [];
    return { items: [...items], next: null, seq: this.head(BOARD) };
  }

  get postIds(): string[] {
    return this.#posts.map(({ post }) => post.id);
  }

  notifications(): SnapshotPage<Notification> & { unread: number } {
    return { items: [...this.#notifications], next: null, seq: this.head(ME), unread: this.#unreadNotifications() };
  }

  get friends(): Person[] {
    return [...this.#friends].map(person);
  }

  get blocks(): Person[] {
    return [...this.#blocks].map(person);
  }

  #tell(stream: string, type: LiveEvent['type'], data: object): void {
    const events = this.log.get(stream) ?? [];
    this.log.set(stream, events);
    events.push({ type, stream, seq: this.head(stream) + 1, data } as LiveEvent);
  }

  #room(id: string): StoredRoom {
    return this.#rooms.get(id) as StoredRoom;
  }

  #changeMessage(
    room: string,
    seq: number,
    change: (message: StoredMessage) => StoredMessage,
  ): StoredMessage | undefined {
    const { messages } = this.#room(room);
    const index = messages.findIndex((one) => one.seq === seq && one.deletedAt === undefined);
    const message = messages[index];
    if (!message) return undefined;
    const changed = change(message);
    messages[index] = changed;
    return changed;
  }

  /** As all readers see it. */
  #inEvent(room: string, { by, replySeq, pinned, ...message }: StoredMessage): Message {
    const quoted = this.#room(room).messages.find(({ seq }) => seq === replySeq);
    if (!quoted) return message;
    return { ...message, replyTo: { seq: quoted.seq, author: quoted.author, excerpt: quoted.body } };
  }

  #inAnswer(room: string, message: StoredMessage): Message {
    const reactions = [...message.by].map(([emoji, people]) => ({
      ...{ emoji, count: people.size, mine: people.has(MYSELF) },
    }));
    return { ...this.#inEvent(room, message), reactions, pinned: message.pinned ?? false };
  }

  #unreadNotifications(): number {
    return this.#notifications.filter(({ readAt }) => readAt === undefined).length;
  }
}

function countsOf({ post, likers, comments }: StoredPost): Post {
  return { ...post, likesCount: likers.size, commentsCount: comments.length };
}
