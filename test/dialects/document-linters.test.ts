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

function excepts({ linter, rules, at }: Exception, problem: Problem): boolean {
  return linter === problem.linter && rules.includes(problem.rule) && at.test(problem.at);
}

function nameOf({ linter, rule }: Pick<Problem, 'linter' | 'rule'>): string {
  return `${linter} ${rule}`;
}
