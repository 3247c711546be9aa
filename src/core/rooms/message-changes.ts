/** Changes of messages: each runs under the lock of its room's stream. */
import { AppError, forbidden, notFound } from '../../errors.ts';
import type { Db, Sql } from '../../store/database.ts';
import { replaceMentions } from '../../store/mentions.ts';
import { type LockedMessageRow, leaveTombstone, lockMessage, updateMessage } from '../../store/message-changes.ts';
import { findMessages } from '../../store/messages.ts';
import { SOME_MEMBER } from '../accounts/accounts.ts';
import type { Contents } from '../contents.ts';
import type { Changed, Changes } from '../events/changes.ts';
import type { Fact } from '../events/events.ts';
import { type Actor, type Message, type ShowPerson, toMessage } from '../model.ts';
import type { Notify } from '../notifications/notify.ts';
import { checkPosition } from '../pages.ts';
import { mentionsIn } from './mentions.ts';
import { mentionNotices } from './message-notices.ts';
import { type MessagePlace, readMentions } from './message-parts.ts';
import { enterRoom, type RoomRef } from './room-access.ts';

/** A message under lock, as the actor finds it. */
export type LockedMessage = LockedMessageRow & MessagePlace;
/** What a change does to a room: its facts are the room's. */
export type RoomChange<T> = Pick<Changed<T>, 'result' | 'personal'> & { readonly facts?: readonly Fact[] };

export type ChangeMessage = ReturnType<typeof createMessageChange>;

export function createMessageChange(sql: Sql, changes: Changes) {
  /**
   * Changes a message of a room that the actor may enter.
   * @throws AppError `invalid` | `not_found` | as `body` | as `Changes.run`
   */
  return async function change<T>(
    actor: Actor,
    ref: RoomRef,
    seq: number,
    body: (tx: Db, message: LockedMessage) => Promise<RoomChange<T>>,
  ): Promise<T> {
    checkPosition('seq', seq);
    const { id: roomId } = await enterRoom(sql, actor, ref);
    return changes.run([roomId], async (tx) => {
      const message = await lockMessage(tx, { roomId, seq }, actor.id);
      // The actor may have left the room meanwhile.
      if (message !== null && message.kind !== 'lobby' && message.role === null) throw notFound('room');
      if (message === null) throw notFound('message');
      const { facts = [], ...changed } = await body(tx, { ...message, roomId, seq });
      return { ...changed, facts: facts.map((fact) => ({ streamId: roomId, fact })) };
    });
  };
}

/** For changes that others see as something written. @throws AppError `not_found`: as sending, where the actor is silenced */
export function requireVoice({ isSilenced, isDeleted }: LockedMessage): void {
  if (isSilenced) throw notFound('room');
  if (isDeleted) throw notFound('message');
}

type EditParts = {
  readonly change: ChangeMessage;
  readonly contents: Contents;
  readonly notify: Notify;
  readonly show: ShowPerson;
  /** Characters. */
  readonly messageLength: number;
};

export function createMessageEdits({ change, contents, notify, show, messageLength }: EditParts) {
  async function read(tx: Db, { roomId, seq }: MessagePlace): Promise<Message> {
    const [row] = await findMessages(tx, roomId, [seq]);
    if (row === undefined) throw notFound('message');
    return toMessage(row.payload, SOME_MEMBER, show);
  }

  return {
    /**
     * Replaces the text, by the author. `expected`: the seq of the last edit that the author knows (of the message, if it was not
     * edited); null: whatever it is.
     * @throws AppError `invalid` | `not_found` | `forbidden` | `precondition_failed` | as `Changes.run`
     */
    edit: (
      actor: Actor,
      ref: RoomRef,
      seq: number,
      { body: text, expected = null }: { readonly body: string; readonly expected?: number | null },
    ): Promise<Message> =>
      change(actor, ref, seq, async (tx, message) => {
        requireVoice(message);
        if (message.authorId !== actor.id) throw forbidden('edit', 'message');
        if (expected !== null && expected !== message.version) throw new AppError('precondition_failed');
        const body = text === '' && message.hasFiles ? '' : contents.check('text', text, messageLength);
        if (body === message.body) return { result: await read(tx, message) };
        const { roomId } = message;
        const [mentions = []] = await readMentions(tx, [{ roomId, author: actor, mentioned: mentionsIn(body) }]);
        const added = await replaceMentions(
          tx,
          message,
          mentions.map(({ id }) => id),
        );
        // The fact of the edit is the next of the room, which is locked.
        await updateMessage(tx, { roomId, seq, body, editedSeq: message.head + 1 });
        const result = await read(tx, message);
        return {
          result,
          facts: [{ kind: 'message.edited', data: result }],
          personal: await notify(tx, mentionNotices({ roomId, seq, actorId: actor.id }, added)),
        };
      }),

    /**
     * Deletes a message, which leaves a tombstone (idempotent): by its author, an owner or moderator of the room, or an admin.
     * @throws AppError `invalid` | `not_found` | `forbidden` | as `Changes.run`
     */
    remove: (actor: Actor, ref: RoomRef, seq: number): Promise<void> =>
      change(actor, ref, seq, async (tx, message) => {
        const moderates = message.role === 'owner' || message.role === 'moderator';
        if (message.authorId !== actor.id && !moderates && !actor.isAdmin) throw forbidden('delete', 'message');
        if (message.isDeleted) return { result: undefined };
        // The fact of the deletion is the next of the room, which is locked.
        const deletedAt = await leaveTombstone(tx, { roomId: message.roomId, seq, deletedSeq: message.head + 1 });
        return { result: undefined, facts: [{ kind: 'message.deleted', data: { seq, deletedAt } }] };
      }),
  };
}
