/** Marks of what was read: shown at once, and told to the server one call after the other, however fast they grow. */
import type { Parts } from './parts.ts';
import { changeEntry, withFields } from './records.ts';
import { predictMark } from './room-counts.ts';
import type { State } from './state.ts';

/** Between two calls for a room, in ms. */
const PAUSE = 250;

type Mark = { seq: number; done: Promise<unknown> };

export function createReadMarks(
  { store }: Pick<Parts, 'store'>,
  send: (room: string, seq: number) => Promise<unknown>,
) {
  const growing = new Map<string, Mark>();

  async function sendAll(room: string, mark: Mark): Promise<void> {
    try {
      for (let sent = 0; sent < mark.seq; ) {
        if (sent > 0) await new Promise((resolve) => setTimeout(resolve, PAUSE));
        sent = mark.seq;
        await send(room, sent);
      }
    } finally {
      growing.delete(room);
    }
  }

  return {
    set: async (room: string, seq: number): Promise<void> => {
      const known = growing.get(room);
      if (known) {
        known.seq = Math.max(known.seq, seq);
        store.show();
        await known.done;
        return;
      }
      const mark: Mark = { seq, done: Promise.resolve() };
      growing.set(room, mark);
      const predict = (state: State) =>
        withFields(state, { rooms: changeEntry(state.rooms, room, (one) => predictMark(one, mark.seq)) });
      mark.done = store.predict(`read ${room}`, predict, () => sendAll(room, mark));
      await mark.done;
    },
  };
}
