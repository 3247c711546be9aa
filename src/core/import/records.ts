/** The import format: a line is a JSON object, whose `type` is one of these. Members that are not named here are ignored. */
import Type, { type Static } from 'typebox';
import { Compile } from 'typebox/compile';

/** The username, in any case. */
const Name = Type.String({ minLength: 1, maxLength: 64 });
/** The id at the source: a text, or an integer that JSON holds exactly. */
const SourceId = Type.Union([
  Type.String({ minLength: 1, maxLength: 200 }),
  Type.Integer({ minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER }),
]);
/** A UUID is kept, anything else is made into one (uids.ts). */
const Uid = SourceId;
/** ISO 8601, UTC where it names no zone; now, where there is none. */
const Time = Type.Optional(Type.String({ maxLength: 40 }));
const Text = Type.String({ minLength: 1 });
/** `lobby`, or the room's uid. */
const RoomRef = Uid;

export const RECORDS = {
  account: Type.Object({
    type: Type.Literal('account'),
    username: Name,
    uid: Type.Optional(Uid),
    email: Type.Optional(Type.String()),
    /** argon2, in its usual form; without, the password must be reset. */
    passwordHash: Type.Optional(Type.String()),
    bio: Type.Optional(Type.String({ maxLength: 1_000 })),
    avatarUrl: Type.Optional(Type.String()),
    createdAt: Time,
  }),
  friendship: Type.Object({
    type: Type.Literal('friendship'),
    between: Type.Array(Name, { minItems: 2, maxItems: 2 }),
    createdAt: Time,
  }),
  post: Type.Object({
    type: Type.Literal('post'),
    uid: Uid,
    author: Name,
    title: Type.Optional(Type.String()),
    body: Text,
    createdAt: Time,
    editedAt: Time,
  }),
  comment: Type.Object({
    type: Type.Literal('comment'),
    /** Unique among those of its kind and source. */
    id: SourceId,
    post: Uid,
    author: Name,
    body: Text,
    createdAt: Time,
  }),
  like: Type.Object({ type: Type.Literal('like'), post: Uid, by: Name, createdAt: Time }),
  room: Type.Object({
    type: Type.Literal('room'),
    uid: Uid,
    kind: Type.Union([Type.Literal('direct'), Type.Literal('group')]),
    title: Type.Optional(Type.String()),
    members: Type.Array(Name, { minItems: 1, maxItems: 1_000 }),
    createdAt: Time,
  }),
  member: Type.Object({ type: Type.Literal('member'), room: Uid, account: Name, createdAt: Time }),
  message: Type.Object({
    type: Type.Literal('message'),
    id: SourceId,
    room: RoomRef,
    author: Name,
    body: Text,
    createdAt: Time,
  }),
};

export type Kind = keyof typeof RECORDS;
export type RecordOf<K extends Kind> = Static<(typeof RECORDS)[K]>;
export type ImportRecord = { [K in Kind]: RecordOf<K> }[Kind];

const validators = Object.fromEntries(
  Object.entries(RECORDS).map(([kind, schema]) => [kind, Compile(schema)]),
) as unknown as Record<
  string,
  { Check(value: unknown): boolean; Errors(value: unknown): { instancePath: string; message: string }[] }
>;

/** @throws an Error that says what is wrong with the line */
export function parseRecord(line: string): ImportRecord {
  const value = parseJson(line);
  const type = (value as { type?: unknown } | null)?.type;
  const validator = typeof type === 'string' ? validators[type] : undefined;
  if (validator === undefined) throw new Error(`its type must be one of ${Object.keys(RECORDS).join(', ')}`);
  if (validator.Check(value)) return value as ImportRecord;
  const [first] = validator.Errors(value);
  throw new Error(`${type}${first?.instancePath.replaceAll('/', '.') ?? ''} ${first?.message ?? 'is not valid'}`);
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw new Error('it is not JSON');
  }
}
