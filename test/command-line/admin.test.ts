/** `koine admin`, with and without a running server. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ConfigError, loadConfig } from '../../src/config/config.ts';
import { startServer } from '../../src/server.ts';
import { boardToken, call, type Message, member } from '../support/board-people.ts';
import { atEnd } from '../support/conditions.ts';
import { privatePlaces, startTestServer } from '../support/harness.ts';
import { koine, run } from '../support/koine.ts';

async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'koine-admin-'));
  atEnd(t, () => rm(path, { recursive: true, force: true }));
  return path;
}

test('koine admin grants and revokes rights while the server runs, effective with the next request', async (t) => {
  const server = await startTestServer(t);
  const settings = { DATABASE_URL: server.settings.DATABASE_URL as string };
  const ann = await member(server, 'ann');
  const bob = await member(server, 'Bob Smith');
  const messages = [await ann.post('one'), await ann.post('two')];
  const remove = async (index: number) => (await bob.call('DELETE', `/messages/${messages[index]?.id}`)).status;
  assert.equal(await remove(0), 403);
  assert.deepEqual(await koine(settings, 'admin', 'grant', 'bob smith'), {
    code: 0,
    out: 'Bob Smith is an admin now\n',
    err: '',
  });
  assert.equal(await remove(0), 204);
  assert.equal((await koine(settings, 'admin', 'revoke', 'Bob Smith')).out, 'Bob Smith is no longer an admin\n');
  assert.equal(await remove(1), 403);
});

test('a command uses the embedded database of a running server, and starts it if none runs', {
  timeout: 60_000,
}, async (t) => {
  const DATA_DIR = await folder(t);
  const settings = { DATA_DIR, PORT: '0', LOG_LEVEL: 'silent', ARGON2_MEMORY: '8', ARGON2_PASSES: '1' };
  let server = await startServer(loadConfig(settings));
  atEnd(t, () => server.close());
  const ann = await member(server, 'ann');
  const bob = await member(server, 'bob');
  const { id } = await ann.post('hello');
  assert.equal((await koine(settings, 'admin', 'grant', 'bob')).out, 'bob is an admin now\n');
  const edited = await bob.call<Message>('PUT', `/messages/${id}`, { text: 'by bob' });
  assert.deepEqual([edited.status, edited.json.text], [200, 'by bob']);

  await server.close();
  assert.equal((await koine(settings, 'admin', 'revoke', 'bob')).out, 'bob is no longer an admin\n');
  server = await startServer(loadConfig(settings));
  const token = await boardToken(server, 'bob');
  assert.equal((await call(server, 'PUT', `/messages/${id}`, { token, body: { text: 'again' } })).status, 403);
});

test('the command line reports a usage error in one line', async (t) => {
  const { DATABASE_URL } = await privatePlaces(t);
  const wrong: [string[], RegExp][] = [
    [['admin', 'grant', 'nobody'], /^koine: there is no account named "nobody"\n$/],
    [['admin', 'grant'], /^koine: usage: koine admin grant <username>\n$/],
    [['admin', 'grant', 'ann', 'bob'], /^koine: usage: koine admin grant <username>\n$/],
    [['admin'], /^koine: there is no command "admin"; .*\n$/],
    [['admin', 'grant', '--force'], /^koine: .*--force.*\n$/],
  ];
  const runs = await Promise.all(wrong.map(([args]) => koine({ DATABASE_URL }, ...args)));
  for (const [index, { code, out, err }] of runs.entries()) {
    assert.deepEqual([code, out], [index === 0 ? 1 : 2, '']);
    assert.match(err, wrong[index]?.[1] as RegExp);
  }
  const away = await koine({ DATABASE_URL: 'postgres://127.0.0.1:1/none' }, 'admin', 'grant', 'ann');
  assert.deepEqual([away.code, away.err.split('\n').length], [1, 2]);
});

test('OPEN_DIALECTS is refused on a network unless the settings confirm it', () => {
  const open = { OPEN_DIALECTS: 'board' };
  for (const HOST of ['0.0.0.0', '::', '192.168.1.5', 'example.org', '127.example.org'])
    assert.throws(() => loadConfig({ ...open, HOST }), { name: 'ConfigError', message: /OPEN_DIALECTS_ON_NETWORK/ });
  for (const HOST of ['127.0.0.1', '127.1.2.3', '::1', 'localhost', ''])
    assert.deepEqual(loadConfig({ ...open, HOST }).openDialects, ['board']);
  const meant = loadConfig({ ...open, HOST: '0.0.0.0', OPEN_DIALECTS_ON_NETWORK: 'true' });
  assert.deepEqual(meant.openDialects, ['board']);
  assert.deepEqual(loadConfig({ HOST: '0.0.0.0' }).openDialects, []);
  assert.throws(() => loadConfig({ OPEN_DIALECTS: 'lounge' }), ConfigError);
  assert.throws(() => loadConfig({ OPEN_DIALECTS_ON_NETWORK: 'yes' }), ConfigError);
});

test('a server with open dialects warns at its start, and does not start on a network', {
  timeout: 60_000,
}, async (t) => {
  const places = await privatePlaces(t);
  const refused = await run('bin/server.js', [], { ...places, PORT: '0', HOST: '0.0.0.0', OPEN_DIALECTS: 'board' });
  assert.equal(refused.code, 1);
  assert.match(refused.err, /^Koine cannot start: invalid settings: OPEN_DIALECTS [^\n]*\n$/);

  const env = { ...process.env, ...places, PORT: '0', OPEN_DIALECTS: 'board' };
  const child = spawn(process.execPath, ['bin/server.js'], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  atEnd(t, () => child.kill('SIGKILL'));
  let seen = '';
  for await (const chunk of child.stdout) {
    seen += chunk;
    if (seen.includes('listens on')) child.kill('SIGTERM');
  }
  const warnings = seen.split('\n').filter((line) => line.includes('OPEN_DIALECTS'));
  assert.equal(warnings.length, 1);
  assert.match(warnings[0] as string, /"level":40/);
});
