// The accounts, sessions and rooms of a community. The first accounts fill whole rooms, however many of them are online.
import { randomUUID } from 'node:crypto';
import { createTokens } from '../src/core/sessions/tokens.ts';
import type { Sql } from '../src/store/database.ts';

/** Members of a group, and how many such groups each account is in. */
const GROUPS = [
  { size: 10, each: 9 },
  { size: 50, each: 3 },
  { size: 500, each: 1 },
];
/** Each account has a direct room with that number of accounts before it and after it. */
const NEIGHBOURS = 2;
/** Accounts in a group of one kind come from blocks of `size × WAYS` accounts, which have WAYS groups for each of `each`. */
const WAYS = 10;
const SESSION_SECONDS = 86_400;

/** @returns a token of each account */
export async function seedCommunity(sql: Sql, accounts: number, secret: string): Promise<string[]> {
  await sql`set statement_timeout = 0`;
  await sql`
    insert into accounts (username, username_key, email, email_key, password_hash)
    select 'member' || n, 'member' || n, 'member' || n || '@example.com', 'member' || n || '@example.com', 'none'
      from generate_series(1, ${accounts}::int) as n`;
  await sql`
    create temp table people as
    select id, uid, username, row_number() over (order by id) - 1 as n from accounts where username like 'member%'`;
  await sql`create unique index on people (n)`;
  await seedDirectRooms(sql, accounts);
  for (const { size, each } of GROUPS) await seedGroups(sql, { size, each });
  await sql`analyze`;
  return beginSessions(sql, secret);
}

async function seedDirectRooms(sql: Sql, accounts: number): Promise<void> {
  await sql`
    create temp table pairs as
    select nextval(pg_get_serial_sequence('streams', 'id'))::int as room, one.id as low, other.id as high
      from people one
     cross join generate_series(1, ${NEIGHBOURS}::int) as step
      join people other on other.n = one.n + step and other.n < ${accounts}::int`;
  await sql`insert into streams (id) overriding system value select room from pairs`;
  await sql`
    insert into rooms (id, kind, name, creator_id)
    select room, 'direct', 'direct ' || low || '_' || high, low from pairs`;
  await sql`insert into direct_rooms (room_id, low_id, high_id) select room, low, high from pairs`;
  await sql`
    insert into room_members (room_id, account_id)
    select room, low from pairs union all select room, high from pairs`;
  await sql`drop table pairs`;
}

/** Two accounts have at most one group of a kind in common, give or take: each of `each` deals the block anew. */
async function seedGroups(sql: Sql, { size, each }: { size: number; each: number }): Promise<void> {
  await sql`
    create temp table places as
    select id, n / (${size}::int * ${WAYS}::int) as block, deal, (n % ${WAYS}::int + deal * (n / ${WAYS}::int)) % ${WAYS}::int as way
      from people cross join generate_series(1, ${each}::int) as deal`;
  await sql`
    create temp table dealt as
    select nextval(pg_get_serial_sequence('streams', 'id'))::int as room, min(id) as owner, block, deal, way
      from places group by block, deal, way`;
  await sql`insert into streams (id) overriding system value select room from dealt`;
  await sql`
    insert into rooms (id, kind, name, title, creator_id)
    select room, 'group', 'Group ' || room, 'Group ' || room || ' of ' || ${size}::int, owner from dealt`;
  await sql`
    insert into room_members (room_id, account_id, role)
    select d.room, p.id, case when p.id = d.owner then 'owner' else 'member' end
      from places p join dealt d using (block, deal, way)`;
  await sql`drop table places, dealt`;
}

async function beginSessions(sql: Sql, secret: string): Promise<string[]> {
  const sessions = await sql<{ id: number; uid: string; username: string; session: string; now: Date; end: Date }[]>`
    with begun as (
      insert into sessions (id, account_id, expires_at)
      select gen_random_uuid(), id, now() + make_interval(secs => ${SESSION_SECONDS}::int) from people
      returning id as session, account_id, now() as now, expires_at as "end"
    )
    select p.id, p.uid, p.username, b.session, b.now, b."end" from begun b join people p on p.id = b.account_id order by p.n`;
  const tokens = createTokens(Buffer.from(secret));
  return sessions.map(({ session, now, end, ...account }) =>
    tokens.sign('access', { ...account, sessionId: session }, { id: randomUUID(), issuedAt: now, expiresAt: end }),
  );
}
