/** References of messages: the messages that they answer, the accounts that they mention, their files. */
import { AppError, notFound } from '../../errors.ts';
import type { Db } from '../../store/database.ts';
import { findMentioned, insertMentions } from '../../store/mentions.ts';
import { insertMessageFiles } from '../../store/message-files.ts';
import { findQuotes } from '../../store/messages.ts';
import { maySpeak } from '../../store/room-members.ts';
import { SOME_MEMBER } from '../accounts/accounts.ts';
import type { IdempotencyKey } from '../idempotency.ts';
import { attachFiles } from '../media/files.ts';
import type { Account, File, Person, Quote, ShowPerson } from '../model.ts';

/** A message that waits to be stored. */
export type Draft = {
  readonly roomId: number;
  readonly author: Person;
  readonly body: string;
  readonly keyed: IdempotencyKey | null;
  readonly replyTo: number | null;
  /** Uids. */
  readonly files: readonly string[];
  /** As `mentionsIn` gives them. */
  readonly mentioned: readonly (readonly string[])[];
};

type Mentioned = { readonly id: number; readonly uid: string };
export type Parts = {
  readonly quote: Quote | null;
  readonly mentions: readonly Mentioned[];
  readonly files: readonly File[];
};
export const NO_PARTS: Parts = { quote: null, mentions: [], files: [] };

/** The place of a message. */
export type MessagePlace = { readonly roomId: number; readonly seq: number };

/** Whether the draft may have parts. */
export function refersToRows({ replyTo, files, mentioned }: Draft): boolean {
  return replyTo !== null || files.length > 0 || mentioned.length > 0;
}

/**
 * Reads the parts of new messages, and attaches their files. The rooms' streams must be locked.
 * @returns those of each draft, or why it is refused: it answers a message that is not there, or as `attachFiles`. One that is
 * refused costs the others nothing.
 */
export async function readParts(
  tx: Db,
  drafts: readonly Draft[],
  show: ShowPerson,
): Promise<ReadonlyMap<Draft, Parts | AppError>> {
  const quotes = await readQuotes(tx, drafts);
  const mentions = await readMentions(tx, drafts);
  const parts = new Map<Draft, Parts | AppError>();
  for (const [index, draft] of drafts.entries()) {
    const quote = quotes.get(quoteKey(draft.roomId, draft.replyTo, draft.author.id));
    const isUnanswerable = draft.replyTo !== null && quote === undefined;
    const files = isUnanswerable ? notFound('message') : await filesOf(tx, draft);
    const author = quote && show(SOME_MEMBER, quote.author);
    parts.set(
      draft,
      files instanceof AppError
        ? files
        : { quote: quote && author ? { ...quote, author } : null, mentions: mentions[index] ?? [], files },
    );
  }
  return parts;
}

/** Attaches them, unless the message will be refused. */
async function filesOf(tx: Db, { roomId, author, files }: Draft): Promise<readonly File[] | AppError> {
  if (files.length === 0) return [];
  if (!(await maySpeak(tx, roomId, author.id))) return notFound('room');
  return attachFiles(tx, author, 'files', files);
}

/** Stores the mentions and files of messages that have been stored. */
export async function storeParts(tx: Db, stored: readonly (Parts & MessagePlace)[]): Promise<void> {
  const mentions = stored.flatMap(({ roomId, seq, mentions }) =>
    mentions.map(({ id: accountId }) => ({ roomId, seq, accountId })),
  );
  if (mentions.length > 0) await insertMentions(tx, mentions);
  const files = stored.flatMap(({ roomId, seq, files }) =>
    files.map(({ key }, position) => ({ roomId, seq, position, key })),
  );
  if (files.length > 0) await insertMessageFiles(tx, files);
}

type Mentioning = Pick<Draft, 'roomId' | 'mentioned'> & { readonly author: Pick<Person, 'id'> };

/** The accounts that each of these mentions, once, with one statement. A name of several candidates is the first that there is. */
export async function readMentions(tx: Db, drafts: readonly Mentioning[]): Promise<readonly (readonly Mentioned[])[]> {
  const wanted = drafts.flatMap(({ roomId, author, mentioned }, draft) =>
    [...new Set(mentioned.flat())].map((key) => ({ roomId, authorId: author.id, key, draft })),
  );
  const rows = wanted.length === 0 ? [] : await findMentioned(tx, wanted);
  const known = drafts.map(() => new Map<string, Mentioned>());
  for (const { n, id, uid } of rows) {
    const { draft, key } = wanted[n] as (typeof wanted)[number];
    known[draft]?.set(key, { id, uid });
  }
  return drafts.map(({ mentioned }, draft) => {
    const found = mentioned.flatMap((keys) => {
      const key = keys.find((one) => known[draft]?.has(one));
      return key === undefined ? [] : [known[draft]?.get(key) as Mentioned];
    });
    return [...new Set(found)];
  });
}

type StoredQuote = Omit<Quote, 'author'> & { readonly author: Account };

async function readQuotes(tx: Db, drafts: readonly Draft[]): Promise<ReadonlyMap<string, StoredQuote>> {
  const wanted = drafts.flatMap(({ roomId, replyTo: seq, author }) =>
    seq === null ? [] : [{ roomId, seq, accountId: author.id }],
  );
  const rows = wanted.length === 0 ? [] : await findQuotes(tx, wanted);
  return new Map(rows.map((row) => [quoteKey(row.room_id, row.seq, row.account_id), row.quote as StoredQuote]));
}

function quoteKey(roomId: number, seq: number | null, accountId: number): string {
  return `${roomId} ${seq} ${accountId}`;
}
