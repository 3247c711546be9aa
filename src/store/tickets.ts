/** Rows of tickets that were used. */
import type { Db } from './database.ts';

/** `lasts`: seconds until the ticket would have expired anyway. @returns whether it was used for the first time */
export async function useTicket(db: Db, id: string, lasts: number): Promise<boolean> {
  const { count } = await db`
    insert into used_tickets (id, expires_at) values (${id}, now() + make_interval(secs => ${lasts}))
    on conflict (id) do nothing`;
  return count > 0;
}

/** @returns how many */
export async function deleteExpiredTickets(db: Db, limit: number): Promise<number> {
  const { count } = await db`
    delete from used_tickets
     where id in (select id from used_tickets where expires_at < now() order by expires_at limit ${limit})`;
  return count;
}
