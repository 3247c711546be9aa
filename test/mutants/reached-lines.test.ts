import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { folder as temporaryFolder } from '../support/conditions.ts';
import { CoverageReader } from './reached-lines.ts';

const SOURCE = `type Choice = 'a' | 'b';

export function choose(a: boolean): Choice {
  if (a)
    return 'a';
  return 'b';
}

function never(): Choice {
  return 'a';
}
export { never };
`;

test('executed lines are reported by source line, child processes included', async (t) => {
  const folder = await temporaryFolder(t);
  const counts = await temporaryFolder(t);
  const out = join(folder, 'out');
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  await writeFile(join(folder, 'choice.ts'), SOURCE);
  await writeFile(join(folder, 'child.ts'), `import { choose } from './choice.ts';\nchoose(true);\n`);
  await writeFile(
    join(folder, 'main.ts'),
    [
      `import { spawnSync } from 'node:child_process';`,
      `import { choose } from './choice.ts';`,
      `choose(false);`,
      `if (process.argv[2]) spawnSync(process.execPath, [process.argv[2]], { env: {} });`,
    ].join('\n'),
  );
  const compiler = join('node_modules', 'typescript', 'bin', 'tsc');
  const settings =
    '--ignoreConfig --noCheck --rewriteRelativeImportExtensions --sourceMap --module nodenext --target es2023 --types node';
  const sources = ['main.ts', 'child.ts'].map((file) => join(folder, file));
  const compiled = spawnSync(process.execPath, [compiler, ...settings.split(' '), '--outDir', out, ...sources]);
  assert.equal(compiled.status, 0, String(compiled.stdout));
  const run = (...files: string[]) =>
    spawnSync(
      process.execPath,
      files.map((file) => join(out, file)),
      {
        env: { ...process.env, NODE_V8_COVERAGE: counts },
      },
    );
  const reached = () => {
    const lines = new CoverageReader(folder).read(counts).get('choice.ts') ?? new Set();
    return [5, 6, 10].filter((line) => lines.has(line));
  };
  run('main.js');
  assert.deepEqual(reached(), [6]);
  run('main.js', 'child.js');
  assert.deepEqual(reached(), [5, 6]);
});
