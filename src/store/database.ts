/** The connection to PostgreSQL, how long anything may take there, and which of its errors mean "not now". */
import { randomBytes } from 'node:crypto';
import postgres from 'postgres';
import { parse as parseList } from 'postgres-array';
import { AppError } from '../errors.ts';
import { type Place, SocketOpener } from './database-socket.ts';
import { type DatabaseUrl, parseDatabaseUrl, type ServerPlace } from './database-url.ts';
import { statementOf } from './session-settings.ts';
import { readTime, writeTime } from './times.ts';

type Types = { bigint: number; texts: string[]; numbers: number[]; date: Date };
export type Sql = postgres.Sql<Types>;
/** A transaction, or the plain connection: statements take either. */
export type Db = Sql | postgres.TransactionSql<Types>;
/** A part of a statement. */
export type Fragment = postgres.PendingQuery<postgres.Row[]>;

export type DatabaseTarget =
  | string
  | { host: string; port: number; username: string; password: string; database: string };

/** Told of every statement that is sent. */
export type StatementListener = (statement: string, parameters: readonly unknown[]) => void;

/** The types of arrays that statements take, by PostgreSQL's fixed ids (pg_type.dat). */
const LISTS = { int4: 1007, text: 1009, int8: 1016, timestamptz: 1185, uuid: 2951 };

const TIMES = { date: 1082, timestamp: 1114, timestamptz: 1184 };

/** An array as PostgreSQL reads it: https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO. */
function toList(values: readonly unknown[] | string): string {
  // Written already.
  if (typeof values === 'string') return values;
  const items = values.map((value) => {
    if (value === null) return 'null';
    const text = String(value);
    return `"${text.replaceAll(/["\\]/g, '\\$&')}"`;
  });
  return `{${items.join()}}`;
}

export type PoolOptions = {
  readonly onStatement?: StatementListener;
  /**
   * How long the database may say nothing while an answer is awaited, in ms: the connection is lost then. For statements
   * with `statement_timeout` only. Without it for ever, as work of an operator may take.
   */
  readonly silence?: number;
  /** Bytes that an account may store (migration 0018); without it as many as it likes. */
  readonly storagePerAccount?: number;
};

/** Ms. */
const STATEMENT_TIMEOUT = 15_000;
const LOCK_TIMEOUT = 10_000;
const DEFAULT_PORT = 5432;
/** How long `end` waits for the statements under way, in s. */
const END_TIMEOUT = 5;
/** For a pool whose statements all keep to their timeout: one that is as long over it has nobody who answers. */
export const SERVER_SILENCE = STATEMENT_TIMEOUT + 5_000;

/** Opens a pool; nothing connects before the first statement. int8 comes back as a number (ids stay far below 2^53). */
export function openDatabase(
  target: DatabaseTarget,
  connections: number,
  { onStatement, silence = 0, storagePerAccount }: PoolOptions = {},
): Sql {
  const { place, tls, searchPath } = typeof target === 'string' ? parseDatabaseUrl(target) : embedded(target);
  const settings = statementOf({
    statementTimeout: STATEMENT_TIMEOUT,
    lockTimeout: LOCK_TIMEOUT,
    // Releases the locks of a node that hangs in a transaction or whose machine is gone.
    idleInTransactionTimeout: silence,
    searchPath,
    storagePerAccount,
  });
  const opener = new SocketOpener({ tls, silence, settings });
  const { host: _host, port: _port, ...who } = place;
  const sql: Sql = postgres({
    ...who,
    ...whereOf(place),
    ...{ socket: (where: Place) => opener.open(where) },
    max: connections,
    connect_timeout: 5,
    idle_timeout: 0,
    max_lifetime: null,
    onnotice: () => {},
    ...(onStatement && {
      debug: (_connection: number, statement: string, parameters: unknown[]) => onStatement(statement, parameters),
    }),
    // Each pool has a name of its own, so that its connections can be told from other nodes'. PgBouncer takes no more here.
    connection: { application_name: `koine-${randomBytes(4).toString('hex')}` },
    // postgres.js would ask for the types of arrays on each new connection, in a promise that nobody waits for: when the
    // connection goes meanwhile, the process ends.
    fetch_types: false,
    types: {
      texts: {
        to: LISTS.text,
        from: [LISTS.text, LISTS.uuid, LISTS.timestamptz],
        serialize: toList,
        parse: (text: string) => parseList(text, String),
      },
      numbers: {
        to: LISTS.int4,
        from: [LISTS.int4, LISTS.int8],
        serialize: toList,
        parse: (text: string) => parseList(text, Number),
      },
      bigint: {
        to: 20,
        from: [20],
        serialize: (value: number) => String(value),
        parse: (text: string) => Number(text),
      },
      date: {
        to: TIMES.timestamptz,
        from: Object.values(TIMES),
        serialize: (value: Date | string) => (typeof value === 'string' ? value : writeTime(value)),
        parse: readTime,
      },
    },
  });
  const { end } = sql;
  return Object.assign(sql, {
    begin: watched(sql.begin, opener),
    // postgres.js would wait for ever for a connection that was lost while a statement was under way.
    end: (options?: { timeout?: number }) => end({ timeout: END_TIMEOUT, ...options }),
  });
}

