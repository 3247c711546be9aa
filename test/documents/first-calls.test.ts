/** The first calls of docs/apis/koine.md, in a shell. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { startTestServer } from '../support/harness.ts';

test('the first calls of the native API do what its page says', async (t) => {
  const [, calls = ''] = /^## First calls\n+```sh\n(.*?)^```/ms.exec(readFileSync('docs/apis/koine.md', 'utf8')) ?? [];
  const server = await startTestServer(t);
  const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', calls], {
    env: { ...process.env, KOINE: server.url },
  });
  const events = /^{"events":.*$/m.exec(stdout)?.[0] ?? '';
  for (const shown of ['post.created', 'A first post', 'message.created', 'Hello'])
    assert.ok(events.includes(`"${shown}"`), `${shown}: ${stdout}`);
});
