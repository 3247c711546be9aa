/** A PostgreSQL server as a URL names it, in the way of libpq. No message repeats a part of it that may be secret. */

export type TlsMode = 'disable' | 'prefer' | 'require' | 'verify-ca' | 'verify-full';

export type Tls = {
  readonly mode: TlsMode;
  /** A file of PEM certificates; undefined: those that Node.js trusts. */
  readonly rootCertificate?: string;
  /** Files of the client's own certificate and key. */
  readonly certificate?: string;
  readonly key?: string;
};

/** Missing fields are taken from libpq's variables (PGHOST and so on), or from PostgreSQL's defaults. */
export type ServerPlace = {
  /** A name, an address, or the folder of a unix socket. */
  readonly host?: string;
  readonly port?: number;
  readonly username?: string;
  readonly password?: string;
  readonly database?: string;
};

export type DatabaseUrl = { readonly place: ServerPlace; readonly tls: Tls; readonly searchPath?: string };

/** libpq's `sslmode`, and postgres.js' `ssl`. */
const TLS_MODES: Readonly<Record<string, TlsMode>> = {
  disable: 'disable',
  false: 'disable',
  allow: 'prefer',
  prefer: 'prefer',
  require: 'require',
  true: 'require',
  'verify-ca': 'verify-ca',
  'verify-full': 'verify-full',
};

/** Parameters of libpq that are accepted and ignored, because Koine sets them itself. */
const PASSED_OVER = ['application_name', 'client_encoding', 'connect_timeout', 'fallback_application_name'];
const KNOWN = [
  ...['host', 'port', 'user', 'password', 'dbname', 'sslmode', 'ssl', 'sslrootcert', 'sslcert', 'sslkey'],
  ...['search_path', 'target_session_attrs', ...PASSED_OVER],
];
/** Schemas, plain or quoted. */
const SEARCH_PATH = /^[\w$", -]{1,500}$/;

const ENCODE =
  'has characters in its user name or password that must be percent-encoded: "/" as %2F, "#" as %23, "?" as %3F, "%" as %25';

/** @throws an Error that goes on from the name of the setting: `must …` */
export function parseDatabaseUrl(given: string): DatabaseUrl {
  // libpq lets the host be left out after a user, where a parameter names it.
  const text = given.replace(/^(\w+:\/\/[^/?#]*@)(?=[/?#]|$)/, '$1localhost');
  requireEncoded(text);
  if (/^\w+:\/\/[^/?#]*,/.test(text)) throw new Error('names several servers; Koine takes one');
  if (!/^postgres(ql)?:\/\//i.test(text) || !URL.canParse(text))
    throw new Error('must be a URL that starts with postgres:// or postgresql://');
  const url = new URL(text);
  const parameters = url.searchParams;
  const unknown = [...parameters.keys()].find((name) => !KNOWN.includes(name));
  if (unknown !== undefined) throw new Error(`may have the parameters ${KNOWN.join(', ')}, and has another one`);
  requireWritable(parameters.get('target_session_attrs'));
  const searchPath = parameters.get('search_path') ?? undefined;
  if (searchPath !== undefined && !SEARCH_PATH.test(searchPath)) throw new Error('has a search_path that is no list');
  return { place: placeOf(url), tls: tlsOf(parameters), ...(searchPath !== undefined && { searchPath }) };
}

/** A "/", "#" or "?" in the password ends the part of the URL that holds it: then the "@" comes too late. */
function requireEncoded(text: string): void {
  const [, authority = '', rest = ''] = /^\w+:\/\/([^/?#]*)(.*)$/s.exec(text) ?? [];
  if (!authority.includes('@') && /^[^=]*@/.test(rest)) throw new Error(ENCODE);
}

function placeOf(url: URL): ServerPlace {
  const given = (name: string, fallback: string) => url.searchParams.get(name) || decode(fallback) || undefined;
  const host = given('host', url.hostname.replace(/^\[(.*)\]$/, '$1'));
  const port = given('port', url.port);
  if (host?.includes(',')) throw new Error('names several servers; Koine takes one');
  if (port !== undefined && !(/^\d{1,5}$/.test(port) && Number(port) >= 1 && Number(port) <= 65_535))
    throw new Error('must have a port from 1 to 65535');
  const [username, password] = [given('user', url.username), given('password', url.password)];
  const database = given('dbname', url.pathname.slice(1));
  return {
    ...(host !== undefined && { host }),
    ...(port !== undefined && { port: Number(port) }),
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(database !== undefined && { database }),
  };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Error(ENCODE);
  }
}

function tlsOf(parameters: URLSearchParams): Tls {
  const [root, certificate, key] = ['sslrootcert', 'sslcert', 'sslkey'].map((name) => parameters.get(name));
  // As in libpq, `system` asks for the strictest mode.
  const fallback = root ? 'verify-full' : 'disable';
  const mode = TLS_MODES[parameters.get('sslmode') ?? parameters.get('ssl') ?? fallback];
  if (mode === undefined)
    throw new Error('has an unknown sslmode; it may be disable, prefer, require, verify-ca or verify-full');
  if (mode === 'disable' && (root || certificate || key))
    throw new Error('names certificates, and has no sslmode that uses them, such as verify-full');
  if (Boolean(certificate) !== Boolean(key)) throw new Error('must have both of sslcert and sslkey, or neither');
  return {
    // As in libpq, who gives a root certificate wants it to be looked at.
    mode: root && (mode === 'prefer' || mode === 'require') ? 'verify-ca' : mode,
    ...(root && root !== 'system' && { rootCertificate: root }),
    ...(certificate && key && { certificate, key }),
  };
}

/** Koine writes: a server that only reads is refused when it starts. */
function requireWritable(wanted: string | null): void {
  if (wanted !== null && !['any', 'primary', 'read-write'].includes(wanted))
    throw new Error(`has target_session_attrs=${wanted}; Koine writes: use read-write, or leave it out`);
}

/** For people: where it is, without who comes and with what. */
export function describePlace({ host = 'localhost', port = 5432 }: ServerPlace): string {
  if (host.startsWith('/')) return `${host}/.s.PGSQL.${port}`;
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