/** The same, of which the opener knows while a body runs. */
function watched(begin: Sql['begin'], opener: SocketOpener): Sql['begin'] {
  const own = (...args: unknown[]) => {
    const body = args.pop() as (tx: Db) => unknown;
    return (begin as (...args: unknown[]) => unknown)(...args, (tx: Db) => opener.during(body(tx)));
  };
  return own as Sql['begin'];
}

function embedded(place: ServerPlace): DatabaseUrl {
  return { place, tls: { mode: 'disable' } };
}

type Where = Pick<postgres.Options<Record<string, never>>, 'host' | 'port' | 'path'>;

/** postgres.js takes a text with colons apart, such as an address of IPv6; a list, which its types do not tell of, it does not. */
function whereOf({ host, port }: ServerPlace): Where {
  if (host?.startsWith('/')) return { path: `${host}/.s.PGSQL.${port ?? DEFAULT_PORT}` };
  if (host?.includes(':')) return { host: [host], port: [port ?? DEFAULT_PORT] } as unknown as Where;
  return { host, port };
}

/** How many connections the pool has, by what they are doing: `active`, `idle`, `idle in transaction`, … */
export async function countConnections(sql: Sql): Promise<Record<string, number>> {
  const rows = await sql<{ state: string; count: number }[]>`
    select coalesce(state, 'unknown') as state, count(*)::int as count from pg_stat_activity
     where datname = current_database() and application_name = current_setting('application_name')
     group by 1`;
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
}

/** A name that no other database has, whoever serves it: that of the cluster, made when it was, and the database's own. */
export async function findDatabaseName(sql: Sql): Promise<string> {
  const [row] = await sql<[{ name: string }]>`
    select c.system_identifier || '.' || d.oid as name
      from pg_control_system() c, pg_database d
     where d.datname = current_database()`;
  return row.name;
}

/** How many connections the server takes at most. */
export async function findConnectionLimit(sql: Sql): Promise<number> {
  const [row] = await sql<[{ limit: number }]>`select current_setting('max_connections')::int as limit`;
  return row.limit;
}

/** The unique indexes of idempotency keys. */
const KEY_INDEXES = new Set(['messages_key', 'posts_key', 'comments_key']);
const DISK_FULL = '53100';
/** Raised by count_stored (migration 0018). */
const OVER_QUOTA = 'KO002';

const NOT_NOW = new Set([
  // The server only reads, as one does that waits to take over from another.
  '25006',
  // Stood still in a transaction.
  '25P03',
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOENT',
  'EPIPE',
  'ENOTFOUND',
  'ETIMEDOUT',
  'CONNECT_TIMEOUT',
  'CONNECTION_CLOSED',
  'CONNECTION_DESTROYED',
  'CONNECTION_ENDED',
]);

/** Whether the statement failed because the database is away, starting, full or slow, rather than for what it says. */
export function isOutage(error: unknown): boolean {
  const code = codeOf(error);
  // PostgreSQL's error classes 08 (connection), 53 (resources), 55 (locks), 57 (operator intervention, timeouts).
  return NOT_NOW.has(code) || /^(08|53|55|57)\w{3}$/.test(code);
}

/** The violated constraint's name where a unique index refused a row, else null. */
export function uniqueViolation(error: unknown): string | null {
  return error instanceof postgres.PostgresError && error.code === '23505' ? (error.constraint_name ?? '') : null;
}

/** Whether the author has just used an idempotency key elsewhere: tried again, what was made with it is found. */
export function isKeyTaken(error: unknown): boolean {
  return KEY_INDEXES.has(uniqueViolation(error) ?? '');
}

/** Whether a row that was referred to is gone, or never was. */
export function isForeignKeyViolation(error: unknown): boolean {
  return codeOf(error) === '23503';
}

/** Whether two transactions were in each other's way, and this one may simply be tried again. */
export function isConflict(error: unknown): boolean {
  return ['40001', '40P01'].includes(codeOf(error));
}

/** The detail of a violated foreign key. PostgreSQL writes the rest of it in the language of the server. */
const OWN_TABLES = /["«„](accounts|sessions)["»“]/;

/**
 * Failures of a statement that have a code in the table of errors; everything else as it is. Outages are `unavailable`, a full disk of
 * the server `disk_full`, a full account `quota_exceeded`. A row that was referred to and is gone, deleted a moment ago, is
 * `unauthenticated` if it was an account or a session (the caller's: commands that name somebody else catch that), else `not_found`.
 */
export function toKnownError(error: unknown): unknown {
  if (codeOf(error) === DISK_FULL) return new AppError('disk_full', { cause: error });
  if (codeOf(error) === OVER_QUOTA) return new AppError('quota_exceeded');
  if (isForeignKeyViolation(error)) {
    const detail = error instanceof postgres.PostgresError ? (error.detail ?? '') : '';
    return new AppError(OWN_TABLES.test(detail) ? 'unauthenticated' : 'not_found', { cause: error });
  }
  return isOutage(error) ? new AppError('unavailable', { cause: error }) : error;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
