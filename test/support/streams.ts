/** The events of a stream, as the log has them for those who come back. */
import { createShowPerson } from '../../src/core/accounts/accounts.ts';
import { eventLog } from '../../src/core/events/event-log.ts';
import type { Event } from '../../src/core/events/events.ts';
import type { Sql } from '../../src/store/database.ts';

/** All events after `seq`. */
export async function eventsAfter(sql: Sql, streamId: number, seq = 0): Promise<Event[]> {
  const log = eventLog(sql, createShowPerson({ hideEmails: false }));
  const found: Event[] = [];
  for (let from = seq; ; ) {
    const { events, complete } = await log.after(streamId, from, 500);
    found.push(...events);
    if (complete) return found;
    from = (events.at(-1) as Event).seq;
  }
}

/** The account's own stream. */
export async function ownStream(sql: Sql, account: { readonly id: number }): Promise<number> {
  const [row] = await sql<[{ stream_id: number }]>`select stream_id from accounts where id = ${account.id}`;
  return row.stream_id;
}

/** The events of the account's own stream during `act`. */
export async function toldDuring(
  sql: Sql,
  account: { readonly id: number },
  act: () => Promise<unknown>,
): Promise<Pick<Event, 'kind' | 'data'>[]> {
  const stream = await ownStream(sql, account);
  const [row] = await sql<[{ head: number }]>`select head from streams where id = ${stream}`;
  await act();
  return (await eventsAfter(sql, stream, row.head)).map(({ kind, data }) => ({ kind, data }));
}
