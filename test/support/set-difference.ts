/** Compares sets by name, so that a failure lists missing and superfluous entries, however long the sets are. */
import assert from 'node:assert/strict';

type Side = readonly [what: string, names: Iterable<string>];

/** @throws AssertionError with a line per name that only one side has */
export function assertSameSet([ofExpected, expected]: Side, [ofActual, actual]: Side): void {
  const left = new Set(expected);
  const right = new Set(actual);
  const lines = [
    ...[...left].filter((name) => !right.has(name)).map((name) => `missing from ${ofActual}: ${name}`),
    ...[...right]
      .filter((name) => !left.has(name))
      .map((name) => `superfluous in ${ofActual}, not in ${ofExpected}: ${name}`),
  ];
  if (lines.length > 0) assert.fail(lines.sort().join('\n'));
}

/** @throws AssertionError with every one of these lines; `assert.deepEqual` would cut a long list off */
export function assertNone(what: string, lines: readonly string[]): void {
  if (lines.length > 0) assert.fail([`${what}: ${lines.length}`, ...lines].join('\n'));
}
