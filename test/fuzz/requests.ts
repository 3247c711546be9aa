/** Requests of documented operations: valid, with one invalid part, or random. */
import type { Person } from './cast.ts';
import type { Memory } from './memory.ts';
import type { Operation, Parameter } from './operations.ts';
import type { Random } from './random.ts';
import { type Manner, type Schema, Values } from './values.ts';

export type Sent = {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string | string[]>;
  readonly body: Buffer | null;
  /** The username of the sender. */
  readonly by: string;
  /** Whether it certainly reaches its operation, whose document then determines the response. */
  readonly declared: boolean;
};

/** An incoming hook, and a message that it wrote. */
export type Hook = { readonly id: string; readonly secret: string; readonly message: string };

export type Stage = {
  /** Of pages of the server. */
  readonly origin: string;
  readonly memory: Memory;
  readonly people: readonly Person[];
  readonly hook: Hook;
  readonly files: readonly Buffer[];
};

const OWN_ID = /^(personId|user_id|client_id|owner_id|author)$/;
/** The cookie of the token, by dialect. */
const COOKIES: Readonly<Record<string, string>> = { social: 'token', koine: 'koine' };
const TYPES = [
  'text/plain',
  'application/json; charset=utf-16',
  'application/x-www-form-urlencoded',
  'multipart/form-data',
  'multipart/form-data; boundary=',
  'application/xml',
  'image/png',
  'nonsense',
  'application/json;;;=',
  '*/*',
];
const ODD_HEADERS: [string, string][] = [
  ['accept', 'application/xml;q=x'],
  ['accept', 'text/html'],
  ['accept-encoding', 'gzip;q=-1, *'],
  ['content-encoding', 'gzip'],
  ['if-none-match', '*'],
  ['if-modified-since', 'never'],
  ['range', 'bytes=0-0,-1,5-2'],
  ['origin', 'null'],
  ['origin', 'https://evil.example'],
  ['referer', '::'],
  ['x-forwarded-for', "1.2.3.4, ', ::1"],
  ['x-request-id', 'x'.repeat(3_000)],
  ['x-http-method-override', 'DELETE'],
  ['cookie', '__proto__=1; token; =; ;;; token="'],
  ['accept-language', '\u00e4\u00ff'],
  ['te', 'trailers'],
];

export function requestOf(operation: Operation, random: Random, stage: Stage): Sent {
  const manner = random.weighed<Manner>({ valid: 5, nearly: 4, wild: 1 });
  const own = random.pick(stage.people);
  const ofHook = isOfHook(operation) ? hookValues(stage.hook) : null;
  const values = new Values(random, operation.resolve, (name, schema) => {
    if (ofHook !== null) return ofHook[name];
    const type = [schema.type].flat()[0] ?? '';
    const place = random.chance(0.5) ? `${operation.dialect} of ${own.username}` : operation.dialect;
    const jsonType = type === 'integer' ? 'number' : type;
    const known = stage.memory.recall(random, place, jsonType, name);
    if (OWN_ID.test(name) && random.chance(0.7)) return type === 'integer' ? own.number : own.id;
    const mine = {
      username: own.username,
      login: own.username,
      current: own.password,
      email: own.email,
      password: own.password,
      refresh: own.refresh,
    }[name];
    const another = name === 'recipient' ? random.pick(stage.people).username : undefined;
    if (another !== undefined || mine === undefined) return another ?? known;
    // Half of the registrations use new names.
    return random.chance(0.5) ? (random.chance(0.7) ? mine : known) : fresh(name, random);
  });
  // One part uses this manner, the others are valid.
  const parts = ['path', 'query', 'body'] as const;
  const spoilt = random.pick(parts.filter((part) => part !== 'body' || Object.keys(operation.bodies).length > 0));
  const mannerOf = (part: (typeof parts)[number]): Manner => (manner === 'wild' || part === spoilt ? manner : 'valid');
  const path = pathOf(operation, values, random, mannerOf('path'));
  const { type, body } = bodyOf(operation, values, random, { manner: mannerOf('body'), stage });
  const odd = random.chance(0.06);
  return {
    method: random.chance(0.01) ? random.pick(['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD']) : operation.method,
    path: path.text + queryOf(operation, values, random, mannerOf('query')),
    headers: {
      ...(type === null ? {} : { 'content-type': type }),
      ...credentials(operation.dialect, own, { random, origin: stage.origin }),
      ...(odd ? Object.fromEntries([random.pick(ODD_HEADERS)]) : {}),
    },
    body,
    by: own.username,
    declared: path.declared,
  };
}

