/**
 * Generated clients (openapi-typescript, openapi-fetch) of the served documents: each walk type-checks against its
 * document and succeeds against the running server.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type TestContext, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { DIALECTS } from '../../src/config/dialects.ts';
import { generateTypes } from '../client-generator/generate.ts';
import { atEnd } from '../support/conditions.ts';
import { startTestServer } from '../support/harness.ts';

const WALKS = 'test/client-generator/walks';

for (const dialect of DIALECTS) {
  test(`a generated client type-checks and walks through ${dialect}`, async (t) => {
    const server = await startTestServer(t);
    const document = (await (await fetch(`${server.url}/docs/${dialect}/openapi.json`)).json()) as object;
    const folder = await workshop(t, `${dialect}.ts`, await generateTypes(document));
    assert.equal(await diagnostics(folder), '');
    const { walk } = (await import(pathToFileURL(join(folder, `${dialect}.js`)).href)) as {
      walk: (url: string) => Promise<void>;
    };
    await walk(server.url);
  });
}

/** A separate package with the walk and the generated types, as a user would have. */
async function workshop(t: TestContext, walk: string, types: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'koine-client-'));
  atEnd(t, () => rm(folder, { recursive: true, force: true }));
  await symlink(resolve('node_modules'), join(folder, 'node_modules'), 'junction');
  await copyFile(join(WALKS, walk), join(folder, walk));
  await writeFile(join(folder, 'api.ts'), types);
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  const compilerOptions = { types: ['node'], noEmit: false, rewriteRelativeImportExtensions: true };
  const settings = { extends: resolve('tsconfig.json'), compilerOptions, include: ['*.ts'] };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ ...settings, exclude: [] }));
  return folder;
}

/** TypeScript's diagnostics. */
async function diagnostics(folder: string): Promise<string> {
  const compiler = spawn(process.execPath, [
    resolve('node_modules/typescript/bin/tsc'),
    '-p',
    folder,
    '--singleThreaded',
  ]);
  let said = '';
  for (const stream of [compiler.stdout, compiler.stderr]) stream.on('data', (data) => (said += data));
  const [code] = await once(compiler, 'close');
  return code === 0 ? '' : said || `tsc ended with ${code}`;
}
