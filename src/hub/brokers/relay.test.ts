import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Exchange, type ExchangeMessage, type Line, LineEnd } from './relay.ts';

const MIB = 1_048_576;
const bundle = (characters: number, streamId = 1) => ({ streamId, parcels: 'x'.repeat(characters) });

/** A line whose far end takes a message when the test says so. */
class HeldLine implements Line {
  readonly messages: ExchangeMessage[] = [];
  readonly #leaving: (() => void)[] = [];
  #listener: (message: ExchangeMessage) => void = () => {};

  send(message: ExchangeMessage, sent: () => void): void {
    this.messages.push(message);
    if (message.kind === 'parcels') this.#leaving.push(sent);
    else sent();
  }

  onMessage(listener: (message: ExchangeMessage) => void): void {
    this.#listener = listener;
  }

  says(message: ExchangeMessage): void {
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
  const line = new HeldLine();
  let overflows = 0;
  const end = new LineEnd(line, () => (overflows += 1));
  end.sendParcels([bundle(15 * MIB), bundle(MIB)]);
  end.sendParcels([bundle(1)]);
  assert.deepEqual([line.messages.length, overflows], [2, 0]);
  end.sendParcels([bundle(1)]);
  end.sendParcels([bundle(1)]);
  assert.deepEqual([line.messages.length, overflows], [2, 1]);
});

test('the far end is told of a loss once, as soon as half of the room is free again', () => {
  const line = new HeldLine();
  let overflows = 0;
  const end = new LineEnd(line, () => (overflows += 1));
  for (const size of [8 * MIB, 1, 8 * MIB]) end.sendParcels([bundle(size)]);
  end.sendParcels([bundle(1)]);
  line.take();
  assert.deepEqual(line.kinds, ['parcels', 'parcels', 'parcels']);
  line.take();
  assert.deepEqual(line.kinds, ['parcels', 'parcels', 'parcels', 'loss']);
  line.take();
  assert.equal(line.messages.length, 4);
  for (const size of [16 * MIB, 1, 1]) end.sendParcels([bundle(size)]);
  assert.equal(overflows, 2);
});

test('a line has drained when the last message has left', async () => {
  const line = new HeldLine();
  const end = new LineEnd(line, () => {});
  assert.equal(await end.drained(), true);
  end.sendParcels([bundle(3)]);
  end.sendParcels([bundle(1)]);
  let drained = 0;
  const waits = [end.drained(), end.drained()].map((wait) => wait.then(() => (drained += 1)));
  line.take();
  waits.push(end.drained().then(() => (drained += 1)));
  await new Promise(setImmediate);
  assert.equal(drained, 0);
  line.take();
  await Promise.all(waits);
  assert.equal(drained, 3);
});

test('a worker gets the bundles of streams that it has subscribed to, until it unsubscribes or leaves; never its own', () => {
  const exchange = new Exchange(() => {});
  const [one, two] = [new HeldLine(), new HeldLine()];
  exchange.join(one);
  const leave = exchange.join(two);
  const parcels = { kind: 'parcels', bundles: [bundle(1, 1), bundle(1, 2)] } as const;
  one.says(parcels);
  assert.deepEqual(two.messages, []);
  for (const line of [one, two]) line.says({ kind: 'subscribe', streamId: 2 });
  one.says(parcels);
  assert.deepEqual(two.messages, [
    { kind: 'subscribed', streamId: 2 },
    { kind: 'parcels', bundles: [bundle(1, 2)] },
  ]);
  one.says({ kind: 'loss' });
  assert.deepEqual(two.kinds, ['subscribed', 'parcels', 'loss']);
  two.says({ kind: 'unsubscribe', streamId: 2 });
  one.says(parcels);
  two.says({ kind: 'subscribe', streamId: 1 });
  leave();
  one.says(parcels);
  one.says({ kind: 'loss' });
  assert.deepEqual(two.kinds, ['subscribed', 'parcels', 'loss', 'subscribed']);
  assert.deepEqual(one.kinds, ['subscribed']);
});

test('what waits for a worker that takes nothing is bounded, and said', () => {
  const warnings: string[] = [];
  const exchange = new Exchange((message) => warnings.push(message));
  const [one, two] = [new HeldLine(), new HeldLine()];
  exchange.join(one);
  exchange.join(two);
  two.says({ kind: 'subscribe', streamId: 1 });
  for (const size of [16 * MIB, 1, 1, 1]) one.says({ kind: 'parcels', bundles: [bundle(size)] });
  assert.deepEqual(two.kinds, ['subscribed', 'parcels', 'parcels']);
  assert.deepEqual(warnings, ['a worker does not keep up: parcels for it are left to the log']);
});