/** Whether it is in the form of another service: its ids are no ids of the native API. */
export function isOfHook({ path }: Operation): boolean {
  return path.includes('{secret}');
}

/** By the names of parameters. `hook`: as Slack has the id. */
function hookValues(hook: Hook): Record<string, unknown> {
  return { ...hook, hook: `B${hook.id}` };
}

function fresh(name: string, random: Random): string {
  const number = random.below(2 ** 31).toString(36);
  return { username: `u${number}`, email: `${number}@example.org` }[name] ?? `long enough ${number}`;
}

function pathOf({ path, parameters }: Operation, values: Values, random: Random, manner: Manner) {
  let declared = true;
  const text = path.replace(/\{(\w+)\}/g, (_all, name: string) => {
    const { schema } = parameters.find((one) => one.in === 'path' && one.name === name) as Parameter;
    if (manner !== 'valid' && random.chance(0.05)) {
      declared = false;
      return random.pick(['%', '%zz', '%ff%fe', '%2e%2e', '..', '%00', 'a/b', '', '%u0041', 'x'.repeat(1_100)]);
    }
    const encoded = percentEncoded(String(values.make(schema, manner, name)));
    // An empty or dotted segment changes the path, and an overlong one is refused.
    if (/^\.*$/.test(encoded) || decodeURIComponent(encoded).length > 1_000) declared = false;
    return encoded;
  });
  return { text: text.length > 6_000 ? path : text, declared };
}

function queryOf({ parameters }: Operation, values: Values, random: Random, manner: Manner): string {
  const pairs: string[] = [];
  for (const { in: part, name, schema, required } of parameters) {
    if (part !== 'query' || (!required && random.chance(0.4))) continue;
    const times = manner !== 'valid' && random.chance(0.15) ? 3 : 1;
    for (let time = 0; time < times; time += 1)
      pairs.push(`${name}=${percentEncoded(String(values.make(schema, manner, name))).slice(0, 3_000)}`);
  }
  if (manner !== 'valid' && random.chance(0.2))
    pairs.push(random.pick(['x', '=', '&&', 'skip[]=1', '%', '%ff=%fe', '__proto__=1', 'a[b][c]=1', 'token=x']));
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}

/** Lone surrogates cannot be encoded and are replaced. */
function percentEncoded(text: string): string {
  return encodeURIComponent(Buffer.from(text).toString());
}

type Body = { type: string | null; body: Buffer | null };

function bodyOf(
  { bodies, resolve }: Operation,
  values: Values,
  random: Random,
  { manner, stage }: { manner: Manner; stage: Stage },
): Body {
  const kinds = Object.keys(bodies);
  if (kinds.length === 0)
    return random.chance(0.03)
      ? { type: 'application/json', body: Buffer.from('{"a":1}') }
      : { type: null, body: null };
  const type = random.pick(kinds);
  if (manner !== 'valid' && random.chance(0.04)) return { type, body: null };
  const schema = bodies[type] as Schema;
  const value = values.make(schema, manner);
  const made = encoded(type, value, { schema: schema.$ref ? resolve(schema.$ref) : schema, random, stage, manner });
  if (manner === 'valid') return made;
  if (random.chance(0.05)) return { ...made, type: random.pick([...TYPES, null]) };
  if (random.chance(0.08) && made.body) return { ...made, body: damaged(made.body, random) };
  return made;
}

