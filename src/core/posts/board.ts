/** The board live: everything that happens to posts, for everybody who watches. */
import type { Connection } from '../../hub/connection.ts';
import type { Encoder } from '../../hub/log.ts';
import { BOARD_STREAM, type Event, type KoineHub } from '../events/events.ts';

export type Board = ReturnType<typeof createBoard>;
export type BoardEncoder = Encoder<Event>;

export function createBoard(hub: KoineHub) {
  return {
    /** Sends what `greet` sends, then all that happens from this instant on. Anybody may watch. */
    watch: async (connection: Connection, encoder: BoardEncoder, greet: () => void): Promise<void> => {
      const stream = await hub.open(BOARD_STREAM);
      if (!connection.open) return;
      greet();
      stream.follow(connection, encoder);
    },
  };
}
