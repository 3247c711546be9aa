/** Tables of who may do what: a line a route, a column a role, in each cell the status that is answered (for sockets also how they close). */
import type { Cast, Person } from './cast.ts';

export const ROLES = ['anonymous', 'stranger', 'member', 'owner', 'admin', 'signed-out', 'disabled'] as const;
export type Role = (typeof ROLES)[number];
/** Whose tokens are worth nothing, or who have none. */
export const OUTSIDERS: readonly Role[] = ['anonymous', 'signed-out', 'disabled'];

/** One cell, when it is tried: who asks. `me` is whom a request names as its actor; an anonymous one says to be the owner. */
export type Trial = { readonly cast: Cast; readonly role: Role; readonly me: Person };

/** A valid request. `body`: a form goes as one, anything else as JSON. */
export type Ask = {
  readonly path: string;
  readonly body?: unknown;
  /** In place of the role's own. */
  readonly token?: string;
  /** Of a socket: what happens then, of which whoever is in there is told with this text. */
  readonly stir?: (text: string) => Promise<unknown>;
  /** Of a socket that wants its token as the first frame. */
  readonly saysToken?: boolean;
};
export type Asking = (trial: Trial) => Promise<Ask> | Ask;

export type Row = {
  /** `GET /path`, as it is registered, less a slash at its end. */
  readonly route: string;
  readonly label: string;
  readonly expected: Readonly<Record<Role, number>>;
  readonly ask: Asking;
};

/** How the credentials of a request are carried. */
export type Table = { readonly name: string; readonly carries: 'bearer' | 'cookie'; readonly rows: readonly Row[] };

/**
 * `text`: lines of `METHOD /path, what is special here    status …`; the first one names the roles. `asks`: the request of
 * each line, under the same words.
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
  const expected = Object.fromEntries(ROLES.map((role, n) => [role, Number(statuses[n])])) as Row['expected'];
  return { label, route: (label.split(',')[0] as string).replace(/(?<=[^ ])\/$/, ''), expected, ask };
}
