/** Live delivery of the board: all changes to posts, comments and likes. */
import type { Connection } from '../../hub/connection.ts';
import { BOARD_STREAM, type KoineEncoder, type KoineHub } from '../events/events.ts';

export type Board = {
  /** Calls `greet`, then delivers every later event. Public: no authorization. */
  watch(connection: Connection, encoder: BoardEncoder, greet: () => void): Promise<void>;
};
export type BoardEncoder = KoineEncoder;

export function createBoard(hub: KoineHub): Board {
  return {
    watch: async (connection, encoder, greet): Promise<void> => {
      const stream = await hub.open(BOARD_STREAM);
      if (!connection.open) return;
      greet();
      stream.follow(connection, encoder);
    },
  };
}
