/** Peers that vanish without closing, on relay's sockets, which are never pinged. */
import assert from 'node:assert/strict';
import { suite, type TestContext, test } from 'node:test';
import { eventually } from '../support/conditions.ts';
import { startTestServer, type TestServer } from '../support/harness.ts';
import { NEEDS_NETWORKS, OtherNetwork } from '../support/network.ts';
import { connect, relaySignIn, relayToken, relayUser } from '../support/people.ts';

/** Sends its token and keeps reading. */
const CLIENT = `const { WebSocket } = require('ws');
  const ws = new WebSocket(process.argv[1] + '/connect');
  ws.on('open', () => ws.send(process.argv[2]));
  ws.on('error', () => {});`;

/** Between two sign-ins, in ms: each hashes a password. */
const PAUSE = 100;

async function comeIn(t: TestContext, network: OtherNetwork, server: TestServer, name: string): Promise<void> {
  network.spawn(t, [process.execPath, '-e', CLIENT, server.wsUrl, await relayToken(server, name)]);
  await eventually(`${name} to be in`, async () => (await relaySignIn(server, name)).status === 409, PAUSE);
}

function untilOut(server: TestServer, name: string): Promise<boolean> {
  return eventually(`${name} to be out`, async () => (await relaySignIn(server, name)).status === 200, PAUSE);
}

// Without keep-alive settings, an idle peer is detected after two hours, and a written one after a quarter of an hour.
suite('a relay client that vanishes', { concurrency: true, ...NEEDS_NETWORKS }, () => {
  for (const family of ['ipv4', 'ipv6'] as const)
    test(`is disconnected soon after a message to it, while an idle one is not (${family})`, async (t) => {
      const network = new OtherNetwork(t);
      const server = await startTestServer(t, { HOST: network.here[family], SOCKET_HEARTBEAT: '1' });
      await comeIn(t, network, server, 'ann');
      const bob = await relayUser(t, server, 'bob');
      network.cut();
      bob.send('is anybody there?');
      await untilOut(server, 'ann');
      assert.equal((await relaySignIn(server, 'bob')).status, 409);
      assert.equal(bob.closed, null);
    });

  test('is disconnected soon without any messages', async (t) => {
    const network = new OtherNetwork(t);
    const server = await startTestServer(t, { HOST: network.here.ipv4, SOCKET_HEARTBEAT: '1' });
    await comeIn(t, network, server, 'ann');
    network.cut();
    await untilOut(server, 'ann');
    await connect(t, server, (await relaySignIn(server, 'ann')).body);
  });
});
