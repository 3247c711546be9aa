/** The recommended rules of Redocly and spectral hold for every served document, except for listed exceptions. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DIALECTS } from '../../src/config/dialects.ts';
import { EXCEPTIONS, type Exception } from '../document-linters/exceptions.ts';
import { createLinters, type Kind, type Problem } from '../document-linters/lint.ts';
import { startTestServer } from '../support/harness.ts';

const KINDS: readonly Kind[] = ['openapi', 'asyncapi'];

test('every document passes the recommended rules of redocly and spectral, and every exception is needed', async (t) => {
  const server = await startTestServer(t);
  const lint = await createLinters();
  const needed = new Set<string>();
  const found: string[] = [];
  for (const kind of KINDS)
    for (const dialect of DIALECTS) {
      const document = (await (await fetch(`${server.url}/docs/${dialect}/${kind}.json`)).json()) as object;
      dropRepeatedExamples(document, new Set());
      for (const problem of await lint(kind, document)) {
        const exception = EXCEPTIONS.find((exception) => excepts(exception, problem));
        if (exception) needed.add(nameOf(problem));
        else found.push(`${dialect} ${kind}: ${nameOf(problem)} at ${problem.at}: ${problem.message}`);
      }
    }
  assert.deepEqual(found, []);
  assert.deepEqual(
    EXCEPTIONS.flatMap(({ linter, rules }) => rules.map((rule) => nameOf({ linter, rule }))).sort(),
    [...needed].sort(),
  );
});

type Media = { schema: object; examples?: Record<string, object> };

/** Most answers share a few errors, and spectral compiles the schema of each example: the same one is checked once. */
function dropRepeatedExamples(part: object, seen: Set<string>): void {
  for (const value of Object.values(part)) {
    if (typeof value !== 'object' || value === null) continue;
    if (isMedia(value)) dropSeen(value, seen);
    else dropRepeatedExamples(value, seen);
  }
}

function isMedia(value: object): value is Required<Media> {
  return 'schema' in value && 'examples' in value;
}

function dropSeen({ schema, examples }: Required<Media>, seen: Set<string>): void {
  for (const [name, example] of Object.entries(examples)) {
    const text = JSON.stringify([schema, example]);
    if (seen.has(text)) delete examples[name];
    seen.add(text);
  }
}

function excepts({ linter, rules, at }: Exception, problem: Problem): boolean {
  return linter === problem.linter && rules.includes(problem.rule) && at.test(problem.at);
}

function nameOf({ linter, rule }: Pick<Problem, 'linter' | 'rule'>): string {
  return `${linter} ${rule}`;
}
