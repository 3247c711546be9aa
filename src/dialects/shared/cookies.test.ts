import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppError } from '../../errors.ts';
import { type CookieOptions, createCookies } from './cookies.ts';

const HOME = 'https://koine.example.org';
const TOMORROW = new Date(Date.now() + 86_400_000);

const cookiesOf = (options: CookieOptions) => createCookies('token', new AppError('forbidden'), options);

test('behind https the cookie is Secure, also when it is cleared', () => {
  const { set, cleared } = cookiesOf({ publicUrl: HOME, corsOrigins: [] });
  const http = { protocol: 'http' };
  for (const cookie of [set({ token: 'x.y.z', expiresAt: TOMORROW }, http), cleared(http)])
    assert.match(cookie, /^token=[\w.]*; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Lax; Secure$/);
  const { set: setPlain } = cookiesOf({ publicUrl: 'http://koine.example.org', corsOrigins: [] });
  assert.doesNotMatch(setPlain({ token: 'x.y.z', expiresAt: TOMORROW }, http), /Secure/);
  assert.match(setPlain({ token: 'x.y.z', expiresAt: TOMORROW }, { protocol: 'https' }), /; Secure$/);
});

test('the token is found among other cookies, and only under its own name', () => {
  const { read } = cookiesOf({ publicUrl: undefined, corsOrigins: [] });
  for (const [cookie, token] of [
    ['token=x.y.z', 'x.y.z'],
    ['a=1; token=x.y.z; b=2', 'x.y.z'],
    ['a=1;token="x.y.z"', 'x.y.z'],
    ['mytoken=x.y.z', null],
    ['a=token=x.y.z', null],
    ['token=', null],
    ['', null],
  ] as const)
    assert.equal(read({ cookie }), token, cookie);
  assert.equal(read({}), null);
});

test('pages of this server may use the cookie under any of its names, other pages if the settings list them', () => {
  const { requireWelcome } = cookiesOf({ publicUrl: HOME, corsOrigins: ['http://localhost:5173'] });
  const host = '127.0.0.1:3000';
  for (const origin of [HOME, 'http://localhost:5173', 'http://127.0.0.1:3000', undefined])
    requireWelcome({ host, ...(origin !== undefined && { origin }) });
  requireWelcome({ host, 'sec-fetch-site': 'same-origin' });
  for (const origin of ['http://koine.example.org.evil.example', 'http://127.0.0.1:3001', 'null', ''])
    assert.throws(() => requireWelcome({ host, origin }), { code: 'forbidden' }, origin);
  assert.throws(() => requireWelcome({ host, 'sec-fetch-site': 'cross-site' }), { code: 'forbidden' });
  const { requireOrigin } = cookiesOf({ publicUrl: HOME, corsOrigins: [] });
  requireOrigin({ host, origin: HOME });
  assert.throws(() => requireOrigin({ host, 'sec-fetch-site': 'same-origin' }), { code: 'forbidden' });
});
