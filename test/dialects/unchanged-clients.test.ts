/** Clients written for the published APIs, unchanged, through heartbeats, refusals and restarts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BoardClient } from '../clients/board-client.ts';
import { type LoungeClient, startLoungeClient } from '../clients/lounge-client.ts';
import { signInToRelay, startRelayClient } from '../clients/relay-client.ts';
import { startServerWith, startTestServer, withQuickHeartbeat } from '../support/harness.ts';

/** The heartbeats of ten minutes. */
const BEATS = 20;

test('clients of relay, lounge and board survive ten minutes of heartbeats, refusals and a restart', async (t) => {
  const server = await startTestServer(t, {}, withQuickHeartbeat);
  const ann = await startRelayClient(t, server, 'ann');
  const bob: LoungeClient = await startLoungeClient(t, server, 'Bob');
  const cem = new BoardClient(t, server);
  await cem.signUp('cem');
  cem.open(server);
  await bob.join(server);
  ann.say('before');
  await Promise.all([ann.shows('before'), bob.hears('before')]);

  await bob.until(`${BEATS} heartbeats`, ({ pings }) => pings >= BEATS);

  for (const [text, why] of [
    [' ', 'text must not be blank'],
    ['x'.repeat(4_001), 'text must have at most 4000 characters'],
  ] as const) {
    ann.say(text);
    assert.deepEqual({ ...(await ann.shows(why)), timestamp: 0 }, { from: '', body: why, timestamp: 0, error: why });
    bob.say(text);
    await cem.post(text);
    assert.notEqual(cem.alert, '');
  }
  ann.say('after');
  await Promise.all([ann.shows('after'), bob.hears('after')]);
  bob.say('from lounge');
  assert.equal((await ann.shows('from lounge')).from, 'Bob');
  assert.ok(bob.here.has('ann') && bob.here.has('Bob'));
  await cem.post('a thread');
  await cem.comment(await cem.shows('a thread'), 'a reply');
  await cem.shows('a reply');
  assert.equal(ann.ended, null);

  await server.close();
  await ann.until('the goodbye', ({ ended }) => ended === 'a close');
  await bob.until('the goodbye', ({ connected }) => !connected);
  const restarted = await startServerWith(t, { ...server.settings });
  const back = await signInToRelay(t, restarted, { username: 'ann', password: 'relay pw' });
  cem.open(restarted);
  await bob.join(restarted);
  back.say('back');
  await Promise.all([back.shows('back'), bob.hears('back')]);
  assert.deepEqual(
    back.shown.map(({ from, body }) => `${from}: ${body}`),
    ['ann: before', 'ann: after', 'Bob: from lounge', 'ann: back'],
  );
  await cem.post('another thread');
  await cem.shows('another thread');
});
