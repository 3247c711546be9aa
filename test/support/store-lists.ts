/** Finds the functions of src/store that read many rows, by name and type. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const STORE = 'src/store';
const HEAD = /^export (?:async )?function ((?:list|find|read)\w*)(?:<[^>]*>)?\(((?:(?!\n\})[\s\S])*?)\): (.+) \{$/gm;
const READS_MANY = /\[\]|\bMap<|\bSet<|\bAsyncIterable</;

/** @returns `<file>: <name>`, without subfolders, which have no reads of a running server */
export function findStoreLists(): string[] {
  const files = readdirSync(STORE).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));
  return files.flatMap((file) => {
    const heads = [...readFileSync(join(STORE, file), 'utf8').matchAll(HEAD)];
    return heads.filter(([, , , type = '']) => READS_MANY.test(type)).map(([, name]) => `${file}: ${name}`);
  });
}
