/** Encoding of uploaded pictures. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { type TestContext, test } from 'node:test';
import sharp from 'sharp';
import { folder } from '../../../test/support/conditions.ts';
import { animated, animatedPng, halves, phoneJpeg, photo, pngHead, SVG, ZIP } from '../../../test/support/pictures.ts';
import { createImages, type MadeImage } from './images.ts';

const LIMIT = 50_000_000;
const images = createImages(LIMIT);

type Made = MadeImage & { picture: Buffer; preview: Buffer };

async function make(t: TestContext, picture: Buffer, { maxSide = 2_048, by = images } = {}): Promise<Made> {
  const place = await folder(t);
  const output = { path: `${place}/out`, previewPath: `${place}/preview`, maxSide };
  await writeFile(`${place}/in`, picture);
  const made = await by.make(`${place}/in`, output);
  return { ...made, picture: await readFile(output.path), preview: await readFile(output.previewPath) };
}

const refused = (code: 'unsupported_media_type' | 'too_large', message: RegExp) => ({ code, message });

for (const [kind, ending, picture] of [
  ['JPEG', 'jpg', () => halves(300, 200).jpeg().toBuffer()],
  ['PNG', 'png', () => halves(300, 200).png().toBuffer()],
  ['PNG of 16 bits', 'png', () => halves(300, 200).toColourspace('rgb16').png().toBuffer()],
  ['grey PNG', 'png', () => halves(300, 200).greyscale().png().toBuffer()],
  ['PNG with a palette', 'png', () => halves(300, 200).png({ palette: true }).toBuffer()],
  ['WebP', 'webp', () => halves(300, 200).webp().toBuffer()],
  ['WebP without loss', 'webp', () => halves(300, 200).webp({ lossless: true }).toBuffer()],
  ['GIF', 'png', () => halves(300, 200).gif().toBuffer()],
  ['AVIF', 'webp', () => halves(300, 200).avif({ effort: 0 }).toBuffer()],
  ['JPEG for print (CMYK)', 'jpg', () => halves(300, 200).toColourspace('cmyk').jpeg().toBuffer()],
] as const)
  test(`a ${kind} becomes a .${ending} of the same size and colours, with a WebP preview`, async (t) => {
    const made = await make(t, await picture());
    assert.deepEqual([made.ending, made.width, made.height], [ending, 300, 200]);
    assert.equal(made.bytes, made.picture.length + made.preview.length);
    const metadata = await sharp(made.picture).metadata();
    assert.equal(metadata.format, ending === 'jpg' ? 'jpeg' : ending);
    assert.deepEqual([metadata.width, metadata.height, metadata.depth], [300, 200, 'uchar']);
    assert.equal((await sharp(made.preview).metadata()).format, 'webp');
    if (kind === 'grey PNG') return;
    const [left, right] = await colours(made.picture);
    assert.ok(left[0] > 120 && left[2] < 110, `left is red: ${left}`);
    assert.ok(right[2] > 120 && right[0] < 110, `right is blue: ${right}`);
  });

test('a phone’s photo is rotated, and loses its location, camera and owner', async (t) => {
  const sent = await phoneJpeg(640, 480);
  const before = await sharp(sent).metadata();
  assert.equal(before.orientation, 6);
  assert.ok(before.exif?.includes('Erika') && (before.exif.length ?? 0) > 100);
  const made = await make(t, sent);
  assert.deepEqual([made.width, made.height], [480, 640]);
  for (const bytes of [made.picture, made.preview]) {
    const { exif, xmp, iptc, icc, orientation, width, height } = await sharp(bytes).metadata();
    assert.deepEqual({ exif, xmp, iptc, icc, orientation }, NOTHING);
    assert.ok(height > width);
    for (const trace of ['Exif', 'GPS', 'Erika', 'Telefon']) assert.ok(!bytes.includes(trace), trace);
  }
  const { data, info } = await sharp(made.picture).raw().toBuffer({ resolveWithObject: true });
  const at = (x: number, y: number) => data.subarray((y * info.width + x) * 3, (y * info.width + x) * 3 + 3);
  assert.ok((at(200, 60)[0] as number) > 150, 'what was left is on top');
  assert.ok((at(200, 580)[2] as number) > 150, 'what was right is below');
});

const NOTHING = { exif: undefined, xmp: undefined, iptc: undefined, icc: undefined, orientation: undefined };

test('metadata of every kind of file is dropped', async (t) => {
  const exif = { IFD0: { Artist: 'Erika Mustermann' } };
  for (const kind of ['jpeg', 'png', 'webp', 'avif'] as const) {
    const xmp = '<x:xmpmeta xmlns:x="adobe:ns:meta/"><a>Mustermann</a></x:xmpmeta>';
    const sent = await halves(64, 64).withExif(exif).withXmp(xmp).toFormat(kind).toBuffer();
    assert.ok(sent.includes('Mustermann'), kind);
    const { picture, preview } = await make(t, sent);
    assert.ok(!picture.includes('Mustermann') && !preview.includes('Mustermann'), kind);
  }
});

for (const [kind, wide] of [
  ['JPEG', () => halves(64, 64).withIccProfile('p3').jpeg({ quality: 100, chromaSubsampling: '4:4:4' })],
  ['PNG', () => halves(64, 64).withIccProfile('p3').png()],
  ['PNG of 16 bits', () => halves(64, 64).toColourspace('rgb16').withIccProfile('p3').png()],
  ['WebP', () => halves(64, 64).withIccProfile('p3').webp({ lossless: true })],
  ['AVIF', () => halves(64, 64).withIccProfile('p3').avif({ effort: 0, lossless: true })],
] as const)
  test(`the colours of a ${kind} of a wide gamut are converted, not relabelled`, async (t) => {
    const sent = await wide().toBuffer();
    assert.ok((await sharp(sent).metadata()).icc);
    const made = await make(t, sent);
    assert.equal((await sharp(made.picture).metadata()).icc, undefined);
    for (const bytes of [made.picture, made.preview]) {
      const [left] = await colours(bytes);
      assert.ok(Math.abs(left[0] - 0xc0) <= 6 && Math.abs(left[1] - 0x20) <= 6, String(left));
    }
  });

test('a large picture is scaled down, a small one is not scaled up', async (t) => {
  const large = await make(t, await halves(2_200, 1_100).jpeg().toBuffer());
  assert.deepEqual([large.width, large.height], [2_048, 1_024]);
  const preview = await sharp(large.preview).metadata();
  assert.deepEqual([preview.width, preview.height], [320, 160]);
  const small = await make(t, await halves(10, 20).png().toBuffer());
  assert.deepEqual([small.width, small.height], [10, 20]);
  assert.equal((await sharp(small.preview).metadata()).width, 10);
  const avatar = await make(t, await halves(1_000, 2_000).webp().toBuffer(), { maxSide: 512 });
  assert.deepEqual([avatar.width, avatar.height], [256, 512]);
});

test('a picture may be as long as its pixels allow', async (t) => {
  for (const [kind, width, height] of [
    ['png', 60_000, 100],
    ['png', 10, 200_000],
    ['jpeg', 65_000, 12],
    ['webp', 16_383, 20],
  ] as const) {
    const made = await make(t, await halves(width, height).toFormat(kind).toBuffer());
    const [long, short] = [Math.max(width, height), Math.min(width, height)];
    const scaled = Math.max(1, Math.round((short * 2_048) / long));
    assert.deepEqual([made.width, made.height], width > height ? [2_048, scaled] : [scaled, 2_048]);
    const preview = await sharp(made.preview).metadata();
    assert.equal(Math.max(preview.width, preview.height), 320);
  }
});

for (const [what, file] of [
  ['PNG', async () => animatedPng(await halves(60, 40).png().toBuffer(), 3)],
  ['AVIF', async () => Buffer.from('\0\0\0\x2cftypavis\0\0\0\0avifavismsf1iso8mif1miafMA1B', 'latin1')],
] as const)
  test(`an animated ${what} is refused, because its animation would be lost`, async (t) => {
    await assert.rejects(make(t, await file()), refused('unsupported_media_type', /must be GIF or WebP/));
  });

test('an animated PNG of one frame is a picture like any other', async (t) => {
  const made = await make(t, animatedPng(await halves(60, 40).png().toBuffer(), 1));
  assert.deepEqual([made.ending, made.width, made.height], ['png', 60, 40]);
});

test('bytes after the end of a picture are ignored', async (t) => {
  const pictures = {
    ...Object.fromEntries(
      await Promise.all(
        (['jpeg', 'png', 'webp', 'gif', 'avif'] as const).map(async (kind) => [
          kind,
          await halves(60, 40).toFormat(kind).toBuffer(),
        ]),
      ),
    ),
    'moving gif': await animated('gif'),
    'moving webp': await animated('webp'),
  } as Record<string, Buffer>;
  const video = Buffer.from('\0\0\0\x18ftypmp42\0\0\0\0isommp42\0\0\0\x08mdat', 'latin1');
  const behind = { 'line ends': Buffer.from('\r\n\n'), zeros: Buffer.alloc(600), video, zip: ZIP };
  for (const [kind, picture] of Object.entries(pictures))
    for (const [what, bytes] of Object.entries({ ...behind, 'another picture': pictures.jpeg as Buffer })) {
      const made = await make(t, Buffer.concat([picture, bytes]));
      assert.deepEqual([made.width, made.height], [60, 40], `${kind} and ${what}`);
      assert.equal((await sharp(made.picture).metadata()).pages ?? 1, kind.startsWith('moving') ? 5 : 1);
    }
});

test('transparency is kept', async (t) => {
  const background = { r: 255, g: 0, b: 0, alpha: 0.5 };
  const clear = () => sharp({ create: { width: 40, height: 40, channels: 4, background } });
  for (const sent of [
    await clear().png().toBuffer(),
    await clear().webp().toBuffer(),
    await clear().avif().toBuffer(),
  ]) {
    const { picture, preview } = await make(t, sent);
    for (const bytes of [picture, preview]) {
      const { data } = await sharp(bytes).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
      assert.ok(Math.abs((data[3] as number) - 128) < 4, `alpha is ${data[3]}`);
    }
  }
});

for (const kind of ['gif', 'webp'] as const)
  test(`an animated ${kind} keeps its frames and delays, and its preview is a still`, async (t) => {
    const made = await make(t, await animated(kind));
    assert.deepEqual([made.ending, made.width, made.height], ['webp', 60, 40]);
    const { pages, delay, loop, pageHeight } = await sharp(made.picture, { animated: true }).metadata();
    assert.deepEqual(
      { pages, delay, loop, pageHeight },
      { pages: 5, delay: [80, 80, 80, 80, 80], loop: 0, pageHeight: 40 },
    );
    const preview = await sharp(made.preview).metadata();
    assert.deepEqual([preview.pages ?? 1, preview.width, preview.height], [1, 60, 40]);
  });

test('an animation is scaled down frame by frame', async (t) => {
  const made = await make(t, await animated('gif', { width: 400, height: 200, frames: 3 }), { maxSide: 100 });
  assert.deepEqual([made.width, made.height], [100, 50]);
  assert.equal((await sharp(made.picture, { animated: true }).metadata()).pages, 3);
});

for (const [what, file] of [
  ['an SVG', SVG],
  ['a zip', ZIP],
  ['a PDF', Buffer.from('%PDF-1.7\n%âãÏÓ\n1 0 obj\n<<>>\nendobj\n')],
  ['HTML', Buffer.from('<!doctype html><script>alert(1)</script>')],
  ['an empty file', Buffer.alloc(0)],
  ['one byte', Buffer.from([0xff])],
  ['a HEIC', Buffer.from('\0\0\0\x1cftypheic\0\0\0\0mif1heicmiaf', 'latin1')],
  ['an MP4', Buffer.from('\0\0\0\x18ftypisom\0\0\0\0isommp42', 'latin1')],
  ['a TIFF', Buffer.from('II*\0\x08\0\0\0\0\0', 'latin1')],
  ['a BMP', Buffer.from('BM\x3a\0\0\0\0\0\0\0\x36\0\0\0', 'latin1')],
  ['a zip that ends as a picture', Buffer.concat([ZIP, Buffer.from('\xff\xd8\xff\xe0', 'latin1')])],
] as const)
  test(`${what} is not a picture`, async (t) => {
    await assert.rejects(make(t, file), refused('unsupported_media_type', /must be JPEG, PNG, WebP, GIF or AVIF/));
  });

test('a TIFF of pixels and a HEIF that calls itself AVIF reach no decoder', async (t) => {
  await assert.rejects(
    make(t, Buffer.concat([Buffer.from('\0\0\0\x1cftypavif\0\0\0\0mif1avifmiaf', 'latin1'), Buffer.alloc(500)])),
    refused('unsupported_media_type', /damaged/),
  );
  const tiff = await halves(10, 10).tiff().toBuffer();
  await assert.rejects(make(t, tiff), refused('unsupported_media_type', /must be/));
  await assert.rejects(sharp(tiff).metadata(), /unsupported|blocked/i);
});

test('of a picture with another file appended only the pixels are kept', async (t) => {
  const secret = Buffer.from('PK\x03\x04<script>hidden</script>', 'latin1');
  for (const kind of ['jpeg', 'png', 'webp'] as const) {
    const made = await make(t, Buffer.concat([await halves(50, 50).toFormat(kind).toBuffer(), secret, ZIP]));
    assert.ok(!made.picture.includes('hidden') && !made.preview.includes('hidden'), kind);
  }
});

for (const kind of ['jpeg', 'png', 'webp', 'avif', 'gif'] as const)
  test(`a truncated ${kind} is refused as damaged, wherever the cut is`, async (t) => {
    const whole = await photo(200, 150).toFormat(kind).toBuffer();
    for (const part of [0.05, 0.3, 0.6, 0.95]) {
      const cut = whole.subarray(0, Math.floor(whole.length * part));
      await assert.rejects(make(t, cut), refused('unsupported_media_type', /damaged or incomplete/), `${part}`);
    }
  });

test('a GIF truncated between two frames is refused as damaged', async (t) => {
  const whole = await animated('gif', { frames: 8 });
  const frame = whole.lastIndexOf(Buffer.from('21f904', 'hex'));
  await assert.rejects(make(t, whole.subarray(0, frame)), refused('unsupported_media_type', /damaged or incomplete/));
});

// The others have no checksums: there it is spots in the picture.
test('a PNG with random bytes in it is refused as damaged', async (t) => {
  const noise = await photo(200, 150).png().toBuffer();
  for (let i = Math.floor(noise.length / 2); i < noise.length; i++) noise[i] = (i * 7919) % 251;
  await assert.rejects(make(t, noise), refused('unsupported_media_type', /damaged/));
});

test('a decompression bomb is refused before it is decoded', async (t) => {
  const before = process.memoryUsage.rss();
  for (const [width, height] of [
    [50_000, 50_000],
    [8_000, 8_000],
    [1_000_000, 51],
    [51, 1_000_000],
  ] as const)
    await assert.rejects(
      make(t, pngHead(width, height)),
      refused('too_large', /too many pixels/),
      `${width}×${height}`,
    );
  assert.ok(process.memoryUsage.rss() - before < 50_000_000);
});

test('the pixels of all frames count together', async (t) => {
  const few = createImages(20_000);
  const moving = await animated('gif', { width: 100, height: 50, frames: 5 });
  await assert.rejects(make(t, moving, { by: few }), refused('too_large', /too many pixels/));
  await make(t, await animated('gif', { width: 100, height: 50, frames: 3 }), { by: few });
});

test('pictures wait in a bounded queue; when it is full, the next one is refused with overloaded', async (t) => {
  const place = await folder(t);
  await writeFile(`${place}/in`, await halves(60, 40).jpeg().toBuffer());
  const made = Array.from({ length: 400 }, (_, i) =>
    images.make(`${place}/in`, { path: `${place}/o${i}`, previewPath: `${place}/p${i}`, maxSide: 100 }),
  );
  const results = await Promise.allSettled(made);
  const refusals = results.filter((result) => result.status === 'rejected').map(({ reason }) => reason);
  assert.ok(refusals.length > 200 && refusals.length < 300, String(refusals.length));
  for (const reason of refusals) assert.equal(reason.code, 'overloaded');
});

/** The colours in the middle of the left and of the right half. */
async function colours(picture: Buffer): Promise<[Rgb, Rgb]> {
  const { data, info } = await sharp(picture)
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const row = Math.floor(info.height / 2) * info.width;
  const at = (x: number) => [...data.subarray((row + x) * 3, (row + x) * 3 + 3)] as Rgb;
  return [at(Math.floor(info.width / 4)), at(Math.floor((info.width * 3) / 4))];
}

type Rgb = [number, number, number];
