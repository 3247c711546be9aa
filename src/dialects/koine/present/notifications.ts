/** How koine shows notifications. */
import type { Static } from 'typebox';
import type * as core from '../../../core/model.ts';
import type * as schema from '../schema.ts';
import { moment } from '../times.ts';
import type { PersonPresenter } from './people.ts';

export function createNotificationPresenter(person: PersonPresenter) {
  return (one: core.Notification): Static<typeof schema.Notification> => {
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
  };
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
