/** Whether a client that follows the events knows what a new one reads. */
import assert from 'node:assert/strict';
import type { FeedName, State } from '../../packages/client/src/state.ts';
import type { Scope } from '../support/conditions.ts';
import type { TestServer } from '../support/harness.ts';
import { secondClient, type TestClient } from './clients.ts';
import { comparable } from './projection.ts';

type Comparison = { readonly followed: TestClient; readonly token: string; readonly at: string };

/** Waits until it could know, then fails if it does not. */
export async function compare(
  t: Scope,
  server: Pick<TestServer, 'url'>,
  { followed, token, at }: Comparison,
): Promise<void> {
  await followed.settled();
  const fresh = await secondClient(t, { url: server.url, token });
  const heads = fresh.state.positions;
  const isThere = ({ state }: TestClient) =>
    Object.entries(heads).every(([stream, seq]) => (state.positions[stream] ?? 0) >= seq);
  await followed.until(`the positions ${JSON.stringify(heads)} (${at})`, isThere);
  await followed.settled();
  await readAs(fresh, followed.state);
  const [known, read] = [followed.state, fresh.state];
  assert.deepEqual(comparable(known, read), comparable(read, known), at);
  await fresh.client.stop();
}

/** Reads what the other client shows. */
async function readAs({ client }: TestClient, known: State): Promise<void> {
  for (const [room, { items }] of Object.entries(known.timelines)) {
    await client.rooms.openNewest(room);
    const first = items[0]?.seq ?? Number.POSITIVE_INFINITY;
    for (let window = client.state.timelines[room]; window && !window.atStart; window = client.state.timelines[room]) {
      if (window.before <= first) break;
      await client.rooms.older(room);
    }
  }
  for (const name of Object.keys(known.feeds)) await client.feed.open(name as FeedName);
  for (const post of Object.keys(known.threads)) await client.feed.openComments(post);
  if (known.friends) await client.people.openFriends();
  if (known.blocks) await client.people.openBlocks();
  if (known.notifications.items) await client.notifications.open();
}
