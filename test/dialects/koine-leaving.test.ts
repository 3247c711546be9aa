/** How accounts end: the last owner stays, others leave after a time in which they may come back. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openDatabase } from '../../src/store/database.ts';
import { eventually } from '../support/conditions.ts';
import { startServerWith, startTestServer } from '../support/harness.ts';
import { koine } from '../support/koine.ts';
import { openLive } from '../support/koine-live.ts';
import { call, isProblem, Member, member, type Session, signIn } from '../support/koine-people.ts';
import { somebodyWaits } from '../support/locks.ts';
import { PASSWORD } from '../support/people.ts';

test('how accounts end', async (t) => {
  const server = await startTestServer(t);
  const { sql } = server;
  const code = new URL(server.setupUrl as string).hash.slice(1);
  const founder = { code, username: 'olga', password: PASSWORD, community: { name: 'Readers' }, registration: 'open' };
  const owner = new Member(server, (await call<Session>(server, 'POST', '/setup', { body: founder })).json);
  const ann = await member(server, 'ann');
  const leave = (who: typeof ann) => who.call<{ deletedAt: string }>('DELETE', '/me', { body: { password: PASSWORD } });

  await t.test('the last owner neither leaves nor is put out', async () => {
    assert.ok(isProblem(await leave(owner), 409, 'last_owner'));
    assert.ok(isProblem(await owner.call('PUT', '/people/@olga/role', { body: { role: 'admin' } }), 409, 'last_owner'));
    for (const words of [
      ['user', 'disable', 'olga'],
      ['user', 'delete', 'olga', '--yes'],
      ['user', 'role', 'olga', 'member'],
      ['admin', 'revoke', 'olga'],
      ['moderate', 'ban', 'olga'],
    ]) {
      const { code, err } = await koine(server.settings, ...words);
      assert.equal(code, 1, words.join(' '));
      assert.match(err, /last owner/, words.join(' '));
    }
    assert.equal((await owner.call('GET', '/me')).status, 200, 'nothing ended');
  });

  await t.test('of two owners who leave at once, one stays', async () => {
    const second = await member(server, 'second');
    await owner.do('PUT', '/people/@second/role', { role: 'owner' });
    const answers = await Promise.all([leave(owner), leave(second)]);
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409]);
    await Promise.all([signIn(server, 'olga'), signIn(server, 'second')]);
  });

  await t.test(
    'a sign-in that keeps its account waits for whoever changes the account, without a deadlock',
    async () => {
      const dan = await member(server, 'dan');
      assert.equal((await leave(dan)).status, 200);
      const other = openDatabase(server.settings.DATABASE_URL as string, 1);
      const { session } = await other.begin(async (tx) => {
        await tx`select from accounts where username = 'dan' for no key update`;
        const session = sql`
          insert into sessions (id, account_id, expires_at)
          select gen_random_uuid(), id, now() + interval '1 day' from accounts where username = 'dan'`.execute();
        await somebodyWaits(sql);
        await tx`select from accounts where username = 'dan' for update`;
        return { session: Promise.allSettled([session]) };
      });
      assert.deepEqual((await session)[0]?.status, 'fulfilled');
      await other.end();
      assert.equal((await sql`select from accounts where username = 'dan' and leaving_at is null`).length, 1);
    },
  );

  await t.test('whoever leaves is signed out, and stays by signing in', async () => {
    const live = await openLive(t, server, ann);
    const { status, json } = await leave(ann);
    assert.equal(status, 200);
    const days = (Date.parse(json.deletedAt) - Date.now()) / 86_400_000;
    assert.ok(days > 13.9 && days < 14.1, json.deletedAt);
    assert.equal((await ann.call('GET', '/me')).status, 401);
    await live.untilClosed();
    const bob = await member(server, 'bob');
    assert.deepEqual((await bob.get<{ items: unknown[] }>('/people?query=ann')).items, []);
    const wrong = { login: 'ann', password: 'not the password' };
    assert.ok(isProblem(await call(server, 'POST', '/session', { body: wrong }), 401, 'bad_credentials'));
    assert.equal((await sql`select from accounts where leaving_at is not null`).length, 1, 'a guess keeps nobody');
    const back = await signIn(server, 'ann');
    assert.equal((await sql`select from accounts where leaving_at is not null`).length, 0);
    assert.equal((await back.call('GET', '/me')).status, 200);
  });

  await t.test('a disabled account does not come back by having left', async () => {
    const cat = await member(server, 'cat');
    await leave(cat);
    assert.equal((await koine(server.settings, 'user', 'disable', 'cat')).code, 0);
    const body = { login: 'cat', password: PASSWORD };
    assert.ok(isProblem(await call(server, 'POST', '/session', { body }), 401, 'bad_credentials'));
  });

  await t.test('without a time of grace, an account that leaves is gone at once', async (t) => {
    const hasty = await startServerWith(t, { ...server.settings, DELETION_GRACE: '0s' });
    const [gus, hal] = [await member(hasty, 'gus'), await member(hasty, 'hal')];
    assert.equal((await gus.call('DELETE', '/me', { body: { password: PASSWORD } })).status, 200);
    await eventually('the account to be gone', async () => (await hal.call('GET', '/people/@gus')).status === 404);
  });
});
