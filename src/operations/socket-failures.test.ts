import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppError } from '../errors.ts';
import { createSocketFailures } from './socket-failures.ts';

test('a refused frame is logged only if the server failed, as an error only if nobody knows why, each kind once a minute', () => {
  const written: string[] = [];
  const logger = {
    error: (_about: object, line: string) => written.push(`error ${line}`),
    warn: (_about: object, line: string) => written.push(`warn ${line}`),
  };
  const failures = createSocketFailures(logger, (line) => written.push(`disk ${line}`));
  const origin = { reqId: 'one', dialect: 'koine' };
  const refuse = (cause: unknown) => failures.refusesFrame(cause, origin).code;

  for (const code of ['rate_limited', 'not_found', 'invalid', 'forbidden'] as const)
    assert.equal(refuse(new AppError(code)), code);
  assert.deepEqual(written, []);
  for (let time = 0; time < 2; time += 1) assert.equal(refuse(new TypeError('a bug')), 'internal');
  assert.equal(refuse(new AppError('overloaded')), 'overloaded');
  assert.deepEqual(written, ['error a frame was refused', 'warn a frame was refused']);
});
