/** koine's own account, people and friends, over the wire. */
import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import { startTestServer } from '../support/harness.ts';
import {
  type Me,
  member,
  type Page,
  type Person,
  type Problem,
  type Session,
  signIn,
} from '../support/koine-people.ts';
import { PASSWORD } from '../support/people.ts';
import { halves } from '../support/pictures.ts';

type File = { id: string; name: string; type: string; url: string; previewUrl: string; width: number; alt?: string };

test('koine: own account, people and friends', async (t) => {
  const server = await startTestServer(t, { UPLOAD_BYTES: '1000000', FILE_BYTES: '2000000' });
  const [ann, bob, cat] = [await member(server, 'ann'), await member(server, 'Bob'), await member(server, 'cat')];

  await t.test('people are found by id and by name, without their e-mail addresses', async () => {
    const shown = { id: bob.id, username: 'Bob', avatarUrl: null, bio: '' };
    for (const path of [bob.id, bob.id.toUpperCase(), '@bob', '@BOB'])
      assert.deepEqual(await ann.get(`/people/${path}`), shown, path);
    for (const path of ['@nobody', 'bob', '7', crypto.randomUUID()]) {
      const { status, json } = await ann.call<Problem>('GET', `/people/${path}`);
      assert.deepEqual(
        [status, json.code, json.detail],
        [404, 'not_found', 'There is no such account, or you may not see it'],
      );
    }
  });

  await t.test('friendships begin and end for both, each as often as one likes', async () => {
    for (let times = 0; times < 2; times += 1) assert.equal((await ann.do<Person>('PUT', '/friends/@bob')).id, bob.id);
    assert.equal((await ann.do<Person>('PUT', `/friends/${cat.id}`)).id, cat.id);
    assert.equal((await ann.call<Problem>('PUT', '/friends/@ann')).json.code, 'self_friend');
    assert.equal((await ann.call('PUT', '/friends/@nobody')).status, 404);
    const first = await ann.call<Page<Person>>('GET', '/friends?limit=1');
    assert.deepEqual(
      first.json.items.map(({ id }) => id),
      [bob.id],
    );
    const link = /^<(\/v1\/friends\?limit=1&cursor=[\w-]+)>; rel="next"$/.exec(first.headers.get('link') ?? '')?.[1];
    const last = await ann.call<Page<Person>>('GET', (link as string).replace('/v1', ''));
    assert.deepEqual(
      [last.json.items.map(({ id }) => id), last.json.next, last.headers.get('link')],
      [[cat.id], null, null],
    );
    assert.deepEqual(
      (await bob.all<Person>('/friends')).map(({ id }) => id),
      [ann.id],
    );
    for (let times = 0; times < 2; times += 1)
      assert.equal((await bob.call('DELETE', `/friends/${ann.id}`)).status, 204);
    assert.deepEqual(
      (await ann.all<Person>('/friends', 1)).map(({ id }) => id),
      [cat.id],
    );
  });

  await t.test('a block ends a friendship, and keeps it ended until it is taken back', async () => {
    const dan = await member(server, 'dan');
    await dan.do('PUT', '/friends/@ann');
    for (let times = 0; times < 2; times += 1) assert.equal((await ann.do<Person>('PUT', '/blocks/@dan')).id, dan.id);
    assert.deepEqual(
      (await ann.all<Person>('/blocks', 1)).map(({ id }) => id),
      [dan.id],
    );
    assert.deepEqual(await dan.all<Person>('/blocks'), []);
    assert.deepEqual(await dan.all<Person>('/friends'), []);
    const refused = await dan.call<Problem>('PUT', '/friends/@ann');
    assert.deepEqual([refused.status, refused.json.code], [403, 'forbidden']);
    assert.equal((await ann.call('PUT', '/blocks/@ann')).status, 400);
    for (let times = 0; times < 2; times += 1) assert.equal((await ann.call('DELETE', '/blocks/@dan')).status, 204);
    assert.equal((await dan.call('PUT', '/friends/@ann')).status, 200);
    assert.equal((await dan.call('DELETE', '/friends/@ann')).status, 204);
  });

  await t.test('a page is of one to a hundred, and a cursor is of its list', async () => {
    for (const query of [
      'limit=0',
      'limit=101',
      'limit=x',
      'cursor=x',
      `cursor=${btoa('"x"')}`,
      `cursor=${'x'.repeat(513)}`,
    ]) {
      const { status, json } = await ann.call<Problem>('GET', `/friends?${query}`);
      assert.deepEqual([status, json.errors?.[0]?.parameter], [400, query.split('=')[0]], query);
    }
  });

  await t.test('a new password ends every other session', async () => {
    const elsewhere = await signIn(server, 'cat');
    const wrong = await cat.call<Problem>('PUT', '/me/password', { body: { current: 'wrong', password: 'a new one' } });
    assert.deepEqual([wrong.status, wrong.json.code], [401, 'bad_credentials']);
    const body = { current: PASSWORD, password: 'tea at four' };
    const changed = await cat.call<Session>('PUT', '/me/password', { body });
    assert.equal(changed.status, 200);
    for (const { token } of [elsewhere, cat])
      assert.equal((await cat.call('GET', '/me', { headers: { authorization: `Bearer ${token}` } })).status, 401);
    const headers = { authorization: `Bearer ${changed.json.token}` };
    assert.deepEqual((await cat.call('GET', '/me', { headers })).json, changed.json.me);
  });

  await t.test('a picture is sent as a body or in a form, and shown with its name and size', async () => {
    const bytes = await halves(40, 20).png().toBuffer();
    const headers = {
      'content-type': 'image/png',
      'content-disposition': `attachment; filename="x.png"; filename*=UTF-8''k%C3%A4tzchen.png`,
      'idempotency-key': '"first-picture"',
    };
    const send = () => ann.call<File>('POST', '/files?alt=A%20kitten', { body: bytes, headers });
    const { status, json: file } = await send();
    assert.deepEqual(
      [status, file.name, file.type, file.width, file.alt],
      [201, 'kätzchen.png', 'image/png', 40, 'A kitten'],
    );
    const headersOfAnn = { authorization: `Bearer ${ann.token}` };
    for (const url of [file.url, file.previewUrl]) {
      assert.equal((await fetch(url, { headers: headersOfAnn })).status, 200);
      assert.equal((await fetch(url)).status, 404, 'nothing shows it yet');
    }
    assert.deepEqual((await send()).json, file);
    const other = await halves(8, 8).png().toBuffer();
    const reused = await ann.call<Problem>('POST', '/files', { body: other, headers });
    assert.deepEqual([reused.status, reused.json.code], [422, 'idempotency_key_reused']);

    const form = new FormData();
    form.append('file', new Blob([bytes]), '../../etc/passwd');
    const answer = await fetch(`${server.url}/v1/me/avatar`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${ann.token}` },
      body: form,
    });
    const me = (await answer.json()) as Me;
    assert.equal(answer.status, 200);
    assert.equal((await fetch(me.avatarUrl as string)).status, 200);
    assert.deepEqual([await ann.get('/me'), (await bob.get<Person>('/people/@ann')).avatarUrl], [me, me.avatarUrl]);
  });

  await t.test('no file is refused, one that is too large, and a key that is none', async () => {
    const refusals: [RequestInit & { headers?: Record<string, string> }, number, string][] = [
      [{ body: new Uint8Array(2_000_001) }, 413, 'too_large'],
      [{}, 400, 'invalid'],
      [{ body: new FormData() }, 400, 'invalid'],
      [{ body: 'x', headers: { 'idempotency-key': 'x'.repeat(65) } }, 400, 'invalid'],
      [{ body: 'x', headers: { 'idempotency-key': 'ä' } }, 400, 'invalid'],
    ];
    for (const [init, status, code] of refusals) {
      const headers = { authorization: `Bearer ${ann.token}`, ...init.headers };
      const answer = await fetch(`${server.url}/v1/files`, { ...init, method: 'POST', headers });
      const problem = (await answer.json()) as Problem;
      assert.deepEqual([answer.status, problem.code], [status, code], JSON.stringify(problem));
    }
  });

  await t.test('an account fetches all that it has as one archive', async () => {
    const answer = await fetch(`${server.url}/v1/me/export`, { headers: { authorization: `Bearer ${ann.token}` } });
    assert.deepEqual(
      [answer.status, answer.headers.get('content-type'), answer.headers.get('content-disposition')],
      [200, 'application/gzip', `attachment; filename="koine-${ann.id}.tar.gz"`],
    );
    const files = new Map<string, string>();
    const entries = extract();
    Readable.fromWeb(answer.body as import('node:stream/web').ReadableStream)
      .pipe(createGunzip())
      .pipe(entries);
    for await (const entry of entries) files.set(entry.header.name, await text(entry));
    assert.equal((JSON.parse(files.get('account.json') ?? '') as { username: string }).username, 'ann');
    assert.ok([...files.keys()].some((name) => name.startsWith('records/')));
    assert.ok([...files.keys()].some((name) => name.startsWith('files/')));
  });

  await t.test('name, bio and settings are changed by themselves', async () => {
    const changed = await bob.do<Me>('PATCH', '/me', { name: 'Robert', settings: { theme: 'dark' } });
    assert.deepEqual([changed.name, changed.bio, changed.settings], ['Robert', '', { theme: 'dark' }]);
    const again = await bob.do<Me>('PATCH', '/me', { bio: 'Builder', name: null });
    assert.deepEqual([again.name, again.bio, again.settings], [undefined, 'Builder', { theme: 'dark' }]);
    assert.equal((await ann.get<Person>('/people/@bob')).bio, 'Builder');
    const settings = { big: 'x'.repeat(10_000) };
    const refused = await bob.call<Problem>('PATCH', '/me', { body: { settings, bio: 'x'.repeat(1_001) } });
    assert.deepEqual([refused.status, refused.json.errors?.map(({ pointer }) => pointer)], [400, ['/bio']]);
    assert.equal((await bob.call('PATCH', '/me', { body: { settings } })).status, 400);
    assert.equal((await ann.call('DELETE', '/me/avatar')).status, 204);
    assert.equal((await ann.get<Me>('/me')).avatarUrl, null);
  });

  await t.test('people are found by the start of their names, page by page', async () => {
    await bob.do('PATCH', '/me', { name: 'Anna Builder' });
    const found = await ann.all<Person>('/people?query=an', 1);
    assert.deepEqual(
      found.map(({ username }) => username),
      ['ann', 'Bob'],
    );
    const everybody = await ann.all<Person>('/people', 2);
    assert.deepEqual(
      everybody.map(({ username }) => username.toLowerCase()),
      ['ann', 'bob', 'cat', 'dan'],
    );
    assert.equal((await ann.call('GET', `/people?query=${'x'.repeat(65)}`)).status, 400);
  });

  await t.test('sessions are listed, and ended one by one', async () => {
    type Own = { id: string; agent?: string; current: boolean };
    const headers = { 'user-agent': 'a test' };
    const body = { login: 'ann', password: PASSWORD };
    const other = (await ann.call<Session>('POST', '/session', { body, headers })).json;
    const [newest, first, ...more] = await ann.all<Own>('/sessions');
    assert.deepEqual([newest?.agent, newest?.current, first?.current, more.length], ['a test', false, true, 0]);
    assert.equal((await bob.call('DELETE', `/sessions/${newest?.id}`)).status, 404);
    assert.equal((await ann.call('DELETE', `/sessions/${newest?.id}`)).status, 204);
    assert.equal((await ann.call('DELETE', `/sessions/${newest?.id}`)).status, 404);
    const ended = await ann.call('GET', '/me', { headers: { authorization: `Bearer ${other.token}` } });
    assert.equal(ended.status, 401);
    assert.equal((await ann.call('GET', '/me')).status, 200);
  });

  await t.test('an account is deleted by its owner, who knows its password', async () => {
    const eve = await member(server, 'eve');
    const wrong = await eve.call<Problem>('DELETE', '/me', { body: { password: 'wrong' } });
    assert.deepEqual([wrong.status, wrong.json.code], [401, 'bad_credentials']);
    assert.equal((await eve.call('DELETE', '/me', { body: { password: PASSWORD } })).status, 200);
    assert.equal((await eve.call('GET', '/me')).status, 401);
  });
});
