/** State that cannot be resumed is read again: after long absence, after a restored backup. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { atEnd } from '../support/conditions.ts';
import { startTestServer } from '../support/harness.ts';
import { member } from '../support/koine-people.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';
import { TestClient } from './clients.ts';
import { compare } from './compare.ts';

/** A server, and a proxy in front of it whose connections can be cut. */
async function serveThroughProxy(t: TestContext) {
  const server = await startTestServer(t);
  const { hostname, port } = new URL(server.url);
  const proxy = await TcpProxy.open({ host: hostname, port: Number(port) });
  atEnd(t, () => proxy.close());
  return { server, proxy };
}

test('a client that cannot resume reads again what it showed, and goes on from there', async (t) => {
  const { server, proxy } = await serveThroughProxy(t);
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

test('what cannot be read again in another epoch is tried again', async (t) => {
  const { server, proxy } = await serveThroughProxy(t);
  const [ann, bob] = await Promise.all(['ann', 'bob'].map((name) => member(server, name)));
  if (!ann || !bob) throw new Error('two members');
  await ann.do('PUT', `/blocks/${bob.id}`);
  const post = await ann.do<{ id: string }>('POST', '/posts', { body: 'to be deleted' });
  let failing: string | null = null;
  const failed: string[] = [];
  const unreliable = async (address: string, init: RequestInit): Promise<Response> => {
    const path = address.replace(/^.*?(?=\/v1\/)/, '');
    if (failing === null || !path.startsWith(failing)) return fetch(address, init);
    failed.push(failing);
    throw new TypeError('no network');
  };
  const url = `http://127.0.0.1:${proxy.port}`;
  const followed = new TestClient(t, { url, token: ann.token, fetch: unreliable });
  await followed.started();
  await followed.client.feed.open('all');
  await followed.client.feed.openComments(post.id);
  await followed.client.notifications.open();
  await followed.client.people.openFriends();
  await proxy.refuse();
  await ann.do('DELETE', `/posts/${post.id}`);
  await server.sql`update installation set epoch = gen_random_uuid()`;
  await proxy.restore();
  for (const path of ['/v1/posts', '/v1/friends', '/v1/blocks', '/v1/mutes', '/v1/notifications']) {
    failing = path;
    // A connection that begins anew tries again at once.
    proxy.cut();
    followed.client.connectNow();
    await followed.until(`a failure of ${path}`, () => failed.includes(path));
  }
  failing = null;
  proxy.cut();
  followed.client.connectNow();
  await compare(t, server, { followed, token: ann.token, at: 'after failures' });
  const { blocks, mutes, friends, notifications, feeds } = followed.state;
  assert.deepEqual([blocks, mutes, friends, notifications.items], [{ [bob.id]: true }, {}, {}, []]);
  assert.deepEqual(feeds.all?.ids, []);
});

/** A client without a socket, whose feed was reset. Its next read of the feed is answered when `heard` is in an answer with events. */
async function resetPolling(t: TestContext, heard: RegExp) {
  const { server, proxy } = await serveThroughProxy(t);
  const [ann, bob] = await Promise.all(['ann', 'bob'].map((name) => member(server, name)));
  if (!ann || !bob) throw new Error('two members');
  let isHeld = false;
  let [ask, hear] = [() => {}, () => {}];
  const untilAsked = new Promise<void>((resolve) => {
    ask = resolve;
  });
  const untilHeard = new Promise<void>((resolve) => {
    hear = resolve;
  });
  const held = async (address: string, init: RequestInit): Promise<Response> => {
    const answer = await fetch(address, init);
    const text = await answer.text();
    if (address.includes('/v1/events') && heard.test(text)) hear();
    if (isHeld && address.includes('/v1/posts')) {
      ask();
      await untilHeard;
    }
    return new Response(text, { status: answer.status, headers: answer.headers });
  };
  const url = `http://127.0.0.1:${proxy.port}`;
  const followed = new TestClient(t, { url, token: ann.token, WebSocket: null, fetch: held });
  await followed.started();
  await followed.client.feed.open('all');
  /** The client is away for a post that it cannot be told of any more. */
  const missPost = async (body: string) => {
    await proxy.refuse();
    await bob.do('POST', '/posts', { body });
    await server.sql`update streams set floor = head`;
    await proxy.restore();
    followed.client.connectNow();
  };
  await missPost('missed');
  isHeld = true;
  await untilAsked;
  return { server, ann, bob, followed, missPost };
}

test('by long polling, an event that comes while a reset stream is read again is not lost', async (t) => {
  const { server, ann, bob, followed } = await resetPolling(t, /later/);
  await bob.do('POST', '/posts', { body: 'later' });
  await compare(t, server, { followed, token: ann.token, at: 'after the reset' });
});

test('by long polling, a stream that is reset while it is read again goes on from the later position', async (t) => {
  const { server, ann, followed, missPost } = await resetPolling(t, /"reset","stream":"board","seq":2/);
  await missPost('missed too');
  await compare(t, server, { followed, token: ann.token, at: 'after two resets' });
});
