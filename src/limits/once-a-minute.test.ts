import assert from 'node:assert/strict';
import { test } from 'node:test';
import { onceAMinute } from './once-a-minute.ts';

test('a kind of trouble is written once a minute, with the number of lines that were left out', () => {
  const lines: string[] = [];
  let now = 0;
  const write = onceAMinute(
    (line) => lines.push(line),
    () => now,
  );
  for (let count = 0; count < 4; count += 1) write('disk', 'the disk is full');
  write('proxy', 'another kind');
  now = 59_999;
  write('disk', 'the disk is full');
  now = 60_000;
  write('disk', 'the disk is full');
  write('proxy', 'another kind');
  assert.deepEqual(lines, [
    'the disk is full',
    'another kind',
    'the disk is full (4 more since the last such line)',
    'another kind',
  ]);
});
