/** Events of messages that a node keeps in memory: they follow what later events say, as those in the log do. */
import { EXCERPT } from '../../store/message-payload.ts';
import type { Event } from '../events/events.ts';
import type { Message } from '../model.ts';

type Revision = (kept: Event) => Event | null;

/** How an event changes those before it; null: not at all. */
export function revisedBy(event: Event): Revision | null {
  if (event.kind === 'message.edited') return edited(event.data);
  return event.kind === 'message.deleted' ? deleted(event.data, event.seq) : null;
}

function edited(message: Message): Revision {
  const excerpt = [...message.body].slice(0, EXCERPT).join('');
  return (kept) => {
    if (!isOfMessage(kept)) return kept;
    if (kept.data.seq === message.seq) return { ...kept, data: message };
    return withExcerpt(kept, message.seq, excerpt);
  };
}

/** An edit is left out: the deletion follows it. */
function deleted(
  { seq, deletedAt }: { readonly seq: number; readonly deletedAt: number },
  editedSeq: number,
): Revision {
  return (kept) => {
    if (!isOfMessage(kept)) return kept;
    if (kept.data.seq !== seq) return withExcerpt(kept, seq, '');
    if (kept.kind === 'message.edited') return null;
    const nothing = { body: '', editedAt: null, editedSeq, replyTo: null, mentions: [], files: [] };
    return { ...kept, data: { ...kept.data, ...nothing, deletedAt } };
  };
}

/** Removes messages of the account, and quotes of them. */
export function withoutAccount(accountId: number): Revision {
  return (kept) => {
    if ('by' in kept.data) return kept.data.by?.id === accountId ? null : kept;
    if (!isOfMessage(kept)) return kept;
    if (kept.data.author.id === accountId) return null;
    return kept.data.replyTo?.author.id === accountId ? { ...kept, data: { ...kept.data, replyTo: null } } : kept;
  };
}

type MessageEvent = Extract<Event, { kind: 'message.created' | 'message.edited' }>;

function isOfMessage(event: Event): event is MessageEvent {
  return event.kind === 'message.created' || event.kind === 'message.edited';
}

function withExcerpt(kept: MessageEvent, seq: number, excerpt: string): Event {
  const { replyTo } = kept.data;
  return replyTo?.seq === seq ? { ...kept, data: { ...kept.data, replyTo: { ...replyTo, excerpt } } } : kept;
}
