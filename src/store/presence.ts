/** The tables `nodes` (leases) and `places` (presence entries): which account is online at which entrance (`via`) of which node. */
import type { Db } from './database.ts';

export type EntryRow = { account_id: number; via: string; node_id: string };
/** `username` null: the account was deleted. */
export type OnlineRow = { account_id: number; username: string | null };

/** Locks the stream until the transaction ends. `at`: the database's time, in Unix milliseconds. */
export async function lockPresence(db: Db, streamId: number): Promise<{ head: number; at: number }> {
  const [row] = await db<[{ head: number; at: number }]>`
    select head, (extract(epoch from clock_timestamp()) * 1000)::bigint as at
      from streams where id = ${streamId} for no key update`;
  return row;
}

/**
 * Renews the node's lease for that number of seconds.
 * @returns `forgotten`: the row did not exist; `at`: the database's time, in Unix milliseconds; `expired`: other nodes with an
 * expired lease. (A lease that is too long was given before the database's clock was set back.)
 */
export async function renewLease(
  db: Db,
  node: string,
  seconds: number,
): Promise<{ forgotten: boolean; at: number; expired: string[] }> {
  const [row] = await db<[{ forgotten: boolean; at: number; expired: string[] }]>`
    with renewed as (
      insert into nodes (id, lease_until) values (${node}, clock_timestamp() + make_interval(secs => ${seconds}))
      on conflict (id) do update set lease_until = excluded.lease_until
      returning xmax = 0 as forgotten
    )
    select forgotten,
           (extract(epoch from clock_timestamp()) * 1000)::bigint as at,
           array(select id::text from nodes where id <> ${node} and ${isExpired(db, seconds)}) as expired
      from renewed`;
  return row;
}

/** Locks those of the nodes whose lease is still expired, until the transaction ends. */
export async function lockExpiredNodes(db: Db, nodes: readonly string[], seconds: number): Promise<string[]> {
  const rows = await db<{ id: string }[]>`
    select id from nodes where id = any(${nodes as string[]}::uuid[]) and ${isExpired(db, seconds)}
     order by id for update`;
  return rows.map(({ id }) => id);
}

/** Locks those of the nodes that exist (null: all nodes), until the transaction ends. */
export async function lockNodes(db: Db, nodes: readonly string[] | null): Promise<string[]> {
  const rows = await db<{ id: string }[]>`
    select id from nodes where ${nodes === null} or id = any(${(nodes ?? []) as string[]}::uuid[]) order by id for update`;
  return rows.map(({ id }) => id);
}

function isExpired(db: Db, seconds: number) {
  return db`lease_until not between clock_timestamp() and clock_timestamp() + 2 * make_interval(secs => ${seconds})`;
}

/** The nodes must have no entries. */
export async function deleteNodes(db: Db, nodes: readonly string[]): Promise<void> {
  await db`delete from nodes where id = any(${nodes as string[]}::uuid[])`;
}

/** @returns the accounts of the deleted entries */
export async function deleteEntriesOfNodes(db: Db, nodes: readonly string[]): Promise<OnlineRow[]> {
  return db<OnlineRow[]>`
    delete from places where node_id = any(${nodes as string[]}::uuid[]) returning account_id, username`;
}

export async function listEntries(db: Db, accountIds: readonly number[]): Promise<EntryRow[]> {
  return db<EntryRow[]>`
    select account_id, via, node_id from places where account_id = any(${accountIds as number[]}::int[])`;
}

/** By account id, without deleted accounts. */
export async function findUsernames(db: Db, accountIds: readonly number[]): Promise<Map<number, string>> {
  const rows = await db<{ id: number; username: string }[]>`
    select id, username from accounts where id = any(${accountIds as number[]}::int[])`;
  return new Map(rows.map(({ id, username }) => [id, username]));
}

/** @throws a foreign key violation if the node's row is gone */
export async function insertEntries(
  db: Db,
  node: string,
  entries: readonly { accountId: number; name: string }[],
): Promise<void> {
  await db`
    insert into places (account_id, via, node_id, username)
    select p.account_id, p.via, ${node}, a.username
      from unnest(${entries.map((entry) => entry.accountId)}::int[], ${entries.map((entry) => entry.name)}::text[])
             as p (account_id, via)
      left join accounts a on a.id = p.account_id`;
}

export async function deleteEntries(db: Db, entries: readonly EntryRow[]): Promise<void> {
  await db`
    delete from places
     where (account_id, via, node_id) in (
       select * from unnest(${entries.map((entry) => entry.account_id)}::int[], ${entries.map((entry) => entry.via)}::text[],
                            ${entries.map((entry) => entry.node_id)}::uuid[]))`;
}

/** The accounts online, without deleted ones, and the stream's head, in one snapshot. */
export async function findOnline(
  db: Db,
  streamId: number,
): Promise<{ head: number; online: { account_id: number; username: string }[] }> {
  const rows = await db<{ head: number; account_id: number | null; username: string | null }[]>`
    select s.head, p.account_id, p.username
      from streams s
      left join (select distinct account_id, username from places) as p on true
     where s.id = ${streamId}`;
  const online = rows.flatMap(({ account_id, username }) =>
    account_id === null || username === null ? [] : [{ account_id, username }],
  );
  return { head: rows[0]?.head ?? 0, online };
}

/**
 * Whether the account has an entry at that entrance on another node whose lease has at least that number of seconds left. (A lease that
 * is too long counts as expired, as in `isExpired`.)
 */
export async function isElsewhere(
  db: Db,
  {
    accountId,
    via,
    node,
    leaseLeft,
    lease,
  }: { accountId: number; via: string; node: string; leaseLeft: number; lease: number },
): Promise<boolean> {
  const rows = await db`
    select 1 from places p join nodes n on n.id = p.node_id
     where p.account_id = ${accountId} and p.via = ${via} and n.id <> ${node}
       and n.lease_until > clock_timestamp() + make_interval(secs => ${leaseLeft}) and not ${isExpired(db, lease)}
     limit 1`;
  return rows.length > 0;
}
