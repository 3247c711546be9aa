/**
 * Stores batches of messages. Most messages have a body and nothing else: a batch of those is one statement. With answers,
 * mentions or files among them, the batch is a transaction in which the rooms' streams are locked first.
 */
import { AppError, notFound } from '../../errors.ts';
import type { Db, Sql } from '../../store/database.ts';
import { lockStreams } from '../../store/events.ts';
import {
  findKeyedMessages,
  findReadOnly,
  type InsertedMessageRow,
  insertMessages,
  type NewMessageRows,
} from '../../store/messages.ts';
import { SOME_MEMBER } from '../accounts/accounts.ts';
import type { Storage } from '../accounts/storage.ts';
import { appendPersonal, type Published } from '../events/changes.ts';
import type { Outcome } from '../events/lane.ts';
import { groupBy } from '../group-by.ts';
import type { IdempotencyKey } from '../idempotency.ts';
import { type Message, type ShowPerson, toMessage } from '../model.ts';
import type { Notify } from '../notifications/notify.ts';
import { noticesOf } from './message-notices.ts';
import { type Draft, NO_PARTS, type Parts, readParts, refersToRows, storeParts } from './message-parts.ts';

type Outcomes = Map<Draft, Outcome<Message>>;
type KeyedDraft = Draft & { readonly keyed: IdempotencyKey };

export type BatchParts = {
  readonly storage: Pick<Storage, 'addMessage'>;
  readonly notify: Notify;
  readonly show: ShowPerson;
};

export function createMessageBatches(sql: Sql, { storage, notify, show }: BatchParts) {
  /** One outcome a draft, in the same order. A draft that repeats one before it has the same result. */
  async function store(batch: readonly Draft[]): Promise<readonly Outcome<Message>[]> {
    const outcomes = batch.some(refersToRows)
      ? await sql.begin((tx) => storeReferring(tx, batch))
      : await storePlain(batch);
    for (const [{ author, body }, outcome] of outcomes) if ('event' in outcome) storage.addMessage(author, body);
    return batch.map((draft) => outcomes.get(draft) ?? repetition(draft, outcomes));
  }

  async function storePlain(batch: readonly Draft[]): Promise<Outcomes> {
    if (!batch.some(isKeyed)) return insert(sql, batch);
    const repeats = await findRepeats(sql, batch);
    return new Map([...repeats, ...(await insert(sql, freshIn(batch, repeats)))]);
  }

  /** Under the locks, what is referred to stays as it was read. The files of a repeat are attached already. */
  async function storeReferring(tx: Db, batch: readonly Draft[]): Promise<Outcomes> {
    await lockStreams(tx, [...new Set(batch.map(({ roomId }) => roomId))]);
    const repeats = await findRepeats(tx, batch);
    const fresh = freshIn(batch, repeats);
    const read = [...(await readParts(tx, fresh, show))];
    const refused = read.flatMap(([draft, one]) =>
      one instanceof AppError ? [[draft, { refusal: one }] as const] : [],
    );
    const parts = new Map(read.flatMap(([draft, one]) => (one instanceof AppError ? [] : [[draft, one] as const])));
    const outcomes = await insert(
      tx,
      fresh.filter((draft) => parts.has(draft)),
      parts,
    );
    const stored = [...outcomes].flatMap(([draft, outcome]) => {
      // Files are attached already; the rollback undoes that.
      if ('refusal' in outcome && draft.files.length > 0) throw outcome.refusal;
      if (!('event' in outcome)) return [];
      const { roomId, seq, author } = outcome.result;
      return { ...(parts.get(draft) ?? NO_PARTS), roomId, seq, authorId: author.id };
    });
    await storeParts(tx, stored);
    const notices = stored.flatMap(noticesOf);
    const others = notices.length === 0 ? null : await appendPersonal(tx, await notify(tx, notices));
    return new Map([...repeats, ...refused, ...withOthers(outcomes, others)]);
  }

  async function insert(db: Db, drafts: readonly Draft[], parts?: ReadonlyMap<Draft, Parts>): Promise<Outcomes> {
    const rows = drafts.length === 0 ? [] : await insertMessages(db, toRows(drafts, parts));
    const stored = rowsByRoom(rows);
    // Per author and room, either all messages were stored or none.
    const spoken = rows.length === drafts.length ? null : new Set(rows.map(speakerOf));
    const readOnly = spoken === null ? null : await findReadOnlyFor(db, drafts, spoken);
    const outcomes: Outcomes = new Map();
    for (const draft of drafts) {
      const { roomId, author } = draft;
      const isStored = spoken === null || spoken.has(speakerOf({ room_id: roomId, author_id: author.id }));
      const row = isStored ? stored.get(roomId)?.shift() : undefined;
      outcomes.set(draft, row === undefined ? refused(draft, readOnly) : creation(draft, row, parts?.get(draft)));
    }
    return outcomes;
  }

  /** The messages that were sent before with the keys of these drafts, as they are now. */
  async function findRepeats(db: Db, drafts: readonly Draft[]): Promise<Outcomes> {
    const keyed = drafts.filter(isKeyed);
    const wanted = keyed.map(({ author, keyed: { key } }) => ({ authorId: author.id, key }));
    const rows = keyed.length === 0 ? [] : await findKeyedMessages(db, wanted);
    const known = new Map(rows.map((row) => [keyOf(row.author_id, row.key), row]));
    const repeats: Outcomes = new Map();
    for (const draft of keyed) {
      const row = known.get(keyOf(draft.author.id, draft.keyed.key));
      if (row === undefined) continue;
      const result = toMessage(row.payload, SOME_MEMBER, show);
      // A deleted message has no digest any more.
      const isRepeat = result.deletedAt !== null || isSame(row.digest, draft.keyed.digest);
      if (isRepeat) repeats.set(draft, row.readable ? { result } : { refusal: notFound('room') });
      else repeats.set(draft, refusedKey());
    }
    return repeats;
  }

  return { store };
}

