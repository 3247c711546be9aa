/** koine's notifications: of what others did, through whatever API. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startTestServer } from '../support/harness.ts';
import { member, type Page, type Problem } from '../support/koine-people.ts';
import * as messenger from '../support/messenger-people.ts';

type Notification = {
  id: string;
  kind: string;
  actor: { id: string; username: string };
  subject: { room?: string; seq?: number; excerpt?: string };
  createdAt: string;
  readAt?: string;
};

test('koine: notifications', async (t) => {
  const server = await startTestServer(t);
  const ann = await member(server, 'ann');
  const bob = await messenger.member(server, 'bob', 'bob@example.org');
  const told = () => ann.all<Notification>('/notifications', 1);

  await t.test('a mention in another API is told, newest first', async () => {
    for (const text of ['hello @ann', '@Ann, are you there?', 'nobody in particular'])
      await bob.say({ name: 'lobby' }, text);
    const [second, first, ...more] = await told();
    assert.deepEqual(more, []);
    assert.deepEqual([first?.kind, first?.actor.username, first?.subject.excerpt], ['mention', 'bob', 'hello @ann']);
    assert.equal(second?.subject.room, first?.subject.room);
    assert.ok((second?.subject.seq as number) > (first?.subject.seq as number));
    assert.equal('email' in (first?.actor ?? {}), false);
  });

  await t.test('they are read up to one of them', async () => {
    const [second, first] = (await told()) as [Notification, Notification];
    const read = (upTo: unknown) => ann.call<{ unread: number }>('PUT', '/notifications/read', { body: { upTo } });
    assert.deepEqual((await read(first.id)).json, { unread: 1 });
    assert.deepEqual(
      (await told()).map(({ readAt }) => typeof readAt),
      ['undefined', 'string'],
    );
    assert.deepEqual((await read(second.id)).json, { unread: 0 });
    assert.deepEqual((await read(first.id)).json, { unread: 0 });
    for (const upTo of ['x', '', '-1', '1e3', '9'.repeat(20), 7]) {
      const { status, json } = await ann.call<Problem>('PUT', '/notifications/read', { body: { upTo } });
      assert.deepEqual([status, json.errors?.[0]?.pointer], [400, '/upTo'], String(upTo));
    }
  });

  await t.test('nobody sees those of others', async () => {
    const cat = await member(server, 'cat');
    const [newest] = await told();
    await cat.call('PUT', '/notifications/read', { body: { upTo: newest?.id } });
    assert.deepEqual((await cat.get<Page<Notification>>('/notifications')).items, []);
  });
});
