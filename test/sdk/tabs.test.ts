/** Tabs of one browser share a connection: all are told everything, and another one takes over when its tab ends. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WebSocket } from 'ws';
import type { TabPlatform } from '../../packages/client/src/tabs.ts';
import { startTestServer } from '../support/harness.ts';
import { member } from '../support/koine-people.ts';
import { TestClient } from './clients.ts';

/** Web Locks for one process, which Node.js 20 has none of. */
function platform(): TabPlatform {
  const queues = new Map<string, Promise<unknown>>();
  const request = (name: string, { signal }: { signal: AbortSignal }, work: () => Promise<void>) => {
    const turn = (queues.get(name) ?? Promise.resolve()).then(() => (signal.aborted ? undefined : work()));
    queues.set(name, turn);
    return turn;
  };
  return { BroadcastChannel, navigator: { locks: { request } } };
}

test('tabs share one connection, and none misses anything when another takes over', async (t) => {
  const server = await startTestServer(t);
  const [ann, bob] = [await member(server, 'ann'), await member(server, 'bob')];
  const { id } = await bob.do<{ id: string }>('POST', '/rooms', { kind: 'group', title: 'Tabs', members: [ann.id] });
  const sockets: WebSocket[] = [];
  class CountedSocket extends WebSocket {
    constructor(...words: ConstructorParameters<typeof WebSocket>) {
      super(...words);
      sockets.push(this);
    }
  }
  const openSockets = () => sockets.filter(({ readyState }) => readyState === WebSocket.OPEN);
  const options = { url: server.url, token: ann.token, tabs: platform(), WebSocket: CountedSocket };
  const newTab = async () => {
    const tab = await new TestClient(t, options).started();
    await tab.client.rooms.open(id);
    return tab;
  };
  const bodies = ({ state }: TestClient) => state.timelines[id]?.items.map(({ body }) => body);
  const say = (body: string) => bob.do('POST', `/rooms/${id}/messages`, { body });
  const all = async (tabs: readonly TestClient[], expected: readonly string[]) => {
    for (const tab of tabs) await tab.until(expected.join(), () => bodies(tab)?.length === expected.length);
    for (const tab of tabs) assert.deepEqual(bodies(tab), expected);
  };

  const [first, second, third] = [await newTab(), await newTab(), await newTab()];
  await say('one');
  await all([first, second, third], ['one']);
  assert.equal(openSockets().length, 1);

  // Each is answered what it asked, whoever has the connection.
  const sent = await Promise.all(
    [first, second, third].map((tab, index) => tab.client.messages.send(id, `of ${index}`)),
  );
  assert.deepEqual(sent.map(({ body }) => body).toSorted(), ['of 0', 'of 1', 'of 2']);
  await third.until('all', () => bodies(third)?.length === 4);
  second.client.watch([bob.id]);
  await second.until('presence', ({ state }) => state.people[bob.id]?.online === false);

  // The tab that has the connection ends, and one that slept comes back.
  const before = bodies(third) as string[];
  await first.client.stop();
  await say('two');
  await all([second, third], [...before, 'two']);
  assert.equal(openSockets().length, 1);
  openSockets()[0]?.terminate();
  await say('three');
  await all([second, third], [...before, 'two', 'three']);
  await first.client.start();
  await all([first, second, third], [...before, 'two', 'three']);
  await second.settled();
  assert.equal(openSockets().length, 1);
});
