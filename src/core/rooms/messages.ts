/** Sending messages with group commit: one statement stores the waiting messages of all rooms. */
import { notFound } from '../../errors.ts';
import { type Sql, toKnownError } from '../../store/database.ts';
import { isStrangersMessage } from '../../store/messages.ts';
import { SOME_MEMBER } from '../accounts/accounts.ts';
import type { Storage } from '../accounts/storage.ts';
import type { Contents } from '../contents.ts';
import type { KoineHub } from '../events/events.ts';
import { createLane } from '../events/lane.ts';
import { idempotencyKey } from '../idempotency.ts';
import type { LaneLoad } from '../load.ts';
import { checkFileIds } from '../media/files.ts';
import type { Account, Message, ShowPerson } from '../model.ts';
import type { Notify } from '../notifications/notify.ts';
import { checkPosition } from '../pages.ts';
import { mentionsIn } from './mentions.ts';
import { createMessageBatches } from './message-batches.ts';
import type { Draft } from './message-parts.ts';

export type Messages = {
  /**
   * Sends to a room. Membership is checked by the statement that stores the message; in the lobby, every account may send.
   * @returns the message, once it is stored; with a key that was used before, the message that was sent with it
   * @throws AppError `invalid` | `not_found`: no such room, or no such message to answer | `read_only` | `idempotency_key_reused` |
   * `quota_exceeded` | as `Lane.commit`
   */
  send(room: { id: number }, author: Account, message: NewMessage): Promise<Message>;
  readonly load: LaneLoad;
  flush(): Promise<void>;
};

export type NewMessage = {
  readonly body: string;
  /** The seq of the message that it answers. */
  readonly replyTo?: number | null;
  /** Uids of files that the author uploaded. */
  readonly files?: readonly string[];
  readonly key?: string | null;
};

/** Messages in one statement. Bounds the work of one tick of delivery. */
const MAX_BATCH = 512;
/** Bounds memory: each message has at most a few kB. */
const MAX_WAITING = 20_000;

const NO_FILES: readonly string[] = [];

export type MessageOptions = {
  readonly contents: Contents;
  readonly storage: Storage;
  readonly notify: Notify;
  /** Characters. */
  readonly messageLength: number;
};

export function createMessages(
  sql: Sql,
  hub: KoineHub,
  { contents, storage, notify, messageLength }: MessageOptions,
  show: ShowPerson,
): Messages {
  const batches = createMessageBatches(sql, { storage, notify, show });
  const lane = createLane<Draft, Message>(hub, {
    name: 'messages',
    maxBatch: MAX_BATCH,
    maxWaiting: MAX_WAITING,
    streamOf: ({ roomId }) => roomId,
    store: batches.store,
    refusalOf: (error) => (isStrangersMessage(error) ? notFound('room') : toKnownError(error)),
  });

  function send(room: { id: number }, author: Account, message: NewMessage): Promise<Message> {
    storage.requireRoom(author);
    const { key = null, replyTo = null, files: given = NO_FILES } = message;
    const files = given.length === 0 ? NO_FILES : checkFileIds('files', given);
    const body = message.body === '' && files.length > 0 ? '' : contents.check('text', message.body, messageLength);
    if (replyTo !== null) checkPosition('replyTo', replyTo);
    return lane.commit({
      roomId: room.id,
      author: show(SOME_MEMBER, author),
      body,
      keyed: key === null ? null : idempotencyKey(key, [room.id, body, replyTo, files]),
      replyTo,
      files,
      mentioned: mentionsIn(body),
    });
  }

  return { send, load: lane.load, flush: lane.flush };
}
