import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadConfig } from '../config/config.ts';
import type { Core } from '../core/core.ts';
import { AppError, ERRORS, type ErrorCode } from '../errors.ts';
import { createDialects } from './index.ts';
import { createHookForms } from './shared/hooks/forms.ts';

const CODES = Object.keys(ERRORS) as ErrorCode[];
const SECRET = 'password authentication failed for user "koine"';
/** Dialects do not use core before the first request. */
const DIALECTS = createDialects({} as Core, loadConfig({}));
const FORMS = createHookForms({} as Core, loadConfig({}));

test('every dialect is created', () => {
  assert.deepEqual(
    DIALECTS.map(({ name }) => name),
    loadConfig({}).dialects,
  );
});

for (const dialect of [...DIALECTS, ...FORMS]) {
  test(`${dialect.name} has an answer for every error`, () => {
    for (const code of CODES) {
      const { status, type, body } = dialect.presentError(new AppError(code));
      assert.ok(Number.isInteger(status) && status >= 400 && status < 600, `${code}: ${status}`);
      assert.equal(status >= 500, ERRORS[code].status >= 500, code);
      assert.ok(body.length > 0, code);
      if (type.startsWith('application/json')) assert.equal(typeof JSON.parse(body), 'object', code);
    }
  });

  test(`${dialect.name} never shows the cause of a server error`, () => {
    for (const code of CODES.filter((one) => ERRORS[one].status >= 500)) {
      const told = dialect.presentError(new AppError(code));
      const shown = dialect.presentError(new AppError(code, { cause: new Error(SECRET) }));
      assert.deepEqual(shown, told);
      assert.doesNotMatch(shown.body + JSON.stringify(shown.headers ?? {}), /password authentication/);
    }
  });
}

test('the status tells senders of hooks which errors were not their fault', () => {
  const answers = (code: ErrorCode) =>
    FORMS.map(({ presentError }) => presentError(new AppError(code))).map(({ status, body }) => `${status} ${body}`);
  assert.deepEqual(answers('disk_full'), [
    '507 rollup_error',
    '507 {"message":"507: The server has no space left to store this","code":0}',
  ]);
  assert.equal(answers('quota_exceeded')[0], '403 action_prohibited');
  assert.match(answers('quota_exceeded')[1] as string, /^413 .*storage quota.*"code":0/);
});
