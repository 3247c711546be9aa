/** Faults in the SQL of a tagged template. */
import type { Edit } from './faults.ts';

/** Keywords that end a list of conditions at the same nesting level. */
const AFTER_CONDITIONS =
  /^(?:group by|order by|having|limit|offset|for (?:no key )?update|for (?:key )?share|returning|union|except|on conflict|window|when|then|do|set|where|(?:left |inner |cross )?join)\b/i;

/** Literal replacements. */
const PHRASES: readonly (readonly [kind: string, pattern: RegExp, replace: (found: string) => string])[] = [
  ['a lock removed', /\bfor (?:no key update|update|key share|share)(?: of \w+)?(?: skip locked| nowait)?/gi, () => ''],
  ['rows that are locked waited for', / skip locked/gi, () => ''],
  ['on conflict removed', /\bon conflict(?: \([^)$]*\))? do nothing/gi, () => ''],
  ['distinct removed', /\bdistinct(?! on| from)(?= )/gi, () => ''],
  ['left join made inner', /\bleft join(?! lateral)/gi, () => 'join'],
  ['other edge', /(?<=\s)(?:<=|>=|<|>)(?=\s)/g, (found) => (found.length === 2 ? (found[0] ?? '') : `${found}=`)],
  ['greatest for least', /\b(?:greatest|least)(?=\()/gi, (found) => (/^g/i.test(found) ? 'least' : 'greatest')],
  ['off by one', /(?<=[+-] )1\b/g, () => '2'],
];

/** @param sql the text between the backticks; `${…}` is opaque @param offset its position in the file */
export function sqlFaults(sql: string, offset: number): Edit[] {
  const plain = withoutExpressions(sql);
  const phrases = PHRASES.flatMap(([kind, pattern, replace]) =>
    [...plain.matchAll(pattern)].map((match) => ({
      kind: `SQL: ${kind}`,
      start: match.index,
      end: match.index + match[0].length,
      text: replace(match[0]),
    })),
  );
  const edits = [...phrases, ...orders(plain), ...conditions(plain)];
  return edits.map((edit) => ({ ...edit, start: edit.start + offset, end: edit.end + offset }));
}

/** Same length, with `?` for every character of an expression, a comment or a literal. */
function withoutExpressions(sql: string): string {
  const blank = (found: string) => '?'.repeat(found.length);
  let plain = '';
  let depth = 0;
  for (let index = 0; index < sql.length; index += 1) {
    if (sql[index] === '{' && (depth > 0 || sql[index - 1] === '$')) depth += 1;
    plain += depth > 0 || sql.startsWith('${', index) ? '?' : sql[index];
    if (sql[index] === '}' && depth > 0) depth -= 1;
  }
  return plain.replace(/'[^']*'/g, blank).replace(/--[^\n]*/g, blank);
}

/** Reverses each term of an `order by`. */
function orders(sql: string): Edit[] {
  return [...sql.matchAll(/\border by ([\w.?]+(?:\([^()]*\))?)( desc| asc)?/gi)].map((match) => {
    const start = match.index + match[0].length - (match[2]?.length ?? 0);
    const end = match.index + match[0].length;
    return { kind: 'SQL: order by turned', start, end, text: match[2] === ' desc' ? '' : ' desc' };
  });
}

/** Replaces each condition with true. */
function conditions(sql: string): Edit[] {
  return [...sql.matchAll(/\b(?:where|having)\s+/gi)].flatMap((match) => {
    const begin = match.index + match[0].length;
    return conjuncts(sql, begin).map(([start, end]) => ({ kind: 'SQL: condition removed', start, end, text: 'true' }));
  });
}

/** The ranges of the conditions joined by `and`, up to the end of their list. */
function conjuncts(sql: string, begin: number): [number, number][] {
  const found: [number, number][] = [];
  let depth = 0;
  let between = false;
  let start = begin;
  let index = begin;
  for (; index < sql.length; index += 1) {
    const character = sql[index];
    if (character === '(') depth += 1;
    if (character === ')') depth -= 1;
    if (depth < 0) break;
    if (depth > 0 || !/\s/.test(sql[index - 1] ?? '')) continue;
    const rest = sql.slice(index, index + 40);
    if (/^or\b/i.test(rest)) return [];
    if (AFTER_CONDITIONS.test(rest)) break;
    if (/^between\b/i.test(rest)) between = true;
    if (!/^and\b/i.test(rest)) continue;
    if (between) between = false;
    else {
      found.push([start, index]);
      start = index + 'and '.length;
    }
  }
  found.push([start, index]);
  return found.map(([from, to]) => [from, from + sql.slice(from, to).trimEnd().length]);
}
