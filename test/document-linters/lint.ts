/**
 * Runs the recommended rule sets of redocly and spectral. In a package of its own, as they need their own versions of
 * ajv.
 */
import { createConfig, lintFromString } from '@redocly/openapi-core';
import spectralCore, { type RulesetDefinition } from '@stoplight/spectral-core';
import spectralRulesets from '@stoplight/spectral-rulesets';

export type Kind = 'openapi' | 'asyncapi';

export type Problem = {
  readonly linter: 'redocly' | 'spectral';
  readonly rule: string;
  /** The place in the document, with `/` between keys: `paths//users//get`. */
  readonly at: string;
  readonly message: string;
};

type Lint = (kind: Kind, document: object) => Promise<Problem[]>;

/** Compiled once for all documents. */
export async function createLinters(): Promise<Lint> {
  const [redocly, spectral] = [await redoclyLint(), spectralLint()];
  return async (kind, document) => [...(await redocly(kind, document)), ...(await spectral(kind, document))];
}

async function redoclyLint(): Promise<Lint> {
  const config = await createConfig({ extends: ['recommended'] });
  return async (kind, document) => {
    const problems = await lintFromString({ source: JSON.stringify(document), absoluteRef: `${kind}.json`, config });
    return problems.map(({ ruleId: rule, message, location: [first] }) => {
      const at = (first?.pointer ?? '').replace(/^#\//, '').replaceAll('~1', '/').replaceAll('~0', '~');
      return { linter: 'redocly', rule, at, message };
    });
  };
}

function spectralLint(): Lint {
  const { oas, asyncapi } = spectralRulesets;
  const linterOf = (ruleset: unknown) => {
    const linter = new spectralCore.Spectral();
    linter.setRuleset({ extends: [ruleset as RulesetDefinition] });
    return linter;
  };
  const linters = { openapi: linterOf(oas), asyncapi: linterOf(asyncapi) };
  return async (kind, document) =>
    (await linters[kind].run(document as Record<string, unknown>)).map(({ code, path, message }) => ({
      linter: 'spectral',
      rule: String(code),
      at: path.join('/'),
      message,
    }));
}
