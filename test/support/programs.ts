/** Optional programs for tests. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The path of the first of these programs, from the PATH or Debian's folders; null: none is installed. */
export function findProgram(...names: readonly string[]): string | null {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  const places = folders.filter((folder) => folder !== '').flatMap((folder) => names.map((name) => join(folder, name)));
  return places.find(isExecutable) ?? null;
}

/** For `test`: the skip reason if one of the programs is missing. */
export function needs(...names: readonly string[]): { skip: string | false } {
  const missing = names.filter((name) => findProgram(name) === null);
  return { skip: missing.length > 0 && `not installed: ${missing.join(', ')}` };
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
