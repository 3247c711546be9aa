import assert from 'node:assert/strict';
import { test } from 'node:test';
import { apply, faultsOf, isProgram } from './faults.ts';
import { areaOf, type Source, sample } from './sampling.ts';

/** One example per kind: a function body, the kind, and the resulting body. */
const EXAMPLES: readonly (readonly [body: string, kind: string, becomes: string])[] = [
  ['await f();', 'missing await', 'f();'],
  ['return await f();', 'missing await', 'return f();'],
  ['f(1);', 'dropped statement', ';'],
  ['a.count += 2;', 'dropped statement', ';'],
  ['if (a > b) throw new Error();', 'removed guard', ';'],
  ['if (a) f();', 'removed condition', 'if (true) f();'],
  ['return a ? 3 : b;', 'negated condition', 'return !(a) ? 3 : b;'],
  ['return a < b;', 'other edge', 'return a <= b;'],
  ['return a >= b;', 'other edge', 'return a > b;'],
  ['return a || b && c;', '&& for ||', 'return ((a) && (b && c));'],
  ['return a + 1;', 'off by one', 'return a + 2;'],
  ['return 30_000;', 'a thousandth', 'return 30;'],
  ['return 250;', '1,000 times as much', 'return 250000;'],
  ['await commit(); publish();', 'swapped statements', 'publish(); await commit();'],
  ['try { return f(); } finally { end(); }', 'emptied handler', 'try { return f(); } finally {}'],
  ['try { return f(); } catch { end(); }', 'emptied handler', 'try { return f(); } catch {}'],
  ['return [a, b];', 'removed element', 'return [b];'],
  ['return [a, b];', 'removed element', 'return [a];'],
  ["return a === 'x';", 'other text', 'return a === "~x";'],
  ["reply.header('vary', b);", 'other text', 'reply.header("~vary", b);'],
  ["return { kind: 'x' };", 'other text', 'return { kind: "~x" };'],
  ['return /^a$/i;', 'other pattern', 'return /a$/i;'],
  ['return /^a$/i;', 'other pattern', 'return /^a/i;'],
  ['return /^a$/i;', 'other pattern', 'return /^a$/;'],
  ['return db`select x for update`;', 'SQL: a lock removed', 'return db`select x `;'],
  [`return db\`select x order by \${a}\`;`, 'SQL: order by turned', `return db\`select x order by \${a} desc\`;`],
  ['return db`select x order by y desc limit 1`;', 'SQL: order by turned', 'return db`select x order by y limit 1`;'],
  [
    `return db\`select x where a = \${f({})} and b\`;`,
    'SQL: condition removed',
    'return db`select x where true and b`;',
  ],
  [
    'return db`select x where a and (b or c) limit 5`;',
    'SQL: condition removed',
    'return db`select x where a and true limit 5`;',
  ],
  [
    'return db`select (select x where a between 1 and 2) from y`;',
    'SQL: condition removed',
    'return db`select (select x where true) from y`;',
  ],
  ['return db`insert into x on conflict (a) do nothing`;', 'SQL: on conflict removed', 'return db`insert into x `;'],
  ['return db`select a < b`;', 'SQL: other edge', 'return db`select a <= b`;'],
];

for (const [body, kind, becomes] of EXAMPLES)
  test(`${kind}: ${body} becomes ${becomes}`, () => {
    const text = wrapped(body);
    const made = faultsOf('x.ts', text).filter((fault) => fault.kind === kind);
    assert.ok(made.map((fault) => apply(text, fault)).includes(wrapped(becomes)), `${made.map(({ after }) => after)}`);
    for (const fault of made) assert.ok(isProgram(text, fault));
  });

test('texts for people, types, imports and the operands of `or` are not mutated', () => {
  for (const body of [
    "return { description: 'x' };",
    "type X = 'a' | 'b';",
    "throw new Error('x');",
    'return db`select x where a or b`;',
    `return db\`select \${a < b}\`;`,
  ])
    assert.deepEqual(
      faultsOf('x.ts', wrapped(body)).filter(({ kind }) => kind !== 'other edge'),
      [],
    );
  assert.deepEqual(faultsOf('x.ts', "import { x } from 'y';\n"), []);
});

test('a fault in a module constant is reached by the lines that use the constant', () => {
  const [constant] = faultsOf('x.ts', 'const LIMIT = 5;\n\nfunction f() {\n  return LIMIT;\n}\n');
  assert.deepEqual(constant?.reachedBy, [4]);
  const [exported] = faultsOf('x.ts', 'export const LIMIT = 5;\n');
  assert.equal(exported?.reachedBy, 'load');
  const [inside] = faultsOf('x.ts', 'function f() {\n  return 5;\n}\n');
  assert.deepEqual(inside?.reachedBy, [2]);
});

test('a seed repeats its faults, and distributes them evenly over areas and files', () => {
  const sources: Source[] = ['core/a', 'core/b', 'hub/c', 'dialects/d/e', 'f', 'cli/g', 'hub/c.test'].map((name) => ({
    file: `src/${name}.ts`,
    text: wrapped('if (a < 5) await f(200); return [a, b];'),
  }));
  const drawn = (seed: number) => [...sample(sources, ['core', 'hub', 'http'], seed)].slice(0, 12);
  assert.deepEqual(drawn(7), drawn(7));
  assert.notDeepEqual(drawn(7), drawn(8));
  const files = drawn(7).map(({ file }) => file);
  assert.deepEqual(
    ['src/core/a.ts', 'src/core/b.ts', 'src/hub/c.ts', 'src/f.ts'].map(
      (name) => files.filter((file) => file === name).length,
    ),
    [2, 2, 4, 4],
  );
  assert.deepEqual(['src/cli/g.ts', 'src/hub/c.test.ts', 'src/limits/x.ts'].map(areaOf), [null, null, 'http']);
});

function wrapped(body: string): string {
  return `async function f(a, b, c) { ${body} }\n`;
}
