/** How koine shows events: the same to all readers of a stream. */
import type { DataOf, Event } from '../../core/events/events.ts';
import type { Signal } from '../../core/events/signals.ts';
import type { StreamEncoder } from '../../core/live/streams.ts';
import { EVENT_SHAPES, type EventData, type ShownKind } from './event-schemas.ts';
import { marks, moment, type Presenter, subject } from './present.ts';

type Presented = { readonly [Kind in ShownKind]: (data: DataOf<Kind>) => EventData<Kind> };

/** The event as JSON; null: it is not shown. */
export type EventTexts = (stream: string) => StreamEncoder;

type Named = { readonly uid: string };

const named = ({ uid }: Named) => ({ id: uid });

/** Makes the encoder of the stream of that name. */
export function createEventTexts(present: Presenter): EventTexts {
  const { person, message, look, room, me, publicPost, comment } = present;
  const reaction = ({ seq, emoji, by }: DataOf<'reaction.added'>) => ({ seq, emoji, by: by.uid });
  const pin = ({ seq, by }: DataOf<'pin.added'>) => ({ seq, by: by.uid });
  const presented: Presented = {
    'message.created': message,
    'message.edited': message,
    'message.deleted': ({ seq, deletedAt }) => ({ seq, deletedAt: moment(deletedAt) }),
    'reaction.added': reaction,
    'reaction.removed': reaction,
    'pin.added': pin,
    'pin.removed': pin,
    'room.changed': look,
    'membership.added': ({ person: who, role }) => ({ person: person(who), role }),
    'membership.removed': named,
    'membership.changed': ({ uid, role }) => ({ id: uid, role }),
    'account.removed': named,
    'post.created': publicPost,
    'post.edited': publicPost,
    'post.deleted': named,
    'post.liked': ({ uid, by, liked, likesCount }) => ({ id: uid, by: by?.uid ?? null, liked, likesCount }),
    'comment.created': comment,
    'comment.edited': comment,
    'comment.deleted': ({ id, postUid }) => ({ id: String(id), postId: postUid }),
    'room.joined': room,
    'room.left': named,
    'read.moved': (moved) => ({ room: moved.roomUid, ...marks(moved), seq: moved.seq }),
    'notify.changed': ({ roomUid, notify }) => ({ room: roomUid, notify }),
    'friend.added': person,
    'friend.removed': named,
    'block.added': named,
    'block.removed': named,
    'mute.added': named,
    'mute.removed': named,
    'own-session.ended': ({ id }) => ({ id }),
    'notification.created': present.notification,
    'notification.read': ({ upTo, unread }) => ({ upTo: String(upTo), unread }),
    'notification.removed': ({ unread, ...about }) => ({ subject: subject(about), unread }),
    'post.bookmarked': ({ uid, bookmarked }) => ({ id: uid, bookmarked }),
    'post.reacted': ({ uid, liked }) => ({ id: uid, liked }),
    'settings.changed': me,
  };

  /** An event is delivered to all its readers in one turn, of whom some have an encoder of their own. */
  let last: { readonly event: Event; readonly text: string | null } | null = null;

  function textOf(stream: string, event: Event): string | null {
    if (last?.event !== event) last = { event, text: newTextOf(stream, event) };
    return last.text;
  }

  function newTextOf(stream: string, { kind, seq, data }: Event): string | null {
    const shape = (EVENT_SHAPES as Partial<Record<string, { type: string }>>)[kind];
    if (shape === undefined) return null;
    const present = presented[kind as ShownKind] as (data: Event['data']) => object;
    return JSON.stringify({ type: shape.type, stream, seq, data: present(data) });
  }

  return (stream) => new StreamTexts(stream, textOf);
}

/** There are as many as open streams: it keeps little. */
class StreamTexts implements StreamEncoder {
  readonly name: string;
  readonly #textOf: (stream: string, event: Event) => string | null;

  constructor(name: string, textOf: (stream: string, event: Event) => string | null) {
    this.name = name;
    this.#textOf = textOf;
  }

  event(event: Event): string | null {
    return this.#textOf(this.name, event);
  }

  signal(signal: Signal): string | null {
    return signalText(this.name, signal);
  }
}

function signalText(stream: string, signal: Signal): string | null {
  if (signal.kind === 'typing') return JSON.stringify({ type: 'typing', stream, data: { by: signal.uid } });
  if (signal.kind === 'read')
    return JSON.stringify({ type: 'read', stream, data: { by: signal.uid, seq: signal.seq } });
  return null;
}
