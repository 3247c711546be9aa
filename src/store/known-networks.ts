/** Rows of known networks: from where the owners of accounts signed in. `network`: its digest. */
import type { Db } from './database.ts';

/** Whether an account that is called so, by its name or its e-mail, has that network. */
export async function isKnownNetwork(db: Db, loginKey: string, network: Uint8Array): Promise<boolean> {
  const rows = await db`
    select from known_networks
     where network = ${network}
       and account_id in (select id from accounts where username_key = ${loginKey}
                          union all select id from accounts where email_key = ${loginKey})
     limit 1`;
  return rows.length > 0;
}

/**
 * Adds the network, or notes that it was seen today. At most `most` of an account are kept, those seen last.
 * @returns whether it is new, beside others
 */
export async function saveNetwork(db: Db, accountId: number, network: Uint8Array, most: number): Promise<boolean> {
  const [saved] = await db<{ added: boolean }[]>`
    insert into known_networks (account_id, network) select id, ${network} from accounts where id = ${accountId}
    on conflict (account_id, network) do update set seen_at = now()
     where known_networks.seen_at < now() - interval '1 day'
    returning xmax = 0 as added`;
  if (!saved?.added) return false;
  await db`
    delete from known_networks
     where account_id = ${accountId}
       and network in (select network from known_networks
                        where account_id = ${accountId} order by seen_at desc, network offset ${most})`;
  const others = await db`select from known_networks where account_id = ${accountId} and network <> ${network} limit 1`;
  return others.length > 0;
}

export async function deleteNetworksOf(db: Db, accountId: number): Promise<void> {
  await db`delete from known_networks where account_id = ${accountId}`;
}

/** @returns how many */
export async function deleteNetworksBefore(db: Db, days: number, limit: number): Promise<number> {
  const { count } = await db`
    delete from known_networks
     where (account_id, network) in (
       select account_id, network from known_networks
        where seen_at < now() - make_interval(days => ${days}) order by seen_at limit ${limit})`;
  return count;
}
