/** How koine shows accounts, rooms, messages and posts, in answers and in frames. */
import type { Static } from 'typebox';
import type { Core } from '../../core/core.ts';
import { languageOf } from '../../core/mail/notices.ts';
import { isFilm, isPlayed } from '../../core/media/file-types.ts';
import type * as core from '../../core/model.ts';
import type { PostPart, PostWith } from '../../core/posts/post-parts.ts';
import type { ShownMessage } from '../../core/rooms/message-reads.ts';
import type * as schema from './schema.ts';

/** The parts of a post that koine shows. */
export const POST_PARTS = ['images', 'views', 'bookmarked'] as const satisfies PostPart[];

/** A person with what only some answers show. */
type ShownPerson = core.Person & { readonly bio?: string; readonly online?: boolean };

export type Presenter = ReturnType<typeof createPresenter>;

export function createPresenter({ media }: Pick<Core, 'media'>) {
  /** Never with the e-mail address, whoever asks: what is here goes into frames for many readers. */
  function person(one: ShownPerson): Static<typeof schema.Person> {
    const { uid, username, name, bot, bio, online } = one;
    return {
      id: uid,
      username,
      ...(name !== null && { name }),
      avatarUrl: media.pictureUrl(one),
      ...(bot && { bot }),
      ...(bio !== undefined && { bio }),
      ...(online !== undefined && { online }),
    };
  }

  function me(account: core.Me): Static<typeof schema.Me> {
    const { email, emailVerified, language, privacy, push, role, settings, createdAt, silence } = account;
    return {
      ...person(account),
      email: email === '' ? null : email,
      emailVerified,
      privacy,
      push,
      ...(language !== null && { language: languageOf(language) }),
      role,
      settings: JSON.parse(settings) as Record<string, unknown>,
      createdAt: moment(createdAt),
      ...(silence !== null && { silence: { ...lasting(silence), appealed: silence.appealed } }),
    };
  }

  function file(one: core.File): Static<typeof schema.File> {
    const { uid, key, name, alt, type, bytes, width, height, duration, placeholder } = one;
    const previewUrl = media.previewUrl(one);
    return {
      id: uid,
      kind: kindOf(one),
      name: name ?? fileName(key),
      ...{ type, bytes },
      ...(width !== null && height !== null && { width, height }),
      ...(duration !== null && { duration }),
      url: media.fileUrl(one),
      ...(previewUrl !== null && { previewUrl }),
      ...(placeholder !== null && { placeholder }),
      ...(alt !== null && { alt }),
    };
  }

  function message(message: core.Message): Static<typeof schema.Message> {
    const { seq, author, body, createdAt, editedAt, deletedAt, replyTo, mentions, files } = message;
    return {
      seq,
      author: person(author),
      body,
      createdAt: moment(createdAt),
      ...(editedAt !== null && { editedAt: moment(editedAt) }),
      ...(deletedAt !== null && { deletedAt: moment(deletedAt) }),
      ...(replyTo !== null && { replyTo: { ...replyTo, author: person(replyTo.author) } }),
      mentions: [...mentions],
      files: files.map(file),
    };
  }

  /** As answers show it, to one reader. */
  function shownMessage({ reactions, pinned, ...one }: ShownMessage): Static<typeof schema.Message> {
    return { ...message(one), reactions: [...reactions], pinned };
  }

  function look(of: core.RoomLook) {
    const { title, posting } = of;
    return { title, avatarUrl: media.pictureUrl(of), posting };
  }

  function room(view: core.RoomView): Static<typeof schema.Room> {
    const { uid, kind, members, membersCount, myRole, notify, lastMessage } = view;
    return {
      id: uid,
      kind,
      ...look(view),
      ...(kind !== 'lobby' && { members: members.map(person) }),
      ...(membersCount !== null && { membersCount }),
      myRole,
      seq: view.seq,
      ...marks(view),
      notify,
      lastMessage: lastMessage && message(lastMessage),
      activeAt: moment(view.activeAt),
    };
  }

  function notification(one: core.Notification): Static<typeof schema.Notification> {
    const { id, kind, actor, reportId, sanction, excerpt, createdAt, readAt } = one;
    return {
      id: String(id),
      kind,
      ...(actor !== null && { actor: person(actor) }),
      subject: {
        ...subject(one),
        ...(reportId !== null && { report: String(reportId) }),
        ...(sanction !== null && { sanction: String(sanction.id), act: sanction.kind }),
        ...(excerpt !== '' && { excerpt }),
      },
      createdAt: moment(createdAt),
      ...(readAt !== null && { readAt: moment(readAt) }),
    };
  }

  /** As in events: without what is the reader's own. */
  function publicPost(one: Omit<core.Post, 'liked' | 'comments'>) {
    const { uid, author, title, body, images, createdAt, editedAt, likesCount, commentsCount } = one;
    return {
      id: uid,
      author: person(author),
      ...(title !== null && { title }),
      body,
      images: images.map(file),
      createdAt: moment(createdAt),
      ...(editedAt !== null && { editedAt: moment(editedAt) }),
      ...{ likesCount, commentsCount },
    };
  }

  function post(one: PostWith<(typeof POST_PARTS)[number]>): Static<typeof schema.Post> {
    const { views, liked, bookmarked } = one;
    return { ...publicPost(one), viewsCount: views, liked, bookmarked };
  }

  function comment({ id, postUid, author, body, createdAt, editedAt }: core.Comment): Static<typeof schema.Comment> {
    return {
      id: String(id),
      postId: postUid,
      author: person(author),
      body,
      createdAt: moment(createdAt),
      ...(editedAt !== null && { editedAt: moment(editedAt) }),
    };
  }

  return { person, me, file, message, shownMessage, look, room, publicPost, post, comment, notification };
}

/** How far the caller has read a room. */
export function marks({ readSeq, unread, mentions }: Pick<core.Marks, 'readSeq' | 'unread' | 'mentions'>) {
  return { readSeq, unread, mentions };
}

/** The term of a sanction. `until` null: for ever. */
export function lasting({ id, reason, until }: { readonly id: number; reason: string; readonly until: number | null }) {
  return { id: String(id), reason, ...(until !== null && { until: moment(until) }) };
}

/** `time`: Unix ms. */
export function moment(time: number): string {
  return new Date(time).toISOString();
}

function fileName(key: string): string {
  return key.slice(key.lastIndexOf('/') + 1);
}

function kindOf({ previewKey, type }: core.File): Static<typeof schema.File>['kind'] {
  if (previewKey !== null) return 'image';
  if (!isPlayed(type)) return 'file';
  return isFilm(type) ? 'video' : 'audio';
}

/** The thing that a notification is about, by its ids. */
export function subject({
  room,
  seq,
  post,
  commentId,
}: Pick<core.Notification, 'room' | 'seq' | 'post' | 'commentId'>) {
  return {
    ...(room !== null && { room: room.uid }),
    ...(seq !== null && { seq }),
    ...(post !== null && { postId: post.uid }),
    ...(commentId !== null && { commentId: String(commentId) }),
  };
}
