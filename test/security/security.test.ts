/** What SECURITY.md says is shown by a test is shown by one that is there. */
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
  // A closing quote that was forgotten would hide a line from the check.
  assert.equal(text.match(/\.test\.ts/g)?.length, named.length + LINKS);
});

/** Files that the text links to, rather than names as proof. */
const LINKS = 2;
