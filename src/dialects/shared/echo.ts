/** The part of the request that an error repeats: enough to recognise the input, and never a secret. */

/** Characters. */
const MAX_ECHO = 200;
const SECRET = /password|token|refresh|access|secret/i;
const HIDDEN = '**********';
const MAX_DEPTH = 4;

/** The input of that field. A long text is truncated; a list or an object that is too large becomes null. */
export function echo(field: string, input: unknown): unknown {
  if (input === undefined || input === null) return null;
  if (SECRET.test(field)) return HIDDEN;
  if (typeof input === 'string') return cut(input);
  const budget = { left: MAX_ECHO };
  const copy = copyWithin(budget, input, MAX_DEPTH);
  return budget.left < 0 ? null : copy;
}

function cut(text: string): string {
  return text.length <= MAX_ECHO ? text : text.slice(0, MAX_ECHO).toWellFormed();
}

/** Subtracts the JSON length of each name and value from the budget, and stops when it is spent. */
function copyWithin(budget: { left: number }, value: unknown, depth: number): unknown {
  if (typeof value === 'string') {
    budget.left -= value.length + 2;
    return value;
  }
  if (typeof value !== 'object' || value === null) {
    budget.left -= String(value).length;
    return value;
  }
  budget.left -= depth > 0 ? 2 : MAX_ECHO + 1;
  if (Array.isArray(value)) {
    const items: unknown[] = [];
    for (const item of value) {
      if (budget.left < 0) break;
      items.push(copyWithin(budget, item, depth - 1));
    }
    return items;
  }
  const entries: [string, unknown][] = [];
  for (const name in value) {
    if (budget.left < 0) break;
    budget.left -= name.length + 4;
    const member = SECRET.test(name.slice(0, MAX_ECHO)) ? HIDDEN : (value as Record<string, unknown>)[name];
    entries.push([name, copyWithin(budget, member, depth - 1)]);
  }
  return Object.fromEntries(entries);
}
