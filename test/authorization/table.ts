/**
 * Permission tables: a row per route, a column per role, and in each cell the expected status (for sockets also the
 * close code).
 */
import type { Cast, Person } from './cast.ts';
import { type Columns, expectedOf } from './states.ts';

export const ROLES = ['anonymous', 'stranger', 'member', 'owner', 'admin', 'signed-out', 'disabled'] as const;
/** States that strangers were put into; the rights of each follow from the columns (states.ts). */
export const STATES = ['silenced', 'unverified', 'suspended', 'banned', 'blocked', 'pending'] as const;
export type State = (typeof STATES)[number];
export type Role = (typeof ROLES)[number] | State;
/** Roles without valid credentials. */
export const OUTSIDERS: readonly Role[] = ['anonymous', 'signed-out', 'disabled', 'suspended', 'banned', 'pending'];
/** Outsiders that cannot sign in. */
export const KEPT_OUT: readonly Role[] = ['anonymous', 'disabled', 'suspended', 'banned', 'pending'];

/**
 * One cell being tried. `me` is the account that the request names as its actor; a caller without an account names the owner.
 */
export type Trial = { readonly cast: Cast; readonly role: Role; readonly me: Person };

/** A valid request. `body`: forms and bytes are sent as such, other values as JSON. */
export type Ask = {
  readonly path: string;
  readonly body?: unknown;
  /** Beside the credentials. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Replaces the role's token. */
  readonly token?: string;
  /** The e-mail address of that token's account, which the answer may show. */
  readonly email?: string;
  /** For sockets: causes an event with this text, which every authorized socket receives. */
  readonly trigger?: (text: string) => Promise<unknown>;
  /** For sockets that expect the token as the first frame. */
  readonly sendsToken?: boolean;
};
export type Asking = (trial: Trial) => Promise<Ask> | Ask;

export type Row = {
  /** `GET /path` as registered, without a trailing slash. */
  readonly route: string;
  readonly label: string;
  readonly expected: Readonly<Record<Role, number>>;
  readonly ask: Asking;
};

/** How a request carries its credentials. */
export type Table = { readonly name: string; readonly carries: 'bearer' | 'cookie'; readonly rows: readonly Row[] };

/**
 * `text`: rows of `METHOD /path, variant    status …`, under a header row with the roles. `asks`: the request of each
 * row, by the same label.
 */
export function table(name: string, carries: Table['carries'], text: string, asks: Record<string, Asking>): Table {
  const [head = '', ...lines] = text.split('\n').filter((line) => line.trim() !== '');
  if (head.trim().split(/\s+/).join() !== ROLES.join()) throw new Error(`${name}: the columns are ${head}`);
  const rows = lines.map((line) => rowOf(name, line, asks));
  const unused = Object.keys(asks).filter((label) => !rows.some((row) => row.label === label));
  if (unused.length > 0) throw new Error(`${name}: no line for ${unused.join('; ')}`);
  return { name, carries, rows };
}

function rowOf(name: string, line: string, asks: Record<string, Asking>): Row {
  const [label = '', ...statuses] = line.trim().split(/\s{2,}/);
  const ask = asks[label];
  if (ask === undefined || statuses.length !== ROLES.length) throw new Error(`${name}: not a row: ${line}`);
  const columns = Object.fromEntries(ROLES.map((role, n) => [role, Number(statuses[n])])) as Columns;
  const route = (label.split(',')[0] as string).replace(/(?<=[^ ])\/$/, '');
  return { label, route, expected: { ...columns, ...expectedOf({ label, route }, columns) }, ask };
}
