import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TSchema } from 'typebox';
import { Check } from 'typebox/value';
import { Random } from '../../../test/fuzz/random.ts';
import { type Schema, Values } from '../../../test/fuzz/values.ts';
import { createBatchReader, EVENTS } from './events.ts';

/** So many of each kind, made from its definition. */
const EACH = 5;
const events = Object.entries(EVENTS).flatMap(([kind, schema], place) =>
  examplesOf(schema, place).map((data, index) => ({ kind, seq: index + 1, data })),
);

function examplesOf(schema: TSchema, seed: number): unknown[] {
  const examples: unknown[] = [];
  for (let index = 0; examples.length < EACH; index += 1) {
    const values = new Values(new Random(seed, index), () => ({}));
    const example: unknown = JSON.parse(JSON.stringify(values.make(schema as Schema, 'valid')));
    // Strings are made as fuzzing wants them: now and then too short.
    if (Check(schema, example)) examples.push(example);
  }
  return examples;
}

/** The same with one member, however deep, left out or made into something else. */
function* spoilt(value: unknown): Generator<unknown> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, member] of Object.entries(value)) {
    const copy = () => (Array.isArray(value) ? [...value] : { ...value }) as Record<string, unknown>;
    for (const other of [undefined, { not: 'it' }, Number.NaN, -1]) yield { ...copy(), [key]: other };
    for (const inner of spoilt(member)) {
      const changed = copy();
      changed[key] = inner;
      yield changed;
    }
  }
}

const readBatch = createBatchReader();

test('every kind of event arrives as it was sent', () => {
  const sent = { events };
  assert.deepEqual(readBatch(JSON.parse(JSON.stringify(sent))), sent);
});

test('a batch with a missing or invalid field is not read', () => {
  let tried = 0;
  for (const event of events)
    for (const wrong of spoilt(event)) {
      assert.equal(readBatch({ events: [wrong] }), null, JSON.stringify(wrong));
      tried += 1;
    }
  assert.ok(tried > 100);
  for (const wrong of [null, undefined, 7, 'x', [], {}, { events: {} }]) assert.equal(readBatch(wrong), null);
});

test('a time that no calendar has is no time', () => {
  const late = { kind: 'member.left', seq: 1, data: { accountId: 1, username: 'ann', at: 9e15 } };
  assert.equal(readBatch({ events: [late] }), null);
});