/** Speakers whose messages were not stored because only moderators write there. */
async function findReadOnlyFor(
  db: Db,
  drafts: readonly Draft[],
  spoken: ReadonlySet<string>,
): Promise<ReadonlySet<string>> {
  const silent = drafts
    .map(({ roomId, author }) => ({ roomId, accountId: author.id }))
    .filter(({ roomId, accountId }) => !spoken.has(speakerOf({ room_id: roomId, author_id: accountId })));
  return new Set((await findReadOnly(db, silent)).map(speakerOf));
}

function refused({ roomId, author }: Draft, readOnly: ReadonlySet<string> | null): Outcome<never> {
  const isReadOnly = readOnly?.has(speakerOf({ room_id: roomId, author_id: author.id })) ?? false;
  return { refusal: isReadOnly ? new AppError('read_only') : notFound('room') };
}

function isKeyed(draft: Draft): draft is KeyedDraft {
  return draft.keyed !== null;
}

function keyOf(authorId: number, key: string): string {
  return `${authorId} ${key}`;
}

function isSame(one?: Uint8Array, other?: Uint8Array): boolean {
  return one !== undefined && other !== undefined && Buffer.compare(one, other) === 0;
}

function refusedKey(): Outcome<never> {
  return { refusal: new AppError('idempotency_key_reused') };
}

/** The drafts to be inserted: of several with one key the first. */
function freshIn(batch: readonly Draft[], repeats: ReadonlyMap<Draft, unknown>): readonly Draft[] {
  const used = new Set<string>();
  return batch.filter((draft) => {
    if (repeats.has(draft)) return false;
    if (!isKeyed(draft)) return true;
    const key = keyOf(draft.author.id, draft.keyed.key);
    return !used.has(key) && used.add(key);
  });
}

/** The outcome of a draft whose key one before it in the batch has. */
function repetition(draft: Draft, outcomes: Outcomes): Outcome<Message> {
  const key = draft.keyed?.key;
  const first = [...outcomes].find(([{ author, keyed }]) => keyed?.key === key && author.id === draft.author.id);
  if (first === undefined || !isSame(first[0].keyed?.digest, draft.keyed?.digest)) return refusedKey();
  return 'refusal' in first[1] ? first[1] : { result: first[1].result };
}

function toRows(drafts: readonly Draft[], parts?: ReadonlyMap<Draft, Parts>): NewMessageRows {
  const rows = {
    roomIds: drafts.map(({ roomId }) => roomId),
    authorIds: drafts.map(({ author }) => author.id),
    bodies: drafts.map(({ body }) => body),
  };
  if (parts === undefined && !drafts.some(isKeyed)) return rows;
  const extras = drafts.map((draft) => {
    const { mentions, files } = parts?.get(draft) ?? NO_PARTS;
    const { keyed, replyTo } = draft;
    return { keyed, replyTo, hasMore: mentions.length > 0 || files.length > 0 };
  });
  return { ...rows, extras };
}

const NO_MENTIONS: readonly string[] = [];

/** One literal, without spreads: this is made for every message that is sent. */
function creation(draft: Draft, { id, seq, at }: InsertedMessageRow, parts: Parts = NO_PARTS): Outcome<Message> {
  const message: Message = {
    id,
    roomId: draft.roomId,
    seq,
    author: draft.author,
    body: draft.body,
    createdAt: at,
    editedAt: null,
    editedSeq: null,
    deletedAt: null,
    replyTo: parts.quote,
    mentions: parts === NO_PARTS ? NO_MENTIONS : parts.mentions.map(({ uid }) => uid),
    files: parts.files,
  };
  return { result: message, event: { kind: 'message.created', seq, data: message } };
}

/** Events of other streams are published with any of the batch. */
function withOthers(outcomes: Outcomes, others: Published | null): Outcomes {
  const first = [...outcomes].find(([, outcome]) => 'event' in outcome);
  if (first !== undefined && others !== null) outcomes.set(first[0], { ...first[1], others } as Outcome<Message>);
  return outcomes;
}

/** The rows by room, in order of seq, which is the order of the batch. */
function rowsByRoom(rows: readonly InsertedMessageRow[]): ReadonlyMap<number, InsertedMessageRow[]> {
  const rooms = groupBy(rows, (row) => row.room_id);
  for (const room of rooms.values()) room.sort((a, b) => a.seq - b.seq);
  return rooms;
}

function speakerOf({ room_id, author_id }: Pick<InsertedMessageRow, 'room_id' | 'author_id'>): string {
  return `${room_id} ${author_id}`;
}
