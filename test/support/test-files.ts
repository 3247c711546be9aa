/** The test files, and their paths in the build. */
import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';

/** The name of the file that lists the test files of a run. */
export const LIST = 'files.json';

/** The path of a source in the build, relative to the root of the tree. */
export function built(file: string): string {
  return join('dist', relative('.', file)).replace(/\.ts$/, '.js');
}

/** Every test file, relative to the root of the tree. */
export async function findTestFiles(): Promise<string[]> {
  const folders = ['test', 'src'];
  const found = await Promise.all(
    folders.map(async (name) => (await readdir(name, { recursive: true })).map((file) => join(name, file))),
  );
  return found
    .flat()
    .filter((file) => file.endsWith('.test.ts') && !file.includes('node_modules'))
    .sort();
}
