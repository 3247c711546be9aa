/** Whether a PostgreSQL server is one that Koine can run on; each refusal is a sentence that says what to do. */
import { type DatabaseTarget, openDatabase, type Sql } from './database.ts';

const OLDEST_MAJOR = 15;

/** @throws an Error where Koine cannot run on it */
export async function requireUsable(sql: Sql, target: DatabaseTarget): Promise<void> {
  const rows = await sql<[{ number: number; version: string; encoding: string; reading: boolean; pid: number }]>`
    select current_setting('server_version_num')::int as number, current_setting('server_version') as version,
           current_setting('server_encoding') as encoding, pg_is_in_recovery() as reading, pg_backend_pid() as pid`;
  const [{ number, version, encoding, reading, pid }] = rows;
  if (number < OLDEST_MAJOR * 10_000)
    throw new Error(`PostgreSQL ${OLDEST_MAJOR} or later is needed, this is ${version}`);
  if (encoding !== 'UTF8')
    throw new Error(
      `its encoding is ${encoding}, and not every text fits into that: make it anew with ` +
        `"create database … encoding 'UTF8' template template0"`,
    );
  if (reading)
    throw new Error('the server is a standby, which only reads: name the primary, or an address that leads to it');
  // The server told the client of another process than that which serves it: somebody is between them.
  if (rows.state?.pid !== pid) await requireOwnSessions(sql, target);
}

/** Session settings persist only if the pooler keeps one session per client (session pooling). */
async function requireOwnSessions(sql: Sql, target: DatabaseTarget): Promise<void> {
  const other = openDatabase(target, 1);
  try {
    const [first, second, others] = [await backendOf(sql), await backendOf(sql), await backendOf(other)];
    if (first === second && second !== others) return;
  } finally {
    await other.end();
  }
  throw new Error(
    'a connection pooler is in front of it that shares sessions between clients: set pool_mode = session (PgBouncer) ' +
      "for Koine's database, or name PostgreSQL itself",
  );
}

async function backendOf(sql: Sql): Promise<number> {
  const [row] = await sql<[{ pid: number }]>`select pg_backend_pid() as pid`;
  return row.pid;
}

/** Whether it takes writes now: a server that an address leads to after a failure may be one that waits to take over. */
export async function isWritable(sql: Sql): Promise<boolean> {
  const [row] = await sql<[{ writable: boolean }]>`select not pg_is_in_recovery() as writable`;
  return row.writable;
}
