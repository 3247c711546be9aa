import { type Parts, segment } from '../parts.ts';
import { changeEntry, mapItems, withFields } from '../records.ts';
import { react, tombstone } from '../reduce-room.ts';
import type { Message } from '../shapes.ts';
import type { MessageState, State } from '../state.ts';

export type MessageCommands = ReturnType<typeof messageCommands>;

/** Messages of a room, by their `seq`. Changes are shown at once, and undone if they fail. Each @throws Problem. */
export function messageCommands({ rest, store }: Parts) {
  const path = (room: string, seq: number, ...rest: string[]) =>
    ['/v1/rooms', segment(room), 'messages', seq, ...rest].join('/');

  return {
    read: async (room: string, seq: number): Promise<Message> =>
      (await rest.call<Message>('GET', path(room, seq))).body,

    edit: async (room: string, seq: number, body: string): Promise<Message> => {
      const predict = (state: State) => change(state, room, seq, (message) => withFields(message, { body }));
      const ask = () => rest.call<Message>('PATCH', path(room, seq), { json: { body } });
      return (await store.predict(path(room, seq), predict, ask)).body;
    },

    remove: async (room: string, seq: number): Promise<void> => {
      const deletedAt = new Date().toISOString();
      const predict = (state: State) =>
        change(state, room, seq, (message) =>
          message.deletedAt === undefined ? tombstone(message, deletedAt) : message,
        );
      const target = path(room, seq);
      await store.predict(target, predict, () => rest.call('DELETE', target));
    },

    react: (room: string, seq: number, emoji: string): Promise<void> => setReaction(room, seq, emoji, true),
    unreact: (room: string, seq: number, emoji: string): Promise<void> => setReaction(room, seq, emoji, false),

    pin: (room: string, seq: number): Promise<void> => setPin(room, seq, true),
    unpin: (room: string, seq: number): Promise<void> => setPin(room, seq, false),
  };

  async function setReaction(room: string, seq: number, emoji: string, mine: boolean): Promise<void> {
    const predict = (state: State) =>
      change(state, room, seq, (message) => {
        const known = message.reactions.find((one) => one.emoji === emoji)?.mine ?? false;
        return known === mine ? message : react(message, emoji, mine ? 1 : -1, true);
      });
    const method = mine ? 'PUT' : 'DELETE';
    const target = path(room, seq, 'reactions', segment(emoji));
    await store.predict(target, predict, () => rest.call(method, target));
  }

  async function setPin(room: string, seq: number, pinned: boolean): Promise<void> {
    const predict = (state: State) => change(state, room, seq, (message) => withFields(message, { pinned }));
    const target = `/v1/rooms/${segment(room)}/pins/${seq}`;
    await store.predict(target, predict, () => rest.call(pinned ? 'PUT' : 'DELETE', target));
  }
}

/** In every place that shows the message. */
function change(state: State, room: string, seq: number, changeOne: (message: MessageState) => MessageState): State {
  const changed = (message: MessageState) => (message.seq === seq ? changeOne(message) : message);
  const timelines = changeEntry(state.timelines, room, (timeline) =>
    withFields(timeline, { items: mapItems(timeline.items, changed) }),
  );
  const rooms = changeEntry(state.rooms, room, (known) =>
    withFields(known, { lastMessage: known.lastMessage && changed(known.lastMessage) }),
  );
  return withFields(state, { timelines, rooms });
}
