/** The English texts of the web client: the first load has those that it shows, and no others. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';

const SOURCES = 'web/src';

/** Files that are loaded with the entry point: all but what `import()` loads. */
function firstFiles(): string[] {
  const found = new Set<string>();
  const waiting = [join(SOURCES, 'main.tsx')];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (found.has(file) || !/\.tsx?$/.test(file) || !existsSync(file)) continue;
    found.add(file);
    const text = readFileSync(file, 'utf8');
    for (const [, name] of text.matchAll(/^import (?!type )(?:[^;]*? from )?'(\.[^']+)'/gm))
      waiting.push(join(dirname(file), name as string));
  }
  return [...found];
}

function keysOf(file: string): string[] {
  return [...readFileSync(join(SOURCES, 'i18n', file), 'utf8').matchAll(/^ {2}(\w+):/gm)].map(
    ([, key]) => key as string,
  );
}

test('texts that the first load shows are in its dictionary, and no others', () => {
  const text = firstFiles()
    .filter((file) => !file.includes('i18n'))
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n');
  const quoted = new Set([...text.matchAll(/['"](\w+)['"]/g)].map(([, word]) => word));
  const prefixes = [...text.matchAll(/`([A-Za-z]+_)\$\{/g)].map(([, prefix]) => prefix as string);
  const isFirst = (key: string) => quoted.has(key) || prefixes.some((prefix) => key.startsWith(prefix));
  assert.ok(keysOf('en.ts').length > 100);
  assert.deepEqual(
    keysOf('en.ts').filter((key) => !isFirst(key)),
    [],
    'in en-late.ts',
  );
  assert.deepEqual(keysOf('en-late.ts').filter(isFirst), [], 'in en.ts');
});
