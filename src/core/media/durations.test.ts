import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { folder } from '../../../test/support/conditions.ts';
import { wav } from '../../../test/support/sounds.ts';
import { createDurations } from './durations.ts';

const latin = (text: string) => Buffer.from(text, 'latin1');
const number = (value: number, bytes = 4) => Buffer.from(value.toString(16).padStart(bytes * 2, '0'), 'hex');
const little = (value: number, bytes = 4) => number(value, bytes).reverse();

/** A box of MP4. `claimed`: the size that it says it has. */
function box(name: string, content: Buffer, claimed = content.length + 8): Buffer {
  return Buffer.concat([number(claimed), latin(name), content]);
}

/** An element of WebM. */
function element(id: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.from(id.toString(16), 'hex'), number(0x10000000 + content.length), content]);
}

const FTYP = box('ftyp', latin('isom\0\0\0\0isomiso2'));
/** The head of an MP4 with a sound of so many ms. */
function moov(ms: number): Buffer {
  const tkhd = box('tkhd', Buffer.concat([Buffer.alloc(12), number(1), Buffer.alloc(68)]));
  const mdhd = box('mdhd', Buffer.concat([Buffer.alloc(12), number(1_000), number(ms), Buffer.alloc(4)]));
  const hdlr = box('hdlr', Buffer.concat([Buffer.alloc(8), latin('soun'), Buffer.alloc(13)]));
  const mp4a = box(
    'mp4a',
    Buffer.concat([number(1, 8), Buffer.alloc(8), number(2, 2), number(16, 2), Buffer.alloc(8)]),
  );
  const stsz = box('stsz', Buffer.concat([Buffer.alloc(4), number(1), number(1)]));
  const stsd = box('stsd', Buffer.concat([Buffer.alloc(4), number(1), mp4a]));
  return box(
    'moov',
    box(
      'trak',
      Buffer.concat([
        tkhd,
        box('mdia', Buffer.concat([mdhd, hdlr, box('minf', box('stbl', Buffer.concat([stsd, stsz])))])),
      ]),
    ),
  );
}

const WEBM = element(0x1a45dfa3, element(0x4282, latin('webm')));

/** Frames of MPEG-1 layer III, 128 kbit/s, 44.1 kHz: 1,152 samples each. */
function mp3(frames: number): Buffer {
  const frame = Buffer.concat([Buffer.from('fffb9000', 'hex'), Buffer.alloc(413)]);
  return Buffer.concat(Array.from({ length: frames }, () => frame));
}

/** A page of Ogg with a granule position. */
function page(kind: number, granule: number, sequence: number, content: Buffer): Buffer {
  const head = [latin('OggS\0'), number(kind, 1), little(granule, 8), little(7), little(sequence), little(0)];
  return Buffer.concat([...head, number(1, 1), number(content.length, 1), content]);
}

function opus(seconds: number): Buffer {
  const head = Buffer.concat([latin('OpusHead\x01\x01'), little(0, 2), little(48_000), little(0, 3)]);
  const tags = Buffer.concat([latin('OpusTags'), little(0), little(0)]);
  return Buffer.concat([page(2, 0, 0, head), page(0, 0, 1, tags), page(4, seconds * 48_000, 2, Buffer.alloc(9))]);
}

/** Bytes of the last page of `opus`. */
const LAST_PAGE = 37;

function flac(seconds: number): Buffer {
  const rate = 44_100;
  const about = Buffer.concat([number(4_096, 2), number(4_096, 2), Buffer.alloc(6)]);
  const shape = (BigInt(rate) << 44n) | (1n << 41n) | (15n << 36n) | BigInt(seconds * rate);
  return Buffer.concat([
    latin('fLaC\x80\0\0\x22'),
    about,
    Buffer.from(shape.toString(16).padStart(16, '0'), 'hex'),
    Buffer.alloc(16),
  ]);
}

test('the duration is what the file says, and nothing where it lies', async (t) => {
  const place = await folder(t);
  const durationOf = createDurations();
  const segment = (info: Buffer) => Buffer.concat([WEBM, element(0x18538067, element(0x1549a966, info))]);
  const seconds = Buffer.alloc(8);
  seconds.writeDoubleBE(3_500);
  const table = Buffer.alloc(100_000);
  for (const [name, type, bytes, expected] of [
    ['a film', 'video/mp4', Buffer.concat([FTYP, moov(12_500), box('mdat', randomBytes(5_000))]), 12_500],
    ['its head last', 'video/mp4', Buffer.concat([FTYP, box('mdat', randomBytes(5_000)), moov(12_500)]), 12_500],
    ['webm', 'video/webm', segment(element(0x4489, seconds)), 3_500],
    ['wav', 'audio/wav', wav(2), 2_000],
    ['mp3', 'audio/mpeg', mp3(100), 2_612],
    ['opus', 'audio/ogg', opus(3), 3_000],
    ['flac', 'audio/flac', flac(4), 4_000],
    ['nothing', 'video/mp4', Buffer.alloc(0), null],
    ['noise', 'video/mp4', Buffer.concat([FTYP, randomBytes(100_000)]), null],
    ['noise', 'audio/mpeg', Buffer.concat([latin('ID3\x04'), randomBytes(100_000)]), null],
    ['noise', 'video/webm', Buffer.concat([WEBM, randomBytes(100_000)]), null],
    ['noise', 'audio/ogg', Buffer.concat([page(2, 0, 0, Buffer.alloc(9)), randomBytes(100_000)]), null],
    ['another type', 'audio/flac', wav(1), null],
    ['a hundred years', 'video/mp4', Buffer.concat([FTYP, moov(0xffffffff)]), 0xffffffff],
    [
      'a table of 4 GB',
      'video/mp4',
      Buffer.concat([FTYP, box('moov', box('stsz', table, 0xfffffff0), 0xfffffff8)]),
      null,
    ],
    [
      'boxes in boxes',
      'video/mp4',
      Buffer.concat([FTYP, ...Array.from({ length: 5_000 }, () => box('moov', Buffer.alloc(0), 40_000))]),
      null,
    ],
    [
      'endless pages',
      'audio/ogg',
      Buffer.concat([
        opus(0).subarray(0, -LAST_PAGE),
        ...Array.from({ length: 30_000 }, (_, n) => page(0, n * 48_000, n, Buffer.alloc(1))),
      ]),
      null,
    ],
  ] as const) {
    const path = join(place, 'file');
    await writeFile(path, bytes);
    assert.equal(await durationOf(path, type), expected, `${name}, ${type}`);
  }
  assert.equal(await durationOf(join(place, 'missing'), 'video/mp4'), null);
});
