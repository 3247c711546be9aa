/** The frames of `/v1/live`. */
import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { MAX_FOLLOWED, MAX_WATCHED } from '../../core/live/streams.ts';
import { FRAME } from '../shared/bounds.ts';
import { eventFrames } from './events/shown-events.ts';
import { Problem } from './problem-schema.ts';
import { Id, Message, Person, Room, Seq } from './schema.ts';

const Optional = Type.Optional;
const is = <const Name extends string>(name: Name) => ({ type: Type.Literal(name) });
const Stream = Type.String({ maxLength: 64, description: '`me`, `board` or `room:<id>`.' });
const Position = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const Have = Type.Record(Type.String(), Position, {
  maxProperties: MAX_FOLLOWED,
  description: 'The newest position that you have of each stream.',
});
const Ref = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description: 'Comes back with the answer.' });
const text = { maxLength: FRAME };

/** Whether a refusal can name it. */
export const isRef = (ref: unknown): ref is number => Number.isSafeInteger(ref) && (ref as number) >= 0;

export const IN = {
  hello: Type.Object(
    { ...is('hello'), epoch: Type.String(text), have: Have, heads: Optional(Type.Boolean()) },
    {
      description:
        'The first frame, within 10 s: the streams to follow, and from where. `heads`: whether to send the newest positions of the other rooms.',
    },
  ),
  follow: Type.Object({ ...is('follow'), have: Have }, { description: 'Follow more streams, from these positions.' }),
  unfollow: Type.Object(
    { ...is('unfollow'), streams: Type.Array(Stream, { maxItems: MAX_FOLLOWED }) },
    { description: 'Follow these streams no longer.' },
  ),
  send: Type.Object(
    {
      ...is('send'),
      ref: Ref,
      room: Id,
      body: Type.String(text),
      key: Optional(Type.String({ minLength: 1, maxLength: 64, description: 'As the header `Idempotency-Key`.' })),
      replyTo: Optional(Seq),
      files: Optional(Type.Array(Id, { maxItems: 100 })),
    },
    { description: 'Send a message. Answered by `result`, its data is the message, or `problem`.' },
  ),
  typing: Type.Object({ ...is('typing'), room: Id }, { description: 'You are typing. Passed on once in 3 s.' }),
  read: Type.Object(
    { ...is('read'), ref: Optional(Ref), room: Id, seq: Position },
    { description: 'You have read so far. It only grows.' },
  ),
  watch: Type.Object(
    { ...is('watch'), people: Type.Array(Id, { maxItems: MAX_WATCHED }) },
    { description: 'Tell how these accounts are, now and when it changes. Replaces the list before it.' },
  ),
  beat: Type.Object(is('beat'), { description: 'Answers a `beat` of the server.' }),
};

export type FrameIn = Static<(typeof IN)[keyof typeof IN]>;
const CHECKS = new Map(Object.entries(IN).map(([type, schema]) => [type, Compile(schema)]));

/** Null: not a frame of that type. Undefined: there is no such type. */
export function readFrame(value: { type?: unknown }): FrameIn | null | undefined {
  const check = CHECKS.get(String(value.type).slice(0, 16));
  if (check === undefined) return undefined;
  return check.Check(value) ? (value as FrameIn) : null;
}

const PersonNow = Type.Object({
  online: Type.Boolean(),
  ...Type.Partial(Type.Pick(Person, ['name', 'avatarUrl'])).properties,
  removed: Optional(Type.Boolean({ description: 'There is no such account (any more).' })),
});
const Window = Type.Unsafe<readonly [number, number] | null>({
  type: ['array', 'null'],
  items: { type: 'integer' },
  description: 'Come back after a random time between these, in ms; null: do not.',
});

export const OUT = {
  ...eventFrames(),
  reset: Type.Object(
    { ...is('reset'), stream: Type.String(), seq: Position },
    {
      description:
        'The stream cannot be resumed from there, and is not followed: fetch it again, then `follow`. `seq`: its position now.',
    },
  ),
  live: Type.Object(is('live'), { description: 'All that `hello` asked for was sent: what follows is new.' }),
  heads: Type.Object(
    {
      ...is('heads'),
      data: Type.Record(
        Type.String(),
        Type.Object({
          seq: Position,
          mentioned: Type.Boolean({
            description: 'You were mentioned since the last of these frames, or since you read.',
          }),
        }),
      ),
    },
    { description: 'The newest positions of rooms that are not followed, by stream; at most once a second.' },
  ),
  typing: Type.Object(
    { ...is('typing'), stream: Type.String(), data: Type.Object({ by: Id }) },
    { description: 'Somebody is typing in the room, you perhaps. Show it for 5 s.' },
  ),
  read: Type.Object(
    { ...is('read'), stream: Type.String(), data: Type.Object({ by: Id, seq: Position }) },
    {
      description: 'A member of a direct room or a small group, you perhaps, has read so far. As `GET …/reads` tells.',
    },
  ),
  people: Type.Object(
    { ...is('people'), data: Type.Object({ online: Type.Integer(), people: Type.Record(Type.String(), PersonNow) }) },
    {
      description:
        'The accounts that you watch: all of them after `watch`, then what has changed, at most once a second. `online`: how many accounts are.',
    },
  ),
  result: Type.Object(
    {
      ...is('result'),
      ref: Ref,
      data: Type.Union([Message, Type.Pick(Room, ['readSeq', 'unread', 'mentions'])]),
    },
    { description: 'The result of your frame with that `ref`.' },
  ),
  problem: Type.Object(
    { ...is('problem'), ref: Optional(Ref), problem: Problem },
    { description: 'Why a frame of yours was refused.' },
  ),
  beat: Type.Object(is('beat'), { description: 'Answer with the same.' }),
  bye: Type.Object(
    { ...is('bye'), code: Type.Integer({ description: 'The close code that follows.' }), retryAfter: Window },
    { description: 'The server closes the connection.' },
  ),
};
