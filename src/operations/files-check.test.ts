import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from '../../test/support/conditions.ts';
import { checkFiles } from './files-check.ts';

test('file storage is checked at the start, and again when the result is 30 s old and somebody asks', async (t) => {
  let time = 1_000_000;
  t.mock.method(performance, 'now', () => time);
  const said: string[] = [];
  const checks: ((reason: Error | null) => void)[] = [];
  const check = () =>
    new Promise<void>((resolve, reject) => {
      checks.push((reason) => (reason === null ? resolve() : reject(reason)));
    });
  const files = checkFiles(
    { check, place: 's3://pictures' },
    { warn: (text: string) => said.push(`warn ${text}`), info: (text: string) => said.push(`info ${text}`) },
  );
  const settle = async (reason: Error | null) => {
    checks.at(-1)?.(reason);
    await new Promise(setImmediate);
  };

  assert.deepEqual([checks.length, files.up()], [1, true]);
  time += 60_000;
  assert.deepEqual([files.up(), checks.length], [true, 1], 'the first check has not ended');
  await settle(null);
  time -= 30_001;
  assert.deepEqual([files.up(), checks.length], [true, 1], 'the result is 29,999 ms old');
  time += 1;
  assert.deepEqual([files.up(), checks.length], [true, 2], 'the result is 30,000 ms old');
  await settle(new Error('no such bucket'));
  assert.deepEqual([files.up(), checks.length], [false, 2]);

  time += 30_000;
  assert.equal(files.up(), false);
  await settle(new Error('no such bucket'));
  time += 30_000;
  assert.equal(files.up(), false);
  await settle(null);
  await eventually('the store to be back', async () => files.up());
  assert.deepEqual(said, [
    'warn pictures cannot be stored or deleted: s3://pictures: no such bucket',
    'info pictures can be stored again: s3://pictures',
  ]);
});
