/**
 * Generated clients (openapi-typescript, openapi-fetch) of the served documents: each walk type-checks against its
 * document and succeeds against the running server.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type TestContext, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { DIALECTS } from '../../src/config/dialects.ts';
import { generateTypes } from '../client-generator/generate.ts';
import { atEnd } from '../support/conditions.ts';
import { startTestServer } from '../support/harness.ts';

const WALKS = 'test/client-generator/walks';

test('generated clients type-check and walk through their dialects', async (t) => {
  const folder = await workshop(t);
  const clients: [dialect: string, url: string][] = [];
  for (const dialect of DIALECTS) {
    // A walk expects only what its own client made.
    const { url } = await startTestServer(t);
    const document = (await (await fetch(`${url}/docs/${dialect}/openapi.json`)).json()) as object;
    await addClient(join(folder, dialect), dialect, await generateTypes(document));
    clients.push([dialect, url]);
  }
  assert.equal(await diagnostics(folder), '');
  for (const [dialect, url] of clients)
    await t.test(dialect, async () => {
      const { walk } = (await import(pathToFileURL(join(folder, dialect, `${dialect}.js`)).href)) as {
        walk: (url: string) => Promise<void>;
      };
      await walk(url);
    });
});

/** A separate package for the walks and the generated types, as a user would have; all are compiled at once. */
async function workshop(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'koine-client-'));
  atEnd(t, () => rm(folder, { recursive: true, force: true }));
  await symlink(resolve('node_modules'), join(folder, 'node_modules'), 'junction');
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  const compilerOptions = { types: ['node'], noEmit: false, rewriteRelativeImportExtensions: true };
  const settings = { extends: resolve('tsconfig.json'), compilerOptions, include: ['*/*.ts'] };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ ...settings, exclude: [] }));
  return folder;
}

async function addClient(folder: string, dialect: string, types: string): Promise<void> {
  await mkdir(folder);
  await copyFile(join(WALKS, `${dialect}.ts`), join(folder, `${dialect}.ts`));
  await writeFile(join(folder, 'api.ts'), types);
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
