import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Channel, Endpoint, Relay, type RelayMessage } from './relay.ts';

const MIB = 1_048_576;
const stream = (characters: number, streamId = 1) => ({ streamId, batches: 'x'.repeat(characters) });

/** A channel whose far endpoint takes a message when the test says so. */
class HeldChannel implements Channel {
  readonly messages: RelayMessage[] = [];
  readonly #leaving: (() => void)[] = [];
  #listener: (message: RelayMessage) => void = () => {};

  send(message: RelayMessage, sent: () => void): void {
    this.messages.push(message);
    if (message.kind === 'batches') this.#leaving.push(sent);
    else sent();
  }

  onMessage(listener: (message: RelayMessage) => void): void {
    this.#listener = listener;
  }

  says(message: RelayMessage): void {
    this.#listener(message);
  }

  /** The oldest message leaves. */
  take(): void {
    this.#leaving.shift()?.();
  }

  get kinds(): string[] {
    return this.messages.map(({ kind }) => kind);
  }
}

test('16 MiB may be on their way and one message beyond; what comes then is dropped, and said once', () => {
  const channel = new HeldChannel();
  let overflows = 0;
  const endpoint = new Endpoint(channel, () => (overflows += 1));
  endpoint.sendBatches([stream(15 * MIB), stream(MIB)]);
  endpoint.sendBatches([stream(1)]);
  assert.deepEqual([channel.messages.length, overflows], [2, 0]);
  endpoint.sendBatches([stream(1)]);
  endpoint.sendBatches([stream(1)]);
  assert.deepEqual([channel.messages.length, overflows], [2, 1]);
});

test('the far endpoint is told of a loss once, as soon as half of the room is free again', () => {
  const channel = new HeldChannel();
  let overflows = 0;
  const endpoint = new Endpoint(channel, () => (overflows += 1));
  for (const size of [8 * MIB, 1, 8 * MIB]) endpoint.sendBatches([stream(size)]);
  endpoint.sendBatches([stream(1)]);
  channel.take();
  assert.deepEqual(channel.kinds, ['batches', 'batches', 'batches']);
  channel.take();
  assert.deepEqual(channel.kinds, ['batches', 'batches', 'batches', 'loss']);
  channel.take();
  assert.equal(channel.messages.length, 4);
  for (const size of [16 * MIB, 1, 1]) endpoint.sendBatches([stream(size)]);
  assert.equal(overflows, 2);
});

test('a channel has drained when the last message has left', async () => {
  const channel = new HeldChannel();
  const endpoint = new Endpoint(channel, () => {});
  assert.equal(await endpoint.drained(), true);
  endpoint.sendBatches([stream(3)]);
  endpoint.sendBatches([stream(1)]);
  let drained = 0;
  const waits = [endpoint.drained(), endpoint.drained()].map((wait) => wait.then(() => (drained += 1)));
  channel.take();
  waits.push(endpoint.drained().then(() => (drained += 1)));
  await new Promise(setImmediate);
  assert.equal(drained, 0);
  channel.take();
  await Promise.all(waits);
  assert.equal(drained, 3);
});

test('a worker gets the batches of streams that it has subscribed to, until it unsubscribes or leaves; never its own', () => {
  const relay = new Relay(() => {});
  const [one, two] = [new HeldChannel(), new HeldChannel()];
  relay.join(one);
  const leave = relay.join(two);
  const batches = { kind: 'batches', streams: [stream(1, 1), stream(1, 2)] } as const;
  one.says(batches);
  assert.deepEqual(two.messages, []);
  for (const channel of [one, two]) channel.says({ kind: 'subscribe', streamId: 2 });
  one.says(batches);
  assert.deepEqual(two.messages, [
    { kind: 'subscribed', streamId: 2 },
    { kind: 'batches', streams: [stream(1, 2)] },
  ]);
  one.says({ kind: 'loss' });
  assert.deepEqual(two.kinds, ['subscribed', 'batches', 'loss']);
  two.says({ kind: 'unsubscribe', streamId: 2 });
  one.says(batches);
  two.says({ kind: 'subscribe', streamId: 1 });
  leave();
  one.says(batches);
  one.says({ kind: 'loss' });
  assert.deepEqual(two.kinds, ['subscribed', 'batches', 'loss', 'subscribed']);
  assert.deepEqual(one.kinds, ['subscribed']);
});

test('the backlog of a worker that reads nothing is bounded, and a warning is logged', () => {
  const warnings: string[] = [];
  const relay = new Relay((message) => warnings.push(message));
  const [one, two] = [new HeldChannel(), new HeldChannel()];
  relay.join(one);
  relay.join(two);
  two.says({ kind: 'subscribe', streamId: 1 });
  for (const size of [16 * MIB, 1, 1, 1]) one.says({ kind: 'batches', streams: [stream(size)] });
  assert.deepEqual(two.kinds, ['subscribed', 'batches', 'batches']);
  assert.deepEqual(warnings, ['a worker does not keep up: events are dropped, and it reads them from the log']);
});
