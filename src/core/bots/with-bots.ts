/** A sanction that keeps an account out, or from writing, holds for its bots. */
import { listBotIds } from '../../store/bots.ts';
import type { Db } from '../../store/database.ts';

/** The ids of the account and of its bots. */
export async function withBots(db: Db, accountId: number): Promise<number[]> {
  return [accountId, ...(await listBotIds(db, accountId))];
}