type Making = { schema: Schema; random: Random; stage: Stage; manner: Manner };

function encoded(type: string, value: unknown, making: Making): Body {
  const fields = typeof value === 'object' && value !== null ? Object.entries(value) : [['file', value] as const];
  if (type === 'application/x-www-form-urlencoded') {
    const text = fields.map(([key, member]) => `${percentEncoded(key)}=${percentEncoded(fieldText(member))}`).join('&');
    return { type, body: Buffer.from(text) };
  }
  if (type === 'multipart/form-data') return multipart(fields, making);
  if (type === 'application/octet-stream') return { type, body: making.random.pick(making.stage.files) };
  return { type, body: Buffer.from(JSON.stringify(value)) };
}

function multipart(fields: readonly (readonly [string, unknown])[], { schema, random, stage, manner }: Making): Body {
  const boundary = `----fuzz${random.below(1e9)}`;
  const parts = fields.flatMap(([name, value]) => {
    const isFile = /image|avatar|file/.test(name) || schema.properties?.[name]?.contentMediaType !== undefined;
    return [value].flat().map((one) => part(name, isFile ? random.pick(stage.files) : one, random));
  });
  const end = manner !== 'valid' && random.chance(0.05) ? '' : `--${boundary}--\r\n`;
  const chunks = parts.flatMap((chunk) => [Buffer.from(`--${boundary}\r\n`), chunk, Buffer.from('\r\n')]);
  return { type: `multipart/form-data; boundary=${boundary}`, body: Buffer.concat([...chunks, Buffer.from(end)]) };
}

function part(name: string, value: unknown, random: Random): Buffer {
  const label = name.replaceAll(/["\r\n]/g, '_');
  if (!Buffer.isBuffer(value))
    return Buffer.from(`content-disposition: form-data; name="${label}"\r\n\r\n${fieldText(value)}`);
  const file = random.pick(['a.png', 'b.jpg', '..%2f..%2fetc', '', 'x'.repeat(300), 'ü.gif']);
  const type = random.pick(['image/png', 'image/jpeg', 'text/html', 'application/octet-stream']);
  const head = `content-disposition: form-data; name="${label}"; filename="${file}"\r\ncontent-type: ${type}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), value]);
}

/** As a field of a form: objects are JSON. */
function fieldText(value: unknown): string {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
}

/** Truncated, or with some bytes changed. */
function damaged(body: Buffer, random: Random): Buffer {
  if (random.chance(0.4)) return body.subarray(0, random.below(body.length + 1));
  const copy = Buffer.from(body);
  for (let count = random.below(4); count >= 0 && copy.length > 0; count -= 1)
    copy[random.below(copy.length)] = random.below(256);
  return copy;
}

function credentials(
  dialect: string,
  own: Person,
  { random, origin }: { random: Random; origin: string },
): Record<string, string | string[]> {
  const kind = random.weighed({ own: 12, none: 1.5, foreign: 0.5, broken: 1 });
  if (kind === 'none') return {};
  const token = own.tokens[kind === 'foreign' ? random.pick(Object.keys(own.tokens)) : dialect] ?? '';
  if (kind === 'broken') {
    const odd = [`Bearer ${token.slice(0, -3)}`, 'Bearer', `bearer  ${token}`, `Basic ${token}`, `Bearer ${token} x`];
    return { authorization: random.pick([...odd, 'Bearer \u00ff', `Bearer ${'a.'.repeat(2_000)}`]) };
  }
  const cookie = COOKIES[dialect];
  return cookie !== undefined && random.chance(0.5)
    ? { cookie: `${cookie}=${token}`, ...(random.chance(0.8) && { origin }) }
    : { authorization: `Bearer ${token}` };
}
