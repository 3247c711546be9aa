import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppError } from '../errors.ts';
import { createContents } from './contents.ts';
import { createTokens } from './sessions/tokens.ts';

const SUBJECT = { uid: 'u', id: 1, username: 'ann', sessionId: 's' };
const tokens = createTokens(Buffer.from('a secret of this test, long enough'));
const strange = createTokens(Buffer.from('a secret of some other server, as long'));
const contents = createContents(tokens, null);
const token = tokens.sign('access', SUBJECT, { issuedAt: new Date(0), expiresAt: new Date(0) });

function isRefused(text: string): boolean {
  try {
    contents.check('text', text, 1_000_000);
    return false;
  } catch (error) {
    assert.ok(error instanceof AppError && error.issues[0]?.input === undefined);
    return true;
  }
}

test('a token is found wherever it stands in a text', () => {
  for (const text of [
    token,
    `"${token}"`,
    `{"access":"${token}"}`,
    `https://koine.test/connect?token=${token}&x=1`,
    `It is ${token}.`,
    `...${token}...`,
    `www.${token}.org`,
    `mytoken${token}`,
    `${token}_and_more`,
    `${'word '.repeat(2_000)}${token}`,
  ])
    assert.ok(isRefused(text), text.slice(-500));
});

test('a text that contains no token of this server is accepted', () => {
  const other = strange.sign('access', SUBJECT, { issuedAt: new Date(0), expiresAt: new Date() });
  const [header, payload, signature] = token.split('.') as [string, string, string];
  for (const text of [
    'eyJ',
    other,
    `${header}.${payload}`,
    `${header}. ${payload}. ${signature}`,
    `${header}.${payload}.${signature.replace(/^./, (letter) => (letter === 'A' ? 'B' : 'A'))}`,
    'a.b.c '.repeat(5_000),
  ])
    assert.ok(!isRefused(text), text.slice(0, 500));
  assert.ok(contents.isToken(` ${token}\r\n`));
  assert.ok(!contents.isToken(`Bearer ${token}`));
});

test('each part of the most that a text can look like tokens is verified once or twice', () => {
  let verified = 0;
  const isSigned = () => {
    verified += 1;
    return false;
  };
  const counting = createContents({ isSigned }, null);
  counting.check('text', 'eyJ'.repeat(20).concat('.').repeat(1_600), 100_000);
  assert.ok(verified > 0 && verified <= 2 * 1_600, String(verified));
});
