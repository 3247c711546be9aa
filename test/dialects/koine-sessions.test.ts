/** The sessions of an account, and what they may do. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from '../support/conditions.ts';
import { startTestServer } from '../support/harness.ts';
import { openLive } from '../support/koine-live.ts';
import { call, isProblem, Member, member, type Session } from '../support/koine-people.ts';
import { PASSWORD } from '../support/people.ts';

type Own = { id: string; device?: string; network?: string; usedAt: string; createdAt: string; current: boolean };

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0';
const IPHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Mobile/15E148 Safari/604.1';

test('koine: sessions', async (t) => {
  const server = await startTestServer(t, { TRUST_PROXY: '127.0.0.1' });
  const ann = await member(server, 'ann');
  const body = { login: 'ann', password: PASSWORD };
  const enter = async (agent: string, address: string) => {
    const headers = { 'user-agent': agent, 'x-forwarded-for': address };
    return new Member(server, (await call<Session>(server, 'POST', '/session', { body, headers })).json);
  };

  await t.test('each tells the device, and the start of the address that the trusted proxy reports', async () => {
    await enter(FIREFOX, '203.0.113.77');
    await enter(IPHONE, '2001:db8:1:2:3::4');
    await enter('robot/1.0 (+https://example.org)', '::ffff:198.51.100.9');
    await enter('', 'nonsense');
    const shown = (await ann.all<Own>('/sessions')).map(({ device, network }) => [device, network]);
    assert.deepEqual(shown.slice(0, 4), [
      [undefined, undefined],
      ['robot', '198.51.100.0/24'],
      ['Safari, iOS', '2001:db8:1::/48'],
      ['Firefox, Linux', '203.0.113.0/24'],
    ]);
    const pair = { username: 'ann', password: PASSWORD };
    const headers = { 'content-type': 'application/json', 'user-agent': IPHONE };
    await fetch(`${server.url}/accounts/api/token/`, { method: 'POST', headers, body: JSON.stringify(pair) });
    assert.equal((await ann.all<Own>('/sessions'))[0]?.device, 'Safari, iOS');
  });

  await t.test('the last use is noted once in some minutes', async () => {
    const phone = await enter(IPHONE, '203.0.113.7');
    const [own] = await phone.all<Own>('/sessions');
    const written = async () => {
      const [row] = await server.sql<[{ version: string; age: number }]>`
        select xmin::text as version, extract(epoch from now() - used_at)::float as age from sessions where id = ${own?.id as string}`;
      return row;
    };
    const first = await written();
    for (let calls = 0; calls < 5; calls += 1) await phone.get('/me');
    assert.equal((await written()).version, first.version);
    await server.sql`update sessions set used_at = now() - interval '1 hour' where id = ${own?.id as string}`;
    await phone.get('/me');
    await eventually('the use to be noted', async () => (await written()).age < 60);
  });

  await t.test('all others end at once, with their connections', async () => {
    const [phone, here] = [await enter(IPHONE, '203.0.113.7'), await enter(FIREFOX, '203.0.113.8')];
    const [away, stays] = [await openLive(t, server, phone), await openLive(t, server, here)];
    const bob = await member(server, 'bob');
    const count = (await here.all<Own>('/sessions')).length;
    assert.deepEqual(await here.do('DELETE', '/sessions'), { ended: count - 1 });
    assert.equal((await away.untilClosed()).code, 4001);
    assert.equal((await phone.call('GET', '/me')).status, 401);
    assert.deepEqual(
      (await here.all<Own>('/sessions')).map(({ current }) => current),
      [true],
    );
    assert.equal(stays.closed, null);
    assert.equal((await bob.call('GET', '/me')).status, 200);
    assert.ok(isProblem(await phone.call('DELETE', '/sessions'), 401, 'unauthenticated'));
  });
});
