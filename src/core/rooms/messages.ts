/** Sending messages with group commit: one statement stores the waiting messages of all rooms. */
import { notFound } from '../../errors.ts';
import { type Sql, withoutOutage } from '../../store/database.ts';
import { type InsertedMessageRow, insertMessages, isStrangersMessage } from '../../store/messages.ts';
import { SOME_MEMBER } from '../accounts/accounts.ts';
import type { Storage } from '../accounts/storage.ts';
import type { Contents } from '../contents.ts';
import type { KoineHub } from '../events/events.ts';
import { createLane, type Outcome } from '../events/lane.ts';
import { groupBy } from '../group-by.ts';
import { type Account, type Message, NEW_MESSAGE, type Person, type ShowPerson } from '../model.ts';

export type Messages = ReturnType<typeof createMessages>;

type Send = { readonly roomId: number; readonly author: Person; readonly body: string };

/** Messages in one statement. Bounds the work of one tick of delivery. */
const MAX_BATCH = 512;
/** Bounds memory: each message has at most a few kB. */
const MAX_WAITING = 20_000;

export type MessageOptions = {
  readonly contents: Contents;
  readonly storage: Storage;
  /** Characters. */
  readonly messageLength: number;
};

export function createMessages(
  sql: Sql,
  hub: KoineHub,
  { contents, storage, messageLength }: MessageOptions,
  show: ShowPerson,
) {
  const lane = createLane<Send, Message>(hub, {
    name: 'messages',
    maxBatch: MAX_BATCH,
    maxWaiting: MAX_WAITING,
    streamOf: ({ roomId }) => roomId,
    store,
    refusalOf: (error) => (isStrangersMessage(error) ? notFound('room') : withoutOutage(error)),
  });

  async function store(batch: readonly Send[]): Promise<readonly Outcome<Message>[]> {
    const rows = await insertMessages(sql, {
      roomIds: batch.map(({ roomId }) => roomId),
      authorIds: batch.map(({ author }) => author.id),
      bodies: batch.map(({ body }) => body),
    });
    const stored = rowsByRoom(rows);
    const spoken = rows.length === batch.length ? null : new Set(rows.map(speakerOf));
    return batch.map((send): Outcome<Message> => {
      const { roomId, author, body } = send;
      // Per author and room, either all messages were stored or none.
      const isStored = spoken === null || spoken.has(speakerOf({ room_id: roomId, author_id: author.id }));
      const row = isStored ? stored.get(roomId)?.shift() : undefined;
      if (row === undefined) return { refusal: notFound('room') };
      const { id, seq, at } = row;
      storage.addMessage(author, body);
      const message: Message = { ...NEW_MESSAGE, id, roomId, seq, author, body, createdAt: at };
      return { result: message, event: { kind: 'message.created', seq, data: message } };
    });
  }

  return {
    /**
     * Sends to a room. Membership is checked by the statement that stores the message; in the lobby, every account may send.
     * @returns the message, once it is stored
     * @throws AppError `invalid` | `not_found` | `quota_exceeded` | as `Lane.commit`
     */
    send: (room: { id: number }, author: Account, text: string): Promise<Message> => {
      storage.requireRoom(author);
      const body = contents.check('text', text, messageLength);
      return lane.commit({ roomId: room.id, author: show(SOME_MEMBER, author), body });
    },
    load: lane.load,
    flush: lane.flush,
  };
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
