/** For runner.test.ts. */
import { test } from 'node:test';

test('a test whose hook never ends', (t) => {
  t.after(() => new Promise(() => setInterval(() => {}, 1_000)));
});
