/**
 * Finds probable typos in setting names: unknown names and lines without `=` in `.env`, near misses in the environment.
 */
import type { Environment } from './settings-reader.ts';

/**
 * Names in `.env` that belong to other programs: Docker Compose and its images, Node.js, npm, the C library, the shell.
 */
const FOREIGN_NAMES =
  /^(COMPOSE_|DOCKER_|POSTGRES_|PG|PUBLISHED_|NODE_|npm_|LC_|MALLOC_)|^(TZ|LANG|PATH|HOME|SHELL|USER|DEBUG|REDIS_PASSWORD|VALKEY_PASSWORD)$/;
/** Characters. Longer names cannot be typos of a setting, and the comparison takes time by their length. */
const MAX_NAME_LENGTH = 64;
/** A prefix that users may expect; our settings have none. */
const PREFIX = 'KOINE_';

/** One line per name, without values, which may be secret. `known`: the names of all settings. */
export function findMisspelt(dotEnv: string, environment: Environment, known: readonly string[]): readonly string[] {
  const { names, bare } = readLines(dotEnv);
  const misspelt = bare.map((line) => `line ${line} of .env has no "="`);
  for (const name of names) {
    if (known.includes(name) || FOREIGN_NAMES.test(name)) continue;
    misspelt.push(`${printable(name)} in .env: no such setting${hint(name, known)}`);
  }
  for (const [name, value] of Object.entries(environment)) {
    if (!value || known.includes(name) || names.has(name)) continue;
    const meant = hint(name, known);
    if (meant !== '') misspelt.push(`${name} in the environment: no such setting${meant}`);
  }
  return misspelt;
}

/** Assigned names, and line numbers without an assignment. Quoted values may span lines. */
function readLines(text: string): { names: Set<string>; bare: number[] } {
  const names = new Set<string>();
  const bare: number[] = [];
  let quote: string | null = null;
  for (const [index, line] of text.split('\n').entries()) {
    if (quote !== null) {
      if (line.includes(quote)) quote = null;
      continue;
    }
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    const [, name, value = ''] = /^(?:export\s+)?([^=]+?)\s*=\s*(.*)$/.exec(trimmed) ?? [];
    if (name === undefined) bare.push(index + 1);
    else names.add(name);
    const first = value.charAt(0);
    if (['"', "'", '`'].includes(first) && !value.slice(1).includes(first)) quote = first;
  }
  return { names, bare };
}

function hint(name: string, known: readonly string[]): string {
  const meant = nearest(name, known);
  return meant === null ? '' : `; did you mean ${meant}?`;
}

/** The setting that differs only in case, by our prefix, or by one typo, if the name is long enough. */
function nearest(name: string, known: readonly string[]): string | null {
  if (name.length > MAX_NAME_LENGTH || FOREIGN_NAMES.test(name)) return null;
  const upper = name.toUpperCase().replaceAll('-', '_');
  const bare = upper.startsWith(PREFIX) ? upper.slice(PREFIX.length) : upper;
  if (known.includes(bare)) return bare;
  const ranked = known
    .map((one) => ({ one, edits: distance(bare, one), allowed: one.length < 6 ? 0 : one.length < 9 ? 1 : 2 }))
    .filter(({ edits, allowed }) => edits <= allowed)
    .sort((a, b) => a.edits - b.edits);
  return ranked[0]?.one ?? null;
}

/** Edit distance with transpositions (optimal string alignment). */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      const at = (from: number[], index: number) => from[index] as number;
      let least = Math.min(at(last, j) + 1, at(row, j - 1) + 1, at(last, j - 1) + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, at(before, j - 2) + 1);
      row.push(least);
    }
    before = last;
    last = row;
  }
  return last[b.length] as number;
}

/** Truncated: a line that was meant for something else may be long and contain anything. */
function printable(name: string): string {
  return /^[\w.-]{1,64}$/.test(name) ? name : 'a name with characters other than letters, digits and _';
}
