/** Generated pictures for tests. */
import { crc32 } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';

const LEFT = '#c02020';
const RIGHT = '#2040c0';

/** Left half red, right half blue. */
export function halves(width: number, height: number): Sharp {
  const half = { create: { width: Math.ceil(width / 2), height, channels: 3, background: RIGHT } } as const;
  return sharp({ create: { width, height, channels: 3, background: LEFT } }).composite([
    { input: half, left: Math.floor(width / 2), top: 0 },
  ]);
}

/** Sensor noise, which does not compress. */
export function photo(width: number, height: number): Sharp {
  const noise = { type: 'gaussian', mean: 128, sigma: 25 } as const;
  return sharp({ create: { width, height, channels: 3, background: '#888', noise } });
}

/** A phone's JPEG: rotated, with location and owner in its metadata. */
export async function phoneJpeg(width = 640, height = 480): Promise<Buffer> {
  return halves(width, height)
    .jpeg()
    .withExif({
      IFD0: { Artist: 'Erika Mustermann', Make: 'Telefon' },
      IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '52/1 31/1 12/1', GPSLongitudeRef: 'E', GPSLongitude: '13/1 24/1 0/1' },
    })
    .withMetadata({ orientation: 6 })
    .toBuffer();
}

export async function animated(kind: 'gif' | 'webp', { width = 60, height = 40, frames = 5 } = {}): Promise<Buffer> {
  const inputs = await Promise.all(
    Array.from({ length: frames }, (_, i) =>
      sharp({ create: { width, height, channels: 3, background: { r: (i * 50) % 256, g: 90, b: 30 } } })
        .png()
        .toBuffer(),
    ),
  );
  return sharp(inputs, { join: { animated: true } })
    .toFormat(kind, { delay: inputs.map(() => 80), loop: 0 })
    .toBuffer();
}

/** A PNG header that declares this size, with hardly any data. */
export function pngHead(width: number, height: number): Buffer {
  const size = Buffer.alloc(13);
  size.writeUInt32BE(width, 0);
  size.writeUInt32BE(height, 4);
  size.set([8, 2], 8);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1A\n', 'latin1'),
    chunk('IHDR', size),
    chunk('IDAT', Buffer.from('789c6300', 'hex')),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** An animated PNG of identical frames, made from a still one, whose pixels are its first frame. */
export function animatedPng(still: Buffer, frames: number): Buffer {
  const [width, height] = [still.readUInt32BE(16), still.readUInt32BE(20)];
  const body = still.indexOf('IDAT') - 4;
  const end = still.indexOf('IEND') - 4;
  const pixels = still.subarray(body + 8, end - 4);
  const shown = Array.from({ length: frames }, (_, i) => [
    chunk('fcTL', numbers(i === 0 ? 0 : 2 * i - 1, width, height, 0, 0, (1 << 16) | 10, 0).subarray(0, 26)),
    i === 0 ? chunk('IDAT', pixels) : chunk('fdAT', Buffer.concat([numbers(2 * i), pixels])),
  ]);
  const start = still.subarray(0, body);
  return Buffer.concat([start, chunk('acTL', numbers(frames, 0)), ...shown.flat(), still.subarray(end)]);
}

function numbers(...values: number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [i, value] of values.entries()) bytes.writeUInt32BE(value, 4 * i);
  return bytes;
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}

/** An empty zip. */
export const ZIP = Buffer.concat([Buffer.from('PK\x05\x06', 'latin1'), Buffer.alloc(18)]);
export const SVG = Buffer.from(
  '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>',
);
