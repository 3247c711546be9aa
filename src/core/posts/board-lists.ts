/** Lists of what is on the board, with the position that they show: readers go on from there with the board's events. */
import type { Db, Sql } from '../../store/database.ts';
import { findHeads } from '../../store/events.ts';
import { BOARD_STREAM } from '../events/events.ts';
import type { Listed } from '../pages.ts';

/** `items`: fewer than asked for where authors are blocked or texts are long. `seq`: the position of the board that they show. */
export type BoardList<Item, Position> = Listed<Item, Position> & { readonly seq: number };

/** All that `read` reads is of one moment. */
export async function atOneMoment<Item, Position>(
  sql: Sql,
  read: (tx: Db) => Promise<Listed<Item, Position>>,
): Promise<BoardList<Item, Position>> {
  return sql.begin('isolation level repeatable read read only', async (tx) => {
    const [board] = await findHeads(tx, [BOARD_STREAM]);
    return { ...(await read(tx)), seq: board?.head ?? 0 };
  });
}
