/**
 * Sending messages, with group commit: while one batch is being committed the next one gathers, so an idle server
 * adds no wait and a busy one turns hundreds of sends into one statement. Nobody hears of a message before it is
 * committed.
 */

import { AppError, notFound } from '../../errors.ts';
import { isOutage, type Sql, withoutOutage } from '../../store/database.ts';
import { type InsertedMessageRow, insertMessages, isStrangersMessage } from '../../store/messages.ts';
import type { Storage } from '../accounts/storage.ts';
import type { Contents } from '../contents.ts';
import type { KoineHub } from '../events/events.ts';
import { groupBy } from '../group-by.ts';
import { LaneLoad } from '../load.ts';
import type { Account, Message } from '../model.ts';

export type Messages = ReturnType<typeof createMessages>;

type Send = {
  readonly roomId: number;
  readonly author: Account;
  readonly body: string;
  readonly sentAt: number;
  readonly resolve: (message: Message) => void;
  readonly reject: (error: unknown) => void;
};

/** Messages in one statement. Bounds what one turn of delivery costs. */
const MAX_BATCH = 512;
/** Messages that may wait for the batch before theirs, each at most a few kB. */
const MAX_WAITING = 20_000;

export type MessageOptions = {
  readonly contents: Contents;
  readonly storage: Storage;
  /** Characters. */
  readonly messageLength: number;
};

export function createMessages(sql: Sql, hub: KoineHub, { contents, storage, messageLength }: MessageOptions) {
  const waiting: Send[] = [];
  const load = new LaneLoad('messages', () => waiting.length);
  let running: Promise<void> | null = null;

  /**
   * Sends to a room, if its author may speak there when it is stored: a member, or anybody in the lobby.
   * @returns the message, once it is stored
   * @throws AppError `invalid` | `not_found` | `quota_exceeded` | `overloaded` | `unavailable`: then nothing was stored, or (the connection broke
   * during the commit) nobody knows yet, and if it was, it is delivered like any other
   */
  function send(room: { id: number }, author: Account, text: string): Promise<Message> {
    storage.requireRoom(author);
    const body = contents.check('text', text, messageLength);
    if (waiting.length >= MAX_WAITING) {
      load.overflows += 1;
      throw new AppError('overloaded');
    }
    return new Promise((resolve, reject) => {
      const { id, uid, username, email, avatarUrl, avatarKey } = author;
      waiting.push({
        roomId: room.id,
        author: { id, uid, username, email, avatarUrl, avatarKey },
        body,
        sentAt: performance.now(),
        resolve,
        reject,
      });
      running ??= run();
    });
  }

  /** Starts at the end of the turn, when everything that has come in with it is here. */
  async function run(): Promise<void> {
    await new Promise(setImmediate);
    while (waiting.length > 0) await commit(waiting.splice(0, MAX_BATCH));
    running = null;
  }

  async function commit(batch: readonly Send[]): Promise<void> {
    const begunAt = performance.now();
    try {
      const rows = await insertMessages(sql, {
        roomIds: batch.map((send) => send.roomId),
        authorIds: batch.map((send) => send.author.id),
        bodies: batch.map((send) => send.body),
      });
      load.committed(batch, begunAt);
      deliver(rows.length === batch.length ? batch : withoutStrangers(batch, rows), rows);
    } catch (error) {
      if (batch.length > 1 && !isOutage(error)) {
        // One of them cannot be stored (its author was just deleted, say): the others must not suffer.
        for (const send of batch) await commit([send]);
      } else {
        const reason = isStrangersMessage(error) ? notFound('room') : withoutOutage(error);
        for (const send of batch) send.reject(reason);
      }
    }
  }

  function deliver(batch: readonly Send[], rows: readonly InsertedMessageRow[]): void {
    const sends = groupBy(batch, (send) => send.roomId);
    for (const [roomId, stored] of groupBy(rows, (row) => row.room_id)) {
      const own = sends.get(roomId) ?? [];
      const messages = stored.sort((a, b) => a.seq - b.seq).map((row, index) => ({ row, send: own[index] as Send }));
      const events = messages.map(({ row, send }) => ({
        kind: 'message.created' as const,
        seq: row.seq,
        data: { id: row.id, roomId, author: send.author, body: send.body, createdAt: row.at },
      }));
      hub.publish(roomId, events);
      for (const [index, { send }] of messages.entries()) {
        storage.addMessage(send.author, send.body);
        send.resolve((events[index] as (typeof events)[number]).data);
      }
    }
  }

  return {
    send,
    load,
    /** Resolves when everything sent so far has been committed or refused. */
    flush: async (): Promise<void> => {
      await running;
    },
  };
}

/** Some were not stored: for each author and room it is all of theirs or none. */
function withoutStrangers(batch: readonly Send[], rows: readonly InsertedMessageRow[]): readonly Send[] {
  const admitted = new Set(rows.map((row) => `${row.room_id} ${row.author_id}`));
  return batch.filter((send) => {
    const stored = admitted.has(`${send.roomId} ${send.author.id}`);
    if (!stored) send.reject(notFound('room'));
    return stored;
  });
}
