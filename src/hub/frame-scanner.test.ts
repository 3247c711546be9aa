/** Frames are found and counted however they come in pieces. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { frame, OPCODE } from '../../test/support/ws-frames.ts';
import { FrameScanner } from './frame-scanner.ts';

const LENGTHS = [0, 1, 125, 126, 300, 65_535, 65_536, 70_000];

test('frames of every length are counted by kind, wherever chunks are cut', () => {
  const one = fc.record({
    opcode: fc.constantFrom(...Object.values(OPCODE)),
    length: fc.constantFrom(...LENGTHS),
    masked: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(one, { maxLength: 8 }), fc.array(fc.nat(1_000_000), { maxLength: 20 }), (frames, cuts) => {
      const bytes = Buffer.concat(
        frames.map(({ opcode, length, masked }) => frame(opcode, 'x'.repeat(length), { masked })),
      );
      const scanner = new FrameScanner();
      const places = [...new Set([0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length])].sort(
        (a, b) => a - b,
      );
      let quiet = 0;
      let closes = false;
      for (const [index, at] of places.entries()) {
        const chunk = bytes.subarray(at, places[index + 1] ?? at);
        const scan = scanner.scan(chunk, Number.POSITIVE_INFINITY);
        assert.equal(scan.end, chunk.length);
        quiet += scan.quiet;
        closes ||= scan.closes;
      }
      const loud: number[] = [OPCODE.text, OPCODE.binary];
      assert.equal(quiet, frames.filter(({ opcode }) => !loud.includes(opcode)).length);
      assert.equal(
        closes,
        frames.some(({ opcode }) => opcode === OPCODE.close),
      );
    }),
  );
});

test('the part above the limit begins at a frame boundary', () => {
  const text = frame(OPCODE.text, 'hello');
  const bytes = Buffer.concat([text, text, text]);
  assert.equal(new FrameScanner().scan(bytes, 2).end, 2 * text.length);
  assert.equal(new FrameScanner().scan(bytes, 3).end, bytes.length);
});
