/**
 * The settings of every session with PostgreSQL; they override those of the server, the database and the role. The first
 * statement of a connection sets them, because poolers such as PgBouncer refuse or drop startup parameters. A pooler must
 * therefore give each client a session of its own (database-checks.ts).
 */
import type { Socket } from 'node:net';

/** Settings of formats, of the meaning of statements, and of timeouts. Names and values as pg_settings has them. */
const SETTINGS = {
  DateStyle: 'ISO, MDY',
  IntervalStyle: 'postgres',
  TimeZone: 'UTC',
  client_encoding: 'UTF8',
  bytea_output: 'hex',
  extra_float_digits: '1',
  lc_monetary: 'C',
  lc_numeric: 'C',
  lc_time: 'C',
  xmloption: 'content',
  timezone_abbreviations: 'Default',
  standard_conforming_strings: 'on',
  escape_string_warning: 'on',
  backslash_quote: 'safe_encoding',
  array_nulls: 'on',
  transform_null_equals: 'off',
  quote_all_identifiers: 'off',
  default_transaction_isolation: 'read committed',
  default_transaction_read_only: 'off',
  default_transaction_deferrable: 'off',
  default_tablespace: '',
  default_table_access_method: 'heap',
  row_security: 'on',
  check_function_bodies: 'on',
  restrict_nonsystem_relation_kind: '',
  exit_on_error: 'off',
  // Only a superuser may set it; where something else is in force, the connection fails by that.
  session_replication_role: 'origin',
  idle_session_timeout: '0',
  transaction_timeout: '0',
  tcp_keepalives_idle: '10',
  tcp_keepalives_interval: '5',
  tcp_keepalives_count: '2',
} as const;

/** PostgreSQL's own. */
const SEARCH_PATH = '"$user", public';

export type SessionSettings = {
  /** Ms; 0: none. */
  readonly statementTimeout: number;
  readonly lockTimeout: number;
  readonly idleInTransactionTimeout: number;
  /** Undefined: PostgreSQL's own. */
  readonly searchPath?: string | undefined;
  /** Bytes. Undefined or infinite: no quota. */
  readonly storagePerAccount?: number | undefined;
};

/** The statement. Settings that an older server does not have are left out, those that are right are left alone. */
export function statementOf({
  searchPath = SEARCH_PATH,
  storagePerAccount = Number.POSITIVE_INFINITY,
  ...timeouts
}: SessionSettings): string {
  const settings = {
    ...SETTINGS,
    search_path: searchPath,
    statement_timeout: String(timeouts.statementTimeout),
    lock_timeout: String(timeouts.lockTimeout),
    idle_in_transaction_session_timeout: String(timeouts.idleInTransactionTimeout),
  };
  const rows = Object.entries(settings).map((pair) => `(${pair.map(literal).join(', ')})`);
  // PostgreSQL takes any name with a dot in it; an empty value is no quota.
  const quota = Number.isFinite(storagePerAccount) ? String(storagePerAccount) : '';
  // The timeout first, and alone: the one that the role has may be too short for the rest.
  return `set statement_timeout = ${timeouts.statementTimeout};
    select pg_catalog.set_config(s.name, v.setting, false)
      from (values ${rows.join(', ')}) as v (name, setting)
      join pg_catalog.pg_settings s on s.name = v.name
     where s.setting <> v.setting;
    select pg_catalog.set_config('koine.storage_per_account', ${literal(quota)}, false)`;
}

/** Means the same whatever `standard_conforming_strings` is, as it holds no backslash. */
function literal(text: string): string {
  if (text.includes('\\')) throw new Error('a setting of the session must not contain a backslash');
  return `'${text.replaceAll("'", "''")}'`;
}

/** Messages of the server: https://www.postgresql.org/docs/current/protocol-message-formats.html. */
const READY = 'Z'.charCodeAt(0);
const ERROR = 'E'.charCodeAt(0);
/** A message's kind and length. */
const HEAD = 5;

/**
 * Has the statement run before the client of this socket hears that the server is ready for its first one.
 * `onRefusal` is given the fields of the error where it fails.
 */
export function runFirst(socket: Socket, statement: string, onRefusal: (fields: Buffer) => void): void {
  const { emit } = socket;
  const tell = emit.bind(socket) as (event: string | symbol, ...args: unknown[]) => boolean;
  const write = socket.write.bind(socket);
  let rest: Buffer = Buffer.alloc(0);
  /** The message that the client waits for. */
  let ready: Buffer | null = null;

  /** Whether the client may have this message now. */
  function isForClient(message: Buffer): boolean {
    if (ready === null && message[0] === READY) {
      ready = message;
      write(queryMessage(statement));
      return false;
    }
    if (ready !== null && message[0] === ERROR) onRefusal(message.subarray(HEAD));
    return ready === null;
  }

  function take(data: Buffer): boolean {
    const all = Buffer.concat([rest, data]);
    const kept: Buffer[] = [];
    let end = 0;
    while (all.length >= end + HEAD) {
      const next = end + 1 + all.readUInt32BE(end + 1);
      if (all.length < next) break;
      const message = all.subarray(end, next);
      end = next;
      const isLast = ready !== null && message[0] === READY;
      if (isLast || isForClient(message)) kept.push(message);
      if (!isLast) continue;
      socket.emit = emit;
      return tell('data', Buffer.concat([...kept, all.subarray(end)]));
    }
    rest = all.subarray(end);
    return kept.length === 0 || tell('data', Buffer.concat(kept));
  }

  socket.emit = (event: string | symbol, ...args: unknown[]): boolean =>
    event === 'data' ? take(args[0] as Buffer) : tell(event, ...args);
}

function queryMessage(statement: string): Buffer {
  const text = Buffer.from(`${statement}\0`);
  const head = Buffer.alloc(HEAD);
  head.write('Q');
  head.writeUInt32BE(text.length + 4, 1);
  return Buffer.concat([head, text]);
}
