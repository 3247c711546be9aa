/** Reactions to messages. */
import { invalid, notFound } from '../../errors.ts';
import { deleteReaction, insertReaction, listReactions, type ReactionRow } from '../../store/reactions.ts';
import type { Actor } from '../model.ts';
import type { Notify } from '../notifications/notify.ts';
import { checkEmoji } from './emoji.ts';
import { type ChangeMessage, requireVoice } from './message-changes.ts';
import type { RoomRef } from './room-access.ts';

/** Maximum per message. */
const MAX_EMOJIS = 20;

export type Reactions = {
  /**
   * Reacts with an emoji (idempotent).
   * @returns the reactions to the message
   * @throws AppError `invalid`: not one emoji, or too many different ones | `not_found` | as `Changes.run`
   */
  react(actor: Actor, ref: RoomRef, seq: number, text: string): Promise<ReactionRow[]>;
  /**
   * Takes a reaction back (idempotent).
   * @returns the reactions to the message
   * @throws AppError `invalid` | `not_found` | as `Changes.run`
   */
  unreact(actor: Actor, ref: RoomRef, seq: number, text: string): Promise<ReactionRow[]>;
};

export function createReactions({ change, notify }: { change: ChangeMessage; notify: Notify }): Reactions {
  return {
    react: async (actor, ref, seq, text): Promise<ReactionRow[]> => {
      const emoji = checkEmoji(text);
      return change(actor, ref, seq, async (tx, message) => {
        requireVoice(message);
        const reaction = { roomId: message.roomId, seq, emoji, accountId: actor.id };
        const isNew = await insertReaction(tx, reaction);
        const result = await listReactions(tx, message, actor.id);
        if (!isNew) return { result };
        if (result.length > MAX_EMOJIS)
          throw invalid('emoji', 'many', `a message has at most ${MAX_EMOJIS} different reactions`, {
            limit: MAX_EMOJIS,
          });
        const notice = { kind: 'reaction' as const, accountId: message.authorId, actorId: actor.id };
        return {
          result,
          facts: [{ kind: 'reaction.added', data: { seq, emoji, by: { id: actor.id, uid: actor.uid } } }],
          personal: await notify(tx, [{ ...notice, roomId: message.roomId, seq }]),
        };
      });
    },

    unreact: async (actor, ref, seq, text): Promise<ReactionRow[]> => {
      const emoji = checkEmoji(text);
      return change(actor, ref, seq, async (tx, message) => {
        if (message.isDeleted) throw notFound('message');
        const wasThere = await deleteReaction(tx, { roomId: message.roomId, seq, emoji, accountId: actor.id });
        const result = await listReactions(tx, message, actor.id);
        const by = { id: actor.id, uid: actor.uid };
        return { result, facts: wasThere ? [{ kind: 'reaction.removed', data: { seq, emoji, by } }] : [] };
      });
    },
  };
}
