/** What accounts are to be told of messages: in the transaction of the message, on their own streams. */
import type { Db } from '../../store/database.ts';
import type { AccountFact } from '../events/changes.ts';
import type { MessagePlace, Parts } from './message-parts.ts';

type StoredMessage = MessagePlace & Parts & { readonly authorId: number };

export type MessageNotice = MessagePlace & {
  readonly kind: 'mention' | 'reply' | 'reaction';
  /** Who is told. */
  readonly accountId: number;
  readonly actorId: number;
};

/** @returns the facts for the streams of the accounts */
export type NotifyOfMessages = (tx: Db, notices: readonly MessageNotice[]) => Promise<readonly AccountFact[]>;

/** Of a new message. Whoever it answers is not told of a mention too. */
export function noticesOf({ roomId, seq, authorId, quote, mentions }: StoredMessage): MessageNotice[] {
  const notice = { roomId, seq, actorId: authorId };
  const answered = quote === null || quote.author.id === authorId ? null : quote.author.id;
  const mentioned = mentions.filter(({ id }) => id !== answered);
  return [
    ...(answered === null ? [] : [{ ...notice, kind: 'reply' as const, accountId: answered }]),
    ...mentioned.map(({ id }) => ({ ...notice, kind: 'mention' as const, accountId: id })),
  ];
}
