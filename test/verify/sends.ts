/** Exactly once: sends whose answers are lost at any byte, and which are sent again until they are answered. */
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { Random } from '../fuzz/random.ts';
import { atEnd, type Scope } from '../support/conditions.ts';
import { member } from '../support/koine-people.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';
import type { Place } from './history.ts';
import { targetOf } from './seat.ts';

/** A request and its answer have less. */
const BYTES = 2_400;

type Sending = { readonly port: number; readonly path: string; readonly token: string };

/** @throws AssertionError where a message is there never, twice, or at another place than the answer says */
export async function countedSends(
  scope: Scope,
  { nodes, sql }: Pick<Place, 'nodes' | 'sql'>,
  { seed, count }: { seed: number; count: number },
): Promise<void> {
  const [first] = nodes as [(typeof nodes)[number]];
  const random = new Random(seed, 1);
  const sender = await member(first, `sender${seed}`);
  const room = await sender.do<{ id: string }>('POST', '/rooms', { kind: 'group', title: 'Once', members: [] });
  const proxies = await Promise.all(nodes.map((node) => TcpProxy.open(targetOf(node))));
  for (const proxy of proxies) atEnd(scope, () => proxy.close());
  const answered: [seq: number, body: string][] = [];
  let lost = 0;
  for (let index = 0; index < count; index += 1) {
    const body = `message ${index}`;
    for (let seq: number | null = null; seq === null; ) {
      const proxy = random.pick(proxies);
      void proxy.cutNextAfter(random.below(BYTES));
      const sending = { port: proxy.port, path: `/v1/rooms/${room.id}/messages`, token: sender.token };
      seq = await send(sending, `key-${index}`, body);
      if (seq === null) lost += 1;
      else answered.push([seq, body]);
    }
  }
  const stored = await sql<{ seq: number; body: string }[]>`
    select m.seq, m.body from messages m join rooms r on r.id = m.room_id where r.uid = ${room.id} order by m.seq`;
  assert.deepEqual(
    stored.map(({ seq, body }) => [Number(seq), body]),
    answered,
  );
  assert.ok(lost > count / 4, `only ${lost} answers were lost`);
}

/** @returns the message's seq; null: there is no answer */
async function send({ port, path, token }: Sending, key: string, body: string): Promise<number | null> {
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    'idempotency-key': key,
  };
  const answer = await new Promise<[status: number | undefined, body: string] | null>((resolve) => {
    const fail = () => resolve(null);
    const call = request({ host: '127.0.0.1', port, path, method: 'POST', headers, agent: false }, (response) => {
      text(response).then((all) => resolve([response.statusCode, all]), fail);
    });
    call.on('error', fail).end(JSON.stringify({ body }));
  });
  if (answer === null) return null;
  assert.equal(answer[0], 201, answer[1]);
  return (JSON.parse(answer[1]) as { seq: number }).seq;
}
