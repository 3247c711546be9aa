import assert from 'node:assert/strict';
import type { Writable } from 'node:stream';
import { test } from 'node:test';
import * as ws from 'ws';
import { frameText } from './frame.ts';

/** Missing in the types of ws. */
const { Receiver } = ws as unknown as { Receiver: new () => Writable };

/** The messages that a client reads from these bytes. */
function parse(bytes: Buffer): Promise<{ text: string; isBinary: boolean }[]> {
  const found: { text: string; isBinary: boolean }[] = [];
  const receiver = new Receiver();
  receiver.on('message', (data: Buffer, isBinary: boolean) => found.push({ text: data.toString(), isBinary }));
  return new Promise((resolve, reject) => {
    receiver.on('error', reject);
    receiver.write(bytes, () => resolve(found));
  });
}

for (const length of [0, 1, 125, 126, 127, 65_535, 65_536, 200_000])
  test(`a text of ${length} bytes is read back as it was`, async () => {
    const text = 'x'.repeat(length);
    assert.deepEqual(await parse(frameText(text)), [{ text, isBinary: false }]);
  });

test('lengths are counted in bytes, not characters', async () => {
  for (const text of ['ж'.repeat(62), 'ж'.repeat(63), '€'.repeat(21_845), '😀'.repeat(16_384), 'half \ud800'])
    assert.deepEqual(await parse(frameText(text)), [{ text: text.toWellFormed(), isBinary: false }]);
});

test('frames may follow each other in one piece of memory', async () => {
  const texts = ['', 'a', 'b'.repeat(126), 'c'.repeat(70_000), 'd'];
  const found = await parse(Buffer.concat(texts.map(frameText)));
  assert.deepEqual(
    found.map(({ text }) => text),
    texts,
  );
});
