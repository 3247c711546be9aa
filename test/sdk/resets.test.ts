/** State that cannot be resumed is read again: after long absence, after a restored backup. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { atEnd } from '../support/conditions.ts';
import { startTestServer } from '../support/harness.ts';
import { member } from '../support/koine-people.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';
import { TestClient } from './clients.ts';
import { compare } from './compare.ts';

test('a client that cannot resume reads again what it showed, and goes on from there', async (t) => {
  const server = await startTestServer(t);
  const { hostname, port } = new URL(server.url);
  const proxy = await TcpProxy.open({ host: hostname, port: Number(port) });
  atEnd(t, () => proxy.close());
  const [ann, bob, cleo] = await Promise.all(['ann', 'bob', 'cleo'].map((name) => member(server, name)));
  if (!ann || !bob || !cleo) throw new Error('three members');
  const room = (
    await bob.do<{ id: string }>('POST', '/rooms', { kind: 'group', title: 'Tea', members: [ann.id, cleo.id] })
  ).id;
  const followed = new TestClient(t, { url: `http://127.0.0.1:${proxy.port}`, token: ann.token });
  await followed.started();
  await followed.client.rooms.open(room);
  await followed.client.feed.open('all');
  await followed.client.notifications.open();
  await followed.client.people.openFriends();
  const be = (at: string) => compare(t, server, { followed, token: ann.token, at });
  const say = async () => {
    for (const one of [bob, cleo]) {
      const post = await one.do<{ id: string }>('POST', '/posts', { body: 'news' });
      await cleo.do('POST', `/posts/${post.id}/comments`, { body: 'really?' });
      const { seq } = await one.do<{ seq: number }>('POST', `/rooms/${room}/messages`, { body: 'hello @ann' });
      await bob.do('PUT', `/rooms/${room}/messages/${seq}/reactions/${encodeURIComponent('👍')}`);
    }
  };
  await say();
  await be('at first');
  const { epoch } = followed.state;

  await proxy.refuse();
  await say();
  await cleo.do('DELETE', `/rooms/${room}/members/${cleo.id}`);
  await server.sql`update streams set floor = head`;
  await proxy.restore();
  followed.client.connectNow();
  await be('after the floor was passed');
  assert.equal(followed.state.epoch, epoch);

  await proxy.refuse();
  await server.sql`update installation set epoch = gen_random_uuid()`;
  await say().catch(() => {});
  await proxy.restore();
  followed.client.connectNow();
  await followed.until('the new epoch', ({ state }) => state.epoch !== null && state.epoch !== epoch);
  await followed.until('the window', ({ state }) => state.timelines[room] && state.feeds.all);
  await be('in another epoch');
});

test('by long polling, an event that comes while a reset stream is read again is not lost', async (t) => {
  const server = await startTestServer(t);
  const { hostname, port } = new URL(server.url);
  const proxy = await TcpProxy.open({ host: hostname, port: Number(port) });
  atEnd(t, () => proxy.close());
  const [ann, bob] = await Promise.all(['ann', 'bob'].map((name) => member(server, name)));
  if (!ann || !bob) throw new Error('two members');
  const write = (body: string) => bob.do('POST', '/posts', { body });
  /** Once the feed is asked for, it is answered after the event of a later post. */
  let isHeld = false;
  let asked = () => {};
  let told = () => {};
  const untilAsked = new Promise<void>((resolve) => {
    asked = resolve;
  });
  const untilTold = new Promise<void>((resolve) => {
    told = resolve;
  });
  const held: typeof fetch = async (address, init) => {
    const answer = await fetch(address, init);
    if (`${address}`.includes('/v1/events') && (await answer.clone().text()).includes('later')) told();
    if (isHeld && `${address}`.includes('/v1/posts')) {
      asked();
      await untilTold;
    }
    return answer;
  };
  const url = `http://127.0.0.1:${proxy.port}`;
  const followed = new TestClient(t, { url, token: ann.token, WebSocket: null, fetch: held as never });
  await followed.started();
  await followed.client.feed.open('all');

  await proxy.refuse();
  await write('earlier');
  await server.sql`update streams set floor = head`;
  isHeld = true;
  await proxy.restore();
  followed.client.connectNow();
  await untilAsked;
  await write('later');
  await compare(t, server, { followed, token: ann.token, at: 'after the reset' });
});
