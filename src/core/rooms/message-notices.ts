/** Notifications of messages. */
import type { Notice } from '../notifications/notify.ts';
import type { MessagePlace, Parts } from './message-parts.ts';

/** Notices of a new message. The account that it answers gets no notice of a mention as well. */
export function noticesOf({
  roomId,
  seq,
  authorId: actorId,
  quote,
  mentions,
}: MessagePlace & Parts & { readonly authorId: number }): Notice[] {
  const answered = quote === null ? [] : [quote.author.id];
  const mentioned = mentions.map(({ id }) => id).filter((id) => !answered.includes(id));
  return [
    ...answered.map((accountId) => ({ kind: 'reply' as const, accountId, actorId, roomId, seq })),
    ...mentionNotices({ roomId, seq, actorId }, mentioned),
  ];
}

export function mentionNotices(
  message: MessagePlace & { readonly actorId: number },
  accountIds: readonly number[],
): Notice[] {
  return accountIds.map((accountId) => ({ ...message, kind: 'mention', accountId }));
}
