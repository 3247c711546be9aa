/** The tables of relay's document, in the database of a server of that API elsewhere; read page by page. */
import type { Db } from './database.ts';

const ROWS_AT_ONCE = 500;

export type RelayUserRow = { username: string; created_at: Date | null };
/** `timestamp`: in seconds or parts of them: the document doesn't say. */
export type RelayMessageRow = { id: number; from: string; body: string; timestamp: number };

export function readRelayUsers(db: Db): AsyncIterable<RelayUserRow[]> {
  return db<RelayUserRow[]>`
    select username, created_at at time zone 'UTC' as created_at from users order by created_at, username`.cursor(
    ROWS_AT_ONCE,
  );
}

export function readRelayMessages(db: Db): AsyncIterable<RelayMessageRow[]> {
  return db<RelayMessageRow[]>`
    select id, "from", body, timestamp::float8 as timestamp from messages order by id`.cursor(ROWS_AT_ONCE);
}
