/** Reads records from lines of a file, or from the tables of relay's document in another database. */
import type { Sql } from '../../store/database.ts';
import { readRelayMessages, readRelayUsers } from '../../store/relay-source.ts';
import type { Sourced } from './importer.ts';
import { parseRecord } from './records.ts';

/** A line is not longer than that, in bytes. */
const LINE_MAX = 1024 * 1024;

const BYTE_ORDER_MARK = Buffer.from('\ufeff');
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** NDJSON in UTF-8, with or without a byte order mark. Empty lines are passed over. @throws where a line is too long to be one */
export async function* recordsOfLines(bytes: AsyncIterable<Buffer>): AsyncGenerator<Sourced> {
  let number = 0;
  for await (const line of linesOf(bytes)) {
    number += 1;
    const isMarked = number === 1 && line.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK);
    const text = attempt(() => decode(isMarked ? line.subarray(BYTE_ORDER_MARK.length) : line));
    const where = `line ${number}`;
    if (typeof text !== 'string') yield { where, record: text };
    else if (text.trim() !== '') yield { where, record: attempt(() => parseRecord(text)) };
  }
}

function decode(line: Buffer): string {
  try {
    return UTF8.decode(line);
  } catch {
    throw new Error('it is not UTF-8');
  }
}

async function* linesOf(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let rest = Buffer.alloc(0);
  for await (const chunk of bytes) {
    let text = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (let end = text.indexOf(10); end >= 0; end = text.indexOf(10)) {
      yield text.subarray(0, end);
      text = text.subarray(end + 1);
    }
    if (text.length > LINE_MAX) throw new Error(`a line has more than ${LINE_MAX} bytes: this is not NDJSON`);
    rest = Buffer.from(text);
  }
  if (rest.length > 0) yield rest;
}

/** Accounts, without passwords, and the lobby's messages. */
export async function* recordsOfRelay(sql: Sql): AsyncGenerator<Sourced> {
  for await (const rows of readRelayUsers(sql))
    for (const { username, created_at } of rows) {
      const record = { type: 'account', username, ...(created_at && { createdAt: created_at.toISOString() }) };
      yield { where: `user "${username}"`, record: attempt(() => parseRecord(JSON.stringify(record))) };
    }
  for await (const rows of readRelayMessages(sql))
    for (const { id, from, body, timestamp } of rows) {
      const message = () => {
        const createdAt = new Date(toMilliseconds(timestamp)).toISOString();
        return parseRecord(JSON.stringify({ type: 'message', id, room: 'lobby', author: from, body, createdAt }));
      };
      yield { where: `message ${id}`, record: attempt(message) };
    }
}

/** Times since 1973 in seconds, milliseconds, microseconds and nanoseconds do not overlap. */
function toMilliseconds(time: number): number {
  if (time < 1e11) return time * 1_000;
  if (time < 1e14) return time;
  return time < 1e17 ? time / 1_000 : time / 1_000_000;
}

function attempt<T>(read: () => T): T | Error {
  try {
    return read();
  } catch (error) {
    return error as Error;
  }
}
