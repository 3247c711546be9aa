/** Run by test/runner.test.ts: tests that fail in different ways. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

type Answer = { status: number };

const answer: Answer = { status: 500 };
const token = `eyJhbGciOiJIUzI1NiJ9.${'a'.repeat(40)}.${'b'.repeat(43)}`;

test('a condition that does not hold', () => {
  assert.ok(answer.status < 300);
});

test('a text with a token', () => {
  assert.equal(`Bearer ${token}`, 'nothing');
});

test('a long text', () => {
  assert.match('Seq Scan on messages\n'.repeat(1_000), /Index Scan/);
});

test('a test that never ends', () => new Promise(() => setInterval(() => {}, 60_000)));
