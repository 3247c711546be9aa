/** Messages for accounts that may enter their room, as the native API has them. */
import type { Sql } from '../../store/database.ts';
import type { Contents } from '../contents.ts';
import type { Changes } from '../events/changes.ts';
import type { Actor, Message, ShowPerson } from '../model.ts';
import type { Notify } from '../notifications/notify.ts';
import { createMessageChange, createMessageEdits, type MessageEdits } from './message-changes.ts';
import { createMessageReads, type MessageReads } from './message-reads.ts';
import type { Messages, NewMessage } from './messages.ts';
import { createPins, type Pins } from './pins.ts';
import { createReactions, type Reactions } from './reactions.ts';
import { enterRoom, getRoom, type RoomRef } from './room-access.ts';

export type MessageCommands = MessageReads &
  MessageEdits &
  Reactions &
  Pins & {
    /** @throws AppError as `Messages.send` */
    send(actor: Actor, ref: RoomRef, message: NewMessage): Promise<Message>;
  };

type Parts = {
  readonly changes: Changes;
  readonly messages: Messages;
  readonly contents: Contents;
  readonly notify: Notify;
  /** Characters. */
  readonly messageLength: number;
};

export function createMessageCommands(
  sql: Sql,
  { changes, messages, ...parts }: Parts,
  show: ShowPerson,
): MessageCommands {
  const change = createMessageChange(changes, (actor, ref) => enterRoom(sql, actor, ref));
  const changeAnywhere = createMessageChange(changes, (_actor, ref) => getRoom(sql, ref), { strangers: true });
  return {
    ...createMessageReads(sql, show),
    ...createMessageEdits({ ...parts, change, changeAnywhere, show }),
    ...createReactions({ ...parts, change }),
    ...createPins({ change }),
    send: async (actor, ref, message): Promise<Message> =>
      messages.send('id' in ref ? ref : await enterRoom(sql, actor, ref), actor, message),
  };
}
