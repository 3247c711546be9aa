/** Changes of messages: each runs under the lock of its room's stream. */
import { AppError, forbidden, notFound } from '../../errors.ts';
import type { Db } from '../../store/database.ts';
import { replaceMentions } from '../../store/mentions.ts';
import { type LockedMessageRow, leaveTombstones, lockMessage, updateMessage } from '../../store/message-changes.ts';
import { findMessages } from '../../store/messages.ts';
import type { RoomRow } from '../../store/rooms.ts';
import { SOME_MEMBER } from '../accounts/accounts.ts';
import { isModerator } from '../community/ranks.ts';
import type { Contents } from '../contents.ts';
import type { Changed, Changes } from '../events/changes.ts';
import type { Fact } from '../events/events.ts';
import { type Actor, type Message, type ShowPerson, toMessage } from '../model.ts';
import { recordRemoval } from '../moderation/audit.ts';
import { type Notify, withdraw } from '../notifications/notify.ts';
import { checkPosition } from '../pages.ts';
import { mentionsIn } from './mentions.ts';
import { mentionNotices } from './message-notices.ts';
import { type MessagePlace, readMentions } from './message-parts.ts';
import type { RoomRef } from './room-access.ts';

/** A message under lock, as the actor finds it. */
export type LockedMessage = LockedMessageRow & MessagePlace;
/** The effect of a change on a room: its facts are the room's. */
export type RoomChange<T> = Pick<Changed<T>, 'result' | 'personal'> & { readonly facts?: readonly Fact[] };

/**
 * Changes a message of a room that the actor may enter.
 * @throws AppError `invalid` | `not_found` | as `body` | as `Changes.run`
 */
export type ChangeMessage = <T>(
  actor: Actor,
  ref: RoomRef,
  seq: number,
  body: (tx: Db, message: LockedMessage) => Promise<RoomChange<T>>,
) => Promise<T>;

/** `enter`: finds the room, if the actor may do there what is to be done. */
export function createMessageChange(
  changes: Changes,
  enter: (actor: Actor, ref: RoomRef) => Promise<Pick<RoomRow, 'id'>>,
  { strangers = false } = {},
): ChangeMessage {
  return async function change<T>(
    actor: Actor,
    ref: RoomRef,
    seq: number,
    body: (tx: Db, message: LockedMessage) => Promise<RoomChange<T>>,
  ): Promise<T> {
    checkPosition('seq', seq);
    const { id: roomId } = await enter(actor, ref);
    return changes.run([roomId], async (tx) => {
      const message = await lockMessage(tx, { roomId, seq }, actor.id);
      // The actor may have left the room meanwhile.
      if (message !== null && message.kind !== 'lobby' && message.role === null && !strangers) throw notFound('room');
      if (message === null) throw notFound('message');
      const { facts = [], ...changed } = await body(tx, { ...message, roomId, seq });
      return { ...changed, facts: facts.map((fact) => ({ streamId: roomId, fact })) };
    });
  };
}

/** For changes that others see. @throws AppError `not_found`: as sending, where the other of the two has blocked the actor */
export function requireVoice({ isSilenced, isDeleted }: LockedMessage): void {
  if (isSilenced) throw notFound('room');
  if (isDeleted) throw notFound('message');
}

/** As `requireVoice`, for what counts as writing. @throws AppError `read_only` */
export function requireMayPost(actor: Pick<Actor, 'role'>, message: LockedMessage): void {
  requireVoice(message);
  if (message.isReadOnly && !mayModerate(actor, message)) throw new AppError('read_only');
}

/** Owners and moderators of the room, and those of the community. */
function mayModerate(actor: Pick<Actor, 'role'>, { role }: Pick<LockedMessage, 'role'>): boolean {
  return role === 'owner' || role === 'moderator' || isModerator(actor.role);
}

type EditParts = {
  readonly change: ChangeMessage;
  /** For moderators of the community, who need not be members of the room. */
  readonly changeAnywhere: ChangeMessage;
  readonly contents: Contents;
  readonly notify: Notify;
  readonly show: ShowPerson;
  /** Characters. */
  readonly messageLength: number;
};

export type MessageEdits = {
  /**
   * Replaces the text, by the author. `expected`: the seq of the last edit that the author knows (of the message, if it was not
   * edited); null: whatever it is.
   * @throws AppError `invalid` | `not_found` | `forbidden` | `precondition_failed` | as `Changes.run`
   */
  edit(
    actor: Actor,
    ref: RoomRef,
    seq: number,
    edit: { readonly body: string; readonly expected?: number | null },
  ): Promise<Message>;
  /**
   * Deletes a message, which leaves a tombstone (idempotent): by its author, an owner or moderator of the room, or those of the
   * community, in whatever room.
   * @throws AppError `invalid` | `not_found` | `forbidden` | as `Changes.run`
   */
  remove(actor: Actor, ref: RoomRef, seq: number): Promise<void>;
};

export function createMessageEdits({
  change,
  changeAnywhere,
  contents,
  notify,
  show,
  messageLength,
}: EditParts): MessageEdits {
  async function read(tx: Db, { roomId, seq }: MessagePlace): Promise<Message> {
    const [row] = await findMessages(tx, roomId, [seq]);
    if (row === undefined) throw notFound('message');
    return toMessage(row.payload, SOME_MEMBER, show);
  }

  return {
    edit: (actor, ref, seq, { body: text, expected = null }): Promise<Message> =>
      change(actor, ref, seq, async (tx, message) => {
        requireMayPost(actor, message);
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

    remove: (actor, ref, seq): Promise<void> =>
      (isModerator(actor.role) ? changeAnywhere : change)(actor, ref, seq, async (tx, message) => {
        const isOwn = message.authorId === actor.id;
        if (!isOwn && !mayModerate(actor, message)) throw forbidden('delete', 'message');
        const { roomId } = message;
        const deleted = await leaveTombstones(tx, roomId, [seq]);
        if (!isOwn && deleted.length > 0 && isModerator(actor.role))
          await recordRemoval(tx, actor, message.authorId, `message ${roomId} ${seq}`);
        const facts = deleted.map(({ at }) => ({ kind: 'message.deleted', data: { seq, deletedAt: at } }) as const);
        const personal = deleted.length > 0 ? await withdraw(tx, { roomId, seq }) : [];
        return { result: undefined, facts, personal };
      }),
  };
}
