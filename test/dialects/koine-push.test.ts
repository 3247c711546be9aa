/** Web Push: browsers are told of what is not read, by a push service that cannot read it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from '../support/conditions.ts';
import { startTestServer, type TestServer } from '../support/harness.ts';
import { isProblem, type Member, member, signIn } from '../support/koine-people.ts';
import { PASSWORD } from '../support/people.ts';
import { claimsOf, startPushService } from '../support/push-service.ts';

type Room = { id: string };
type Message = { seq: number };

/** Nothing is due by itself: the test says when. */
const patiently = <Config extends { push: object | undefined }>(config: Config): Config => ({
  ...config,
  push: { delay: 600, pause: 600, interval: 20, patience: 5_000 },
});

const waiting = async ({ sql }: TestServer): Promise<number> => (await sql`select from pushes`).length;

/** Noted pushes become due, as if the delay had passed. */
async function makeDue(server: TestServer, count = 1): Promise<void> {
  await eventually(`${count} pushes`, async () => (await waiting(server)) === count);
  await server.sql`update pushes set due_at = now()`;
}

const untilDone = (server: TestServer) => eventually('no push waits', async () => (await waiting(server)) === 0);

test('browsers are told of what is not read', async (t) => {
  const service = await startPushService(t);
  const server = await startTestServer(t, { OUTGOING_NETWORKS: '127.0.0.1' }, patiently);
  const [ann, bob, cat] = (await Promise.all(['ann', 'bob', 'cat'].map((name) => member(server, name)))) as [
    Member,
    Member,
    Member,
  ];
  const open = (kind: string, ...members: Member[]) =>
    bob.do<Room>('POST', '/rooms', {
      kind,
      members: members.map(({ id }) => id),
      ...(kind === 'group' && { title: 'Garden' }),
    });
  const say = (who: Member, room: Room, body: string, more: object = {}) =>
    who.do<Message>('POST', `/rooms/${room.id}/messages`, { body, ...more });
  const read = (who: Member, room: Room, seq: number) => who.do('PUT', `/rooms/${room.id}/read`, { seq });
  const direct = await open('direct', ann);
  const { key } = await ann.get<{ key: string }>('/push/key');
  const { id } = await ann.do<{ id: string }>('PUT', '/me/push', service.browser('phone'));

  await t.test('a browser says an address that may be called, and keys', async () => {
    const wish = service.browser('none');
    const refused = async (body: object) =>
      assert.ok(isProblem(await ann.call('PUT', '/me/push', { body }), 400, 'invalid'), JSON.stringify(body));
    for (const endpoint of [
      'http://push.example/x',
      'https://10.0.0.1/x',
      'https://[::1]/x',
      'https://127.0.0.2/x',
      'https://a:b@push.example/',
      'none',
      `https://push.example/${'x'.repeat(1_100)}`,
    ])
      await refused({ ...wish, endpoint });
    await refused({ ...wish, keys: { ...wish.keys, auth: 'short' } });
    await refused({ ...wish, keys: { ...wish.keys, p256dh: Buffer.alloc(65, 4).toString('base64url') } });
    const { token } = await ann.do<{ token: string }>('POST', '/tokens', { name: 'robot', scopes: ['write'] });
    const headers = { authorization: `Bearer ${token}` };
    const blind = await ann.call('PUT', '/me/push', { body: wish, headers });
    assert.ok(isProblem(blind, 403, 'insufficient_scope'), 'whoever may not read is not pushed to');
    const missing = await bob.call('DELETE', `/me/push/${id}`);
    assert.ok(isProblem(missing, 404, 'not_found'), 'of another account');
  });

  await t.test(
    'a message to one is told with the beginning of its text, and only the browser can read it',
    async () => {
      await say(bob, direct, 'hello');
      const { seq } = await say(bob, direct, `hello *again* ${'x'.repeat(500)}`);
      await makeDue(server);
      const { headers, message } = await service.deliveryTo('phone');
      const { at, ...rest } = message;
      assert.ok(Math.abs(at - Date.now()) < 600_000);
      assert.deepEqual(rest, {
        kind: 'message',
        tag: `room:${direct.id}`,
        path: `rooms/${direct.id}/${seq}`,
        actor: { id: bob.id, name: 'bob' },
        room: { id: direct.id, kind: 'direct', title: null },
        text: `hello *again* ${'x'.repeat(500)}`.slice(0, 160),
        language: null,
      });
      assert.equal(headers['content-encoding'], 'aes128gcm');
      assert.equal(headers.topic, direct.id.replaceAll('-', ''), 'a later one replaces it at the service');
      assert.equal(headers.urgency, 'high');
      assert.ok(Number(headers.ttl) > 80_000 && Number(headers.ttl) <= 86_400);
      const vapid = claimsOf(headers.authorization);
      assert.deepEqual([vapid.key, vapid.claims.aud, vapid.claims.sub], [key, service.url, undefined]);
      assert.ok(vapid.claims.exp * 1_000 > Date.now() && vapid.claims.exp * 1_000 < Date.now() + 86_400_000);
      await untilDone(server);
      await read(ann, direct, seq);
    },
  );

  await t.test('what is read before, taken back, one’s own or of no interest is not told', async () => {
    const told = service.deliveries.length;
    const { seq } = await say(bob, direct, 'read at once');
    await read(ann, direct, seq);
    await makeDue(server);
    await untilDone(server);
    const gone = await say(bob, direct, 'taken back');
    await bob.do('DELETE', `/rooms/${direct.id}/messages/${gone.seq}`);
    await makeDue(server);
    await untilDone(server);
    await say(ann, direct, 'my own');
    await makeDue(server);
    await untilDone(server);
    await ann.do('PUT', `/rooms/${direct.id}/notify`, { notify: 'nothing' });
    await say(bob, direct, 'to nobody');
    const last = await say(bob, direct, '@ann too');
    await read(ann, direct, last.seq);
    await ann.do('PUT', `/rooms/${direct.id}/notify`, { notify: 'all' });
    await say(bob, direct, 'muted');
    await ann.do('PUT', `/mutes/${bob.id}`);
    await makeDue(server);
    await untilDone(server);
    await ann.do('DELETE', `/mutes/${bob.id}`);
    assert.equal(service.deliveries.length, told);
  });

  await t.test('of a room of many: by its level; of the lobby: mentions and answers', async () => {
    const group = await open('group', ann, cat);
    await ann.do('PUT', `/rooms/${group.id}/notify`, { notify: 'mentions' });
    const before = service.to('phone').length;
    await say(bob, group, 'to all');
    const mine = await say(ann, group, 'mine');
    await say(bob, group, 'an answer', { replyTo: mine.seq });
    await say(cat, group, 'and more');
    await makeDue(server);
    const { message } = await service.deliveryTo('phone', before);
    assert.deepEqual(
      [message.kind, message.text, message.actor.name, message.room?.title],
      ['reply', 'an answer', 'bob', 'Garden'],
    );
    await untilDone(server);
    await ann.do('DELETE', `/rooms/${group.id}/members/${ann.id}`);
    const rooms = await ann.get<{ items: { id: string; kind: string }[] }>('/rooms');
    const lobby = rooms.items.find(({ kind }) => kind === 'lobby') as Room;
    await say(cat, lobby, 'good morning');
    await say(cat, lobby, 'and to you, @ann');
    await makeDue(server);
    const mention = await service.deliveryTo('phone', before + 1);
    assert.deepEqual([mention.message.kind, mention.message.text], ['mention', 'and to you, @ann']);
    await untilDone(server);
  });

  await t.test('of a post: comments on one’s own', async () => {
    const before = service.to('phone').length;
    const post = await ann.do<{ id: string }>('POST', '/posts', { body: 'a mural', title: 'Art' });
    await bob.do('POST', `/posts/${post.id}/comments`, { body: 'lovely' });
    await bob.do('PUT', `/posts/${post.id}/like`);
    await makeDue(server);
    const { message } = await service.deliveryTo('phone', before);
    assert.deepEqual(
      [message.kind, message.text, message.path, message.tag, message.post],
      ['comment', 'lovely', `posts/${post.id}`, `post:${post.id}`, { id: post.id, title: 'Art' }],
    );
    await untilDone(server);
  });

  await t.test('without the text, and not in quiet hours, where the account says so', async () => {
    type Me = { push: object };
    const before = service.to('phone').length;
    await ann.do('PATCH', '/me', { push: { text: false } });
    await say(bob, direct, 'a secret');
    await makeDue(server);
    const { message } = await service.deliveryTo('phone', before);
    assert.ok(!JSON.stringify(message).includes('secret'));
    await untilDone(server);
    const hour = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString().slice(11, 16);
    const quietHours = { from: hour(-2), to: hour(2), timeZone: 'UTC' };
    await ann.do('PATCH', '/me', { push: { quietHours } });
    assert.deepEqual((await ann.get<Me>('/me')).push, { text: false, quietHours });
    await say(bob, direct, 'at night');
    await makeDue(server);
    await untilDone(server);
    assert.equal(service.to('phone').length, before + 1);
    for (const wrong of [
      { from: '7:00', to: '08:00', timeZone: 'UTC' },
      { from: '07:00', to: '24:00', timeZone: 'UTC' },
      { from: '07:00', to: '08:00', timeZone: 'Mars/Olympus' },
    ]) {
      const body = { push: { quietHours: wrong } };
      assert.ok(isProblem(await ann.call('PATCH', '/me', { body }), 400, 'invalid'), JSON.stringify(wrong));
    }
    await ann.do('PATCH', '/me', { push: { text: true, quietHours: null } });
  });

  await t.test('a service that fails is called again later, and what is news meanwhile waits with it', async () => {
    const before = service.to('phone').length;
    service.answer(503);
    await say(bob, direct, 'first');
    await makeDue(server);
    const failed = (failures: number, seconds: number) =>
      eventually(`${failures} failures`, async () => {
        const rows = await server.sql`
          select from push_subscriptions s join pushes p on p.subscription_id = s.id
           where failures = ${failures} and due_at = free_at
             and due_at between now() + make_interval(secs => ${seconds - 10}) and now() + make_interval(secs => ${seconds})`;
        return rows.length === 1;
      });
    await failed(1, 10);
    service.answer(429, { 'retry-after': '4000' });
    await makeDue(server);
    await failed(2, 4_000);
    service.answer(302, { location: `${service.url}/elsewhere` });
    await makeDue(server);
    await failed(3, 300);
    const { seq } = await say(bob, direct, 'second');
    await eventually('it begins anew', async () => {
      const [row] = await server.sql`select attempts, due_at > now() + interval '280 s' as late from pushes`;
      return row?.attempts === 0 && row.late;
    });
    await makeDue(server);
    const { message } = await service.deliveryTo('phone', before);
    assert.equal(message.text, 'second');
    await untilDone(server);
    assert.ok(!service.calls.includes('elsewhere'), 'redirections are not followed');
    const [browser] = await server.sql`select failures from push_subscriptions`;
    assert.equal(browser?.failures, 0);
    await read(ann, direct, seq);
  });

  await t.test('a browser that is gone is forgotten, and so is one whose address may not be called', async () => {
    const browsers = async () => (await server.sql`select from push_subscriptions`).length;
    await ann.do('PUT', '/me/push', service.browser('old'));
    await server.sql`
      insert into push_subscriptions (account_id, session_id, endpoint, p256dh, auth)
      select account_id, session_id, 'https://10.0.0.1/inside', p256dh, auth from push_subscriptions where id = ${id}`;
    service.answer(410);
    await say(bob, direct, 'anybody?');
    await eventually('three pushes', async () => (await waiting(server)) === 3);
    const due = (part: string) => server.sql`
      update pushes p set due_at = now() from push_subscriptions s where s.id = subscription_id and endpoint like ${`%${part}`}`;
    await due('/old');
    await eventually('the old one is gone', async () => (await browsers()) === 2);
    await due('/inside');
    await eventually('the hidden one is gone', async () => (await browsers()) === 1);
    await makeDue(server);
    await untilDone(server);
  });

  await t.test('a subscription ends with its session, and is one for its address', async () => {
    const browsers = async () =>
      (
        await server.sql<{ username: string; place: string }[]>`
          select username, substring(endpoint from '[^/]*$') as place from push_subscriptions s
            join accounts a on a.id = account_id order by 1, 2`
      ).map(({ username, place }) => `${username} ${place}`);
    const wish = service.browser('tablet');
    const other = await signIn(server, 'ann', PASSWORD);
    const first = await other.do<{ id: string }>('PUT', '/me/push', wish);
    assert.deepEqual(await other.do('PUT', '/me/push', wish), first, 'again is the same');
    assert.deepEqual(await browsers(), ['ann phone', 'ann tablet']);
    await cat.do('PUT', '/me/push', wish);
    assert.deepEqual(await browsers(), ['ann phone', 'cat tablet']);
    await other.do('PUT', '/me/push', service.browser('laptop'));
    assert.equal((await other.call('DELETE', '/session')).status, 204);
    assert.deepEqual(await browsers(), ['ann phone', 'cat tablet']);
    await ann.do('DELETE', `/me/push/${id}`);
    for (let n = 0; n < 22; n += 1) await ann.do('PUT', '/me/push', service.browser(`many${n}`));
    const kept = (await browsers()).filter((one) => one.startsWith('ann'));
    assert.equal(kept.length, 20);
    assert.ok(kept.includes('ann many21') && !kept.includes('ann many0'), 'the newest');
  });
});
