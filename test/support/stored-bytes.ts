/** Stored bytes of accounts, by counters and by rows. */
import type { Sql } from '../../src/store/database.ts';

export type Stored = { username: string; counted: number; stored: number };

export async function storedBytes(sql: Sql): Promise<Stored[]> {
  return sql<Stored[]>`
    select a.username, s.bytes as counted,
           ((select coalesce(sum(bytes), 0) from objects where account_id = a.id)
            + (select coalesce(sum(reserved), 0) from uploads where account_id = a.id)
            + (select coalesce(sum(128 + octet_length(body) + coalesce(octet_length(title), 0)), 0) from posts where author_id = a.id)
            + (select coalesce(sum(128 + octet_length(body)), 0) from comments where author_id = a.id)
            + (select coalesce(sum(128 + octet_length(body)), 0) from messages where author_id = a.id))::bigint as stored
      from accounts a join stored_bytes s on s.account_id = a.id
     order by a.id`;
}

/** Accounts with a wrong counter. */
export async function miscounted(sql: Sql): Promise<Stored[]> {
  return (await storedBytes(sql)).filter(({ counted, stored }) => counted !== stored);
}
