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
  tell: (room: string, seq: number) => Promise<unknown>,
) {
  const growing = new Map<string, Mark>();

  async function tellAll(room: string, mark: Mark): Promise<void> {
    try {
      for (let told = 0; told < mark.seq; ) {
        if (told > 0) await new Promise((resolve) => setTimeout(resolve, PAUSE));
        told = mark.seq;
        await tell(room, told);
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
      mark.done = store.predict(`read ${room}`, predict, () => tellAll(room, mark));
      await mark.done;
    },
  };
}
