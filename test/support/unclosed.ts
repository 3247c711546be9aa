/** Run by test/runner.test.ts: a test that leaves a server open. */
import { createServer } from 'node:net';
import { test } from 'node:test';

test('a server is left open', (_, done) => {
  createServer().listen(0, '127.0.0.1', done);
});
