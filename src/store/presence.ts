/** Rows of nodes and of places: who is in the lobby, at which door, on which node. */
import type { Db } from './database.ts';

export type PlaceRow = { account_id: number; via: string; node_id: string };
/** `username` null: the account was deleted. */
export type MemberRow = { account_id: number; username: string | null };

/** Holds the stream until the transaction ends. `at`: the time, in Unix milliseconds. */
export async function lockPresence(db: Db, streamId: number): Promise<{ head: number; at: number }> {
  const [row] = await db<[{ head: number; at: number }]>`
    select head, (extract(epoch from clock_timestamp()) * 1000)::bigint as at
      from streams where id = ${streamId} for no key update`;
  return row;
}

/**
 * Says that the node is alive for so many seconds from now.
 * @returns whether it had been forgotten, or never known; the time, in Unix milliseconds; and which other nodes' time is
 * up. (A lease that is too long is from before the database's clock was set back.)
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

/** Those of the nodes whose time is up still. They stay so until the transaction ends. */
export async function lockExpiredNodes(db: Db, nodes: readonly string[], seconds: number): Promise<string[]> {
  const rows = await db<{ id: string }[]>`
    select id from nodes where id = any(${nodes as string[]}::uuid[]) and ${isExpired(db, seconds)}
     order by id for update`;
  return rows.map(({ id }) => id);
}

/** All of them that there are, or (`nodes`) those of them. They stay so until the transaction ends. */
export async function lockNodes(db: Db, nodes: readonly string[] | null): Promise<string[]> {
  const rows = await db<{ id: string }[]>`
    select id from nodes where ${nodes === null} or id = any(${(nodes ?? []) as string[]}::uuid[]) order by id for update`;
  return rows.map(({ id }) => id);
}

function isExpired(db: Db, seconds: number) {
  return db`lease_until not between clock_timestamp() and clock_timestamp() + 2 * make_interval(secs => ${seconds})`;
}

/** They must have no places. */
export async function deleteNodes(db: Db, nodes: readonly string[]): Promise<void> {
  await db`delete from nodes where id = any(${nodes as string[]}::uuid[])`;
}

/** @returns whose places they were, by account and door */
export async function deletePlacesOfNodes(db: Db, nodes: readonly string[]): Promise<MemberRow[]> {
  return db<MemberRow[]>`
    delete from places where node_id = any(${nodes as string[]}::uuid[]) returning account_id, username`;
}

export async function listPlaces(db: Db, accountIds: readonly number[]): Promise<PlaceRow[]> {
  return db<PlaceRow[]>`
    select account_id, via, node_id from places where account_id = any(${accountIds as number[]}::int[])`;
}

/** By id; none of accounts that were deleted. */
export async function findUsernames(db: Db, accountIds: readonly number[]): Promise<Map<number, string>> {
  const rows = await db<{ id: number; username: string }[]>`
    select id, username from accounts where id = any(${accountIds as number[]}::int[])`;
  return new Map(rows.map(({ id, username }) => [id, username]));
}

/** @throws a foreign key violation when the node is not known */
export async function insertPlaces(
  db: Db,
  node: string,
  places: readonly { accountId: number; via: string }[],
): Promise<void> {
  await db`
    insert into places (account_id, via, node_id, username)
    select p.account_id, p.via, ${node}, a.username
      from unnest(${places.map((place) => place.accountId)}::int[], ${places.map((place) => place.via)}::text[])
             as p (account_id, via)
      left join accounts a on a.id = p.account_id`;
}

export async function deletePlaces(db: Db, places: readonly PlaceRow[]): Promise<void> {
  await db`
    delete from places
     where (account_id, via, node_id) in (
       select * from unnest(${places.map((place) => place.account_id)}::int[], ${places.map((place) => place.via)}::text[],
                            ${places.map((place) => place.node_id)}::uuid[]))`;
}

/** Everybody who is there and was not deleted, and the head of the stream of that same moment. */
export async function findMembers(
  db: Db,
  streamId: number,
): Promise<{ head: number; members: { account_id: number; username: string }[] }> {
  const rows = await db<{ head: number; account_id: number | null; username: string | null }[]>`
    select s.head, p.account_id, p.username
      from streams s
      left join (select distinct account_id, username from places) as p on true
     where s.id = ${streamId}`;
  const members = rows.flatMap(({ account_id, username }) =>
    account_id === null || username === null ? [] : [{ account_id, username }],
  );
  return { head: rows[0]?.head ?? 0, members };
}

/**
 * Whether the account is at that door of a node other than this one whose lease has so many seconds left. (A lease that is
 * too long counts for nothing, as in `isExpired`.)
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
