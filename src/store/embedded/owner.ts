// The owner of the running database is the Koine process whose connection holds an advisory lock. If it dies, the kernel
// closes the connection, which frees the lock.

import postgres from 'postgres';
import { superuser } from './cluster.ts';
import { EmbeddedPostgresError } from './error.ts';
import type { Place } from './launch.ts';
import type { Endpoint } from './postmaster.ts';

const ownerWaitMs = 5_000;
/** As texts: postgres.js leaves out a 0. */
const NO_TIMEOUTS: Record<string, string> = { statement_timeout: '0', idle_session_timeout: '0' };

export type Ownership = { readonly version: string; release(): Promise<void> };

export class OwnedElsewhereError extends EmbeddedPostgresError {}

/**
 * Connects and takes the owner's lock, waiting a little for an owner that is just dying. The connection stays open as long as
 * we own the database. @returns null when the server does not accept connections at this moment
 */
export async function own(place: Place, endpoint: Endpoint, onLost: () => void): Promise<Ownership | null> {
  let owned = false;
  const sql = postgres({
    host: endpoint.host,
    port: endpoint.port,
    username: superuser,
    password: place.password,
    database: 'postgres',
    max: 1,
    onnotice: () => {},
    max_lifetime: null,
    idle_timeout: 0,
    connect_timeout: 10,
    fetch_types: false,
    onclose: () => owned && onLost(),
    connection: {
      application_name: 'koine-owner',
      lock_timeout: ownerWaitMs,
      ...NO_TIMEOUTS,
    },
  });
  const release = () => {
    owned = false;
    return sql.end({ timeout: 1 });
  };
  try {
    const lock = sql`select current_setting('server_version') as version, pg_advisory_lock(hashtext('koine'), 0)`;
    const [row] = await lock;
    owned = true;
    return { version: String(row?.version), release };
  } catch (error) {
    await release();
    return explainRefusal(error, place.dir);
  }
}

function explainRefusal(error: unknown, dir: string): null {
  const { code = '' } = error as { code?: string };
  const passing = [
    '53300',
    '57P01',
    '57P02',
    '57P03',
    'ECONNREFUSED',
    'ECONNRESET',
    'ENOENT',
    'EPIPE',
    'CONNECTION_CLOSED',
  ];
  if (passing.includes(code)) return null;
  if (code === '55P03') throw new OwnedElsewhereError(`the database in ${dir} is in use by another running Koine`);
  throw error;
}
