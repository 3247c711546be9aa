/** A share of `npm run test:verify`, on one node, with fixed seeds: that one draws others. */
import { test } from 'node:test';
import { startTestServer } from '../support/harness.ts';
import { playHistory } from '../verify/history.ts';
import { countedSends } from '../verify/sends.ts';

const SEED = 1;
const HISTORIES = 2;
const SENDS = 100;

test('whatever happens to people and connections, clients know what new ones read', async (t) => {
  const server = await startTestServer(t);
  const place = { nodes: [server], sql: server.sql, faults: [] };
  for (let seed = SEED; seed < SEED + HISTORIES; seed += 1) await playHistory(t, place, seed);
  await countedSends(t, place, { seed: SEED, count: SENDS });
});
