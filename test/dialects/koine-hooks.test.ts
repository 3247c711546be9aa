/** Outgoing hooks: what happens in a room is sent to an address elsewhere, signed, in order and at least once. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { atEnd, eventually } from '../support/conditions.ts';
import { startTestServer } from '../support/harness.ts';
import { isProblem, member, type Page } from '../support/koine-people.ts';

type Hook = { id: string; room?: string; url: string; events: string[]; failingSince?: string; offSince?: string };
type Delivery = { id: string; seq: number; event: string; attempt: number; status?: number; error?: string };
type Sent = { type: string; stream: string; seq: number; data: { body?: string } };
type Received = { headers: IncomingHttpHeaders; body: string; event: Sent };

/** A receiver of hooks on this machine. `answers`: the next statuses, or what makes them; then 204. */
async function startReceiver(t: TestContext) {
  const received: Received[] = [];
  const answers: (number | ((event: Sent) => Promise<number>))[] = [];
  const server = createServer(async (request, answer) => {
    const body = await text(request);
    const event = JSON.parse(body) as Sent;
    received.push({ headers: request.headers, body, event });
    const status = answers.shift() ?? 204;
    answer.writeHead(typeof status === 'number' ? status : await status(event)).end();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  atEnd(t, async () => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, received, answers };
}

/** A receiver at all addresses of this machine, which leaves what is asked below `/slow` without an answer. */
async function startHangingReceiver(t: TestContext) {
  const hanging = new Set<string>();
  /** Of each that was answered: how many hung at that time. */
  const answered: { url: string; beside: number }[] = [];
  const server = createServer((request, answer) => {
    const url = `http://${request.headers.host}${request.url}`;
    request.resume();
    if (request.url?.startsWith('/slow')) {
      hanging.add(url);
      answer.once('close', () => hanging.delete(url));
    } else {
      answered.push({ url, beside: hanging.size });
      answer.writeHead(204).end();
    }
  });
  await once(server.listen(0, '0.0.0.0'), 'listening');
  atEnd(t, async () => {
    server.close();
    server.closeAllConnections();
  });
  const urlOf = (host: string, path: string) => `http://${host}:${(server.address() as AddressInfo).port}${path}`;
  return { hanging, answered, urlOf };
}

test('outgoing hooks', async (t) => {
  const server = await startTestServer(t, { OUTGOING_NETWORKS: '127.0.0.1/32,127.1.0.0/16' });
  const ann = await member(server, 'ann');
  const bob = await member(server, 'bob');
  const receiver = await startReceiver(t);
  const { received, answers } = receiver;
  const group = { kind: 'group', title: 'builds', members: [bob.id] };
  const { id: room } = await ann.do<{ id: string }>('POST', '/rooms', group);
  const say = (body: string) => bob.do<{ seq: number }>('POST', `/rooms/${room}/messages`, { body });
  const got = (count: number) => eventually(`${count} to be sent`, async () => received.length >= count);
  const { secret, ...hook } = await ann.do<Hook & { secret: string }>('POST', '/hooks', {
    ...{ room, url: receiver.url, events: ['message.created', 'message.deleted'] },
  });
  const deliveries = async () => (await ann.get<Page<Delivery>>(`/hooks/${hook.id}/deliveries`)).items;
  /** As if the time until the next attempt had passed, once so many failed; 0: the event was given up. */
  const hurry = (failed: number) =>
    eventually(`${failed} to fail`, async () => {
      const { count } = await server.sql`
        update outgoing_hooks set due_at = now() where attempts = ${failed} and failing_since is not null`;
      return count === 1;
    });
  const forget = () => void received.splice(0);

  await t.test('the events that it wants come in order, and their signatures are good', async () => {
    await say('one');
    await bob.do('PUT', `/rooms/${room}/messages/${(await say('two')).seq}/reactions/${encodeURIComponent('👍')}`);
    const { seq } = await say('three');
    await bob.do('DELETE', `/rooms/${room}/messages/${seq}`);
    await got(4);
    const shown = received.map(({ event: { type, data } }) => data.body ?? type);
    assert.deepEqual(shown.slice(0, 2), ['one', 'two']);
    assert.equal(shown.at(-1), 'message.deleted');
    for (const { headers, body, event } of received) {
      assert.deepEqual(new Webhook(secret).verify(body, headers as Record<string, string>), event);
      assert.equal(event.stream, `room:${room}`);
    }
    assert.throws(() => new Webhook(secret).verify('{}', received[0]?.headers as Record<string, string>));
    const ids = received.map(({ headers }) => headers['webhook-id']);
    assert.equal(new Set(ids).size, 4);
    await eventually('all to be logged', async () => (await deliveries()).length === 4);
    assert.ok((await deliveries()).every(({ status, attempt }) => status === 204 && attempt === 1));
    forget();
  });

  await t.test('what fails is tried again, with the same id, before what follows', async () => {
    answers.push(500, 503);
    await say('hard');
    await say('after it');
    for (const failed of [1, 2]) await hurry(failed);
    await got(4);
    assert.deepEqual(
      received.map(({ event }) => event.data.body),
      ['hard', 'hard', 'hard', 'after it'],
    );
    assert.equal(new Set(received.slice(0, 3).map(({ headers }) => headers['webhook-id'])).size, 1);
    const [newest, third, second] = (await eventually('the log', async () => {
      const rows = await deliveries();
      return rows.length === 8 && rows;
    })) as Delivery[];
    assert.deepEqual([newest?.status, third?.attempt, third?.status, second?.status], [204, 3, 204, 503]);
    forget();
  });

  await t.test('what is refused for good is given up, and may be sent again by hand', async () => {
    answers.push(400, 302, 404);
    await say('refused');
    await say('the next');
    for (const failed of [1, 2, 0]) await hurry(failed);
    await got(4);
    assert.deepEqual(
      received.map(({ event }) => event.data.body),
      ['refused', 'refused', 'refused', 'the next'],
    );
    const refused = (await deliveries()).find(({ status }) => status === 404) as Delivery;
    const again = await ann.do<Delivery>('POST', `/hooks/${hook.id}/deliveries/${refused.id}`);
    assert.deepEqual([again.status, again.attempt, again.seq], [204, 4, refused.seq]);
    assert.equal(received.at(-1)?.event.data.body, 'refused');
    assert.ok(isProblem(await ann.call('POST', `/hooks/${hook.id}/deliveries/7777`), 404, 'not_found'));
    forget();
  });

  await t.test('what is sent again by hand, to a slow receiver, does not keep the next events waiting', async () => {
    await say('again');
    const again = (await eventually('it to be sent', async () => {
      const [newest] = await deliveries();
      return received.at(-1)?.event.seq === newest?.seq && newest;
    })) as Delivery;
    let release = (_status: number) => {};
    const held = new Promise<number>((resolve) => {
      release = resolve;
    });
    answers.push(...Array(20).fill(async ({ seq }: Sent) => (seq === again.seq ? held : 204)));
    let refused = 0;
    const asked = Array.from({ length: 20 }, async () => {
      const reply = await ann.call('POST', `/hooks/${hook.id}/deliveries/${again.id}`);
      if (isProblem(reply, 503, 'overloaded')) refused += 1;
    });
    await eventually('one to be held', async () => received.filter(({ event }) => event.seq === again.seq).length > 1);
    await say('meanwhile');
    await eventually('it to be sent', async () => received.some(({ event }) => event.data.body === 'meanwhile'));
    await eventually('the others to be refused', async () => refused === 19);
    release(204);
    await Promise.all(asked);
    await eventually('all to be logged', async () => (await deliveries())[0]?.event === 'message.created');
    answers.splice(0);
    forget();
  });

  await t.test(
    'one that fails for two days, or whose address is gone, is turned off; turned on, it begins anew',
    async () => {
      answers.push(500);
      await say('lost');
      await got(1);
      await eventually('it to fail', async () => (await current()).failingSince !== undefined);
      await server.sql`update outgoing_hooks set failing_since = now() - interval '3 days', due_at = now()`;
      answers.push(500);
      await eventually('it to be off', async () => (await current()).offSince !== undefined);
      await say('unheard');
      const on = await ann.do<Hook>('PATCH', `/hooks/${hook.id}`, { enabled: true, events: ['message.created'] });
      assert.deepEqual([on.offSince, on.failingSince, on.events], [undefined, undefined, ['message.created']]);
      forget();
      answers.push(410);
      await say('gone');
      await eventually('it to be off', async () => (await current()).offSince !== undefined);
      assert.deepEqual(
        received.map(({ event }) => event.data.body),
        ['gone'],
      );
    },
  );

  await t.test(
    'only keepers of the room see it, only admins make one of the board, and no hostile address is taken',
    async () => {
      const wish = { room, url: 'https://example.org/hook', events: ['message.created'] };
      assert.ok(isProblem(await bob.call('GET', `/hooks?room=${room}`), 403, 'forbidden'));
      assert.ok(isProblem(await bob.call('POST', '/hooks', { body: wish }), 403, 'forbidden'));
      assert.ok(isProblem(await bob.call('DELETE', `/hooks/${hook.id}`), 404, 'not_found'));
      assert.ok(isProblem(await bob.call('GET', `/hooks/${hook.id}/deliveries`), 404, 'not_found'));
      for (const url of [
        'http://127.0.0.2/',
        'https://2130706434/',
        'https://[::1]/',
        'https://169.254.169.254/',
        'ftp://x/',
      ])
        assert.ok(isProblem(await ann.call('POST', '/hooks', { body: { ...wish, url } }), 400, 'invalid'), url);
      const board = { url: receiver.url, events: ['post.created'] };
      assert.ok(isProblem(await ann.call('POST', '/hooks', { body: board }), 403, 'forbidden'));
      await server.sql`update accounts set role = 'admin' where username = 'ann'`;
      assert.ok(isProblem(await ann.call('POST', '/hooks', { body: { ...board, room } }), 400, 'invalid'));
      forget();
      await ann.do('POST', '/hooks', board);
      await bob.do('POST', '/posts', { body: 'a post' });
      await got(1);
      assert.deepEqual([received[0]?.event.type, received[0]?.event.stream], ['post.created', 'board']);
      await ann.do('DELETE', `/hooks/${hook.id}`);
      assert.deepEqual(await ann.all<Hook>(`/hooks?room=${room}`), []);
    },
  );

  await t.test('one that is removed while it is served is sent nothing more', async () => {
    const wish = { room, url: receiver.url, events: ['message.created'] };
    const { id } = await ann.do<Hook>('POST', '/hooks', wish);
    forget();
    answers.push(500, async () => (await ann.call('DELETE', `/hooks/${id}`)).status);
    await say('the last');
    await eventually(
      'it to fail',
      async () => (await server.sql`select from outgoing_hooks where attempts = 1`).length,
    );
    await say('unheard');
    await hurry(1);
    await got(2);
    await eventually('it to be removed', async () => (await ann.all<Hook>(`/hooks?room=${room}`)).length === 0);
    await ann.do('POST', '/hooks', wish);
    await say('of another hook');
    await got(3);
    assert.deepEqual(
      received.map(({ event }) => event.data.body),
      ['the last', 'the last', 'of another hook'],
    );
    for (const hook of await ann.all<Hook>(`/hooks?room=${room}`)) await ann.do('DELETE', `/hooks/${hook.id}`);
  });

  await t.test('those of somebody who goes out of the room are off, until who stays turns them on', async () => {
    await ann.do('PUT', `/rooms/${room}/members/${bob.id}`, { role: 'moderator' });
    const { id } = await bob.do<Hook>('POST', '/hooks', { room, url: receiver.url, events: ['message.created'] });
    const seen = async () => (await ann.all<Hook>(`/hooks?room=${room}`)).find((one) => one.id === id);
    assert.equal((await seen())?.offSince, undefined);
    await ann.do('DELETE', `/rooms/${room}/members/${bob.id}`);
    assert.notEqual((await seen())?.offSince, undefined);
    const on = await ann.do<Hook>('PATCH', `/hooks/${id}`, { enabled: true });
    assert.equal(on.offSince, undefined);
    await ann.do('PUT', `/rooms/${room}/members/${bob.id}`, { role: 'member' });
    await ann.do('DELETE', `/hooks/${id}`);
  });

  await t.test('a room has at most 10, and none waits for events that are gone', async () => {
    const body = { room, url: receiver.url, events: ['message.created'] };
    const made = await Promise.all(Array.from({ length: 20 }, () => ann.call('POST', '/hooks', { body })));
    assert.equal(made.filter(({ status }) => status === 201).length, 10);
    await server.sql`update streams set head = head + 1 where id = (select id from rooms where uid = ${room})`;
    await eventually('all to be past them', async () => {
      const behind = await server.sql`
        select from outgoing_hooks h join streams s on s.id = h.stream_id where h.seq < s.head and h.disabled_at is null`;
      return behind.length === 0;
    });
  });

  await t.test('while who made it is kept out, nothing is sent', async () => {
    const eve = await member(server, 'eve');
    const theirs = await eve.do<{ id: string }>('POST', '/rooms', { ...group, title: 'theirs' });
    await eve.do('POST', '/hooks', { room: theirs.id, url: receiver.url, events: ['message.created'] });
    const sayThere = (body: string) => bob.do('POST', `/rooms/${theirs.id}/messages`, { body });
    forget();
    await sayThere('before');
    await got(1);
    await eventually('nobody to serve it', async () => {
      const idle = await server.sql`
        select from outgoing_hooks
         where stream_id = (select id from rooms where uid = ${theirs.id}) and due_at <= now()`;
      return idle.length === 1;
    });
    const suspension = { kind: 'suspension', reason: 'spam', until: new Date(Date.now() + 3_600_000).toISOString() };
    const { id } = await ann.do<{ id: string }>('POST', `/people/${eve.id}/sanctions`, suspension);
    forget();
    await sayThere('not yet');
    await say('of ten hooks');
    await got(10);
    assert.ok(received.every(({ event }) => event.data.body === 'of ten hooks'));
    await ann.do('DELETE', `/sanctions/${id}`);
    await got(11);
    assert.equal(received.at(-1)?.event.data.body, 'not yet');
  });

  await t.test('receivers that do not answer delay nobody, not even at their own host', async (t) => {
    const { hanging, answered, urlOf } = await startHangingReceiver(t);
    const shared = '127.1.1.1';
    const makeRoom = async (title: string, urls: readonly string[]) => {
      const { id } = await ann.do<{ id: string }>('POST', '/rooms', { kind: 'group', title });
      for (const url of urls) await ann.do('POST', '/hooks', { room: id, url, events: ['message.created'] });
      return () => ann.do('POST', `/rooms/${id}/messages`, { body: 'news' });
    };
    const heard = (url: string) => answered.filter((one) => one.url === url);
    const quick = [urlOf('127.1.2.1', '/quick'), urlOf(shared, '/quick')];
    const sayToQuick = await makeRoom('quick', quick);
    await sayToQuick();
    // As on a machine that is quick.
    await eventually('both to be logged', async () => {
      const { count } = await server.sql`
        update hook_deliveries d set duration = 1 from outgoing_hooks h
         where h.id = d.hook_id and h.url = any(${quick}) and d.status = 204`;
      return count === 2;
    });

    const ten = Array.from({ length: 10 }, (_, n) => n);
    const sayToSlow = await Promise.all([
      ...[3, 4, 5, 6].map((net) =>
        makeRoom(
          `net ${net}`,
          ten.map((n) => urlOf(`127.1.${net}.${n + 1}`, '/slow')),
        ),
      ),
      ...[1, 2].map((part) =>
        makeRoom(
          `part ${part}`,
          ten.map((n) => urlOf(shared, `/slow/${part}-${n}`)),
        ),
      ),
    ]);
    await Promise.all(sayToSlow.map((sayThere) => sayThere()));
    const most = 40 + 8;
    await eventually('as many to hang as may', async () => hanging.size === most);
    await sayToQuick();
    await eventually('the quick ones to be heard', async () => quick.every((url) => heard(url).length === 2));
    assert.deepEqual(
      quick.map((url) => heard(url)[1]?.beside),
      [most, most],
    );
  });

  async function current(): Promise<Hook> {
    return (await ann.all<Hook>(`/hooks?room=${room}`)).find(({ id }) => id === hook.id) as Hook;
  }
});
