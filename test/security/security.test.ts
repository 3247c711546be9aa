/** Every test that SECURITY.md cites as proof exists. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';

test('every test that SECURITY.md names exists', async () => {
  const text = await readFile('SECURITY.md', 'utf8');
  const named = [...text.matchAll(/`((?:src|test)\/[\w./-]+\.test\.ts)`(?: "([^"]+)")?/g)];
  assert.ok(named.length > 60);
  const missing: string[] = [];
  for (const [, file = '', title] of named) {
    const source = await readFile(file, 'utf8').catch(() => '');
    if (source === '' || (title && !source.includes(title))) missing.push(`${file} ${title ?? ''}`);
  }
  assert.deepEqual(missing, []);
  // A missing closing quote would hide a line from the check.
  assert.equal(text.match(/\.test\.ts/g)?.length, named.length + LINKS);
});

/** Test files that the text links to, rather than cites. */
const LINKS = 2;
