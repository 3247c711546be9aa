/** The lists of emoji are those that their script has made. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

type Stamp = { readonly script: string; readonly files: Readonly<Record<string, string>> };

const read = (name: string) => readFileSync(`web/src/generated/${name}`);
const hashOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

test('lists of emoji are as `npm run emoji --workspace web` has made them, with the same emoji in each language', () => {
  const { script, files } = JSON.parse(read('emoji-stamp.json').toString()) as Stamp;
  assert.equal(hashOf(readFileSync('web/scripts/emoji.js')), script, 'the script has changed since');
  for (const [name, hash] of Object.entries(files)) assert.equal(hashOf(read(name)), hash, name);
  const [first, ...others] = Object.keys(files).map((name) =>
    (JSON.parse(read(name).toString()) as [string][][]).map((group) => group.map(([emoji]) => emoji)),
  );
  assert.ok(first && first.length > 0 && others.length > 0);
  for (const other of others) assert.deepEqual(other, first);
});
