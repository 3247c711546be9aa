// A synthetic phone photo: twelve megapixels, light and shade at several scales, sensor noise, about 5 MB.
import sharp, { type OverlayOptions } from 'sharp';

const SIZE = { width: 4_000, height: 3_000 } as const;
/** Sizes of the patches in pixels. */
const PATCHES = [400, 60, 12];
const SENSOR_NOISE = 15;
const QUALITY = 95;
const [SMALLEST, LARGEST] = [4_700_000, 5_300_000];

export async function makePhoto(): Promise<Buffer> {
  const layers = [];
  for (const size of PATCHES) layers.push(await noise(size, 60));
  layers.push(await noise(1, SENSOR_NOISE));
  const photo = await sharp(Buffer.from(SKY)).composite(layers).removeAlpha().jpeg({ quality: QUALITY }).toBuffer();
  if (photo.length < SMALLEST || photo.length > LARGEST)
    throw new Error(`the photo is not of 5 MB but of ${photo.length} bytes: SENSOR_NOISE says how large it is`);
  return photo;
}

/** Generated small and enlarged, to get patches. */
async function noise(patch: number, sigma: number): Promise<OverlayOptions> {
  const [width, height] = [Math.ceil(SIZE.width / patch), Math.ceil(SIZE.height / patch)];
  const grain = { type: 'gaussian', mean: 128, sigma } as const;
  const small = await sharp({ create: { width, height, channels: 3, background: '#888', noise: grain } })
    .raw()
    .toBuffer();
  const input = await sharp(small, { raw: { width, height, channels: 3 } })
    .resize({ ...SIZE, kernel: 'cubic', fit: 'fill' })
    .raw()
    .toBuffer();
  return { input, raw: { ...SIZE, channels: 3 }, blend: 'soft-light' };
}

const SKY = `<svg xmlns="http://www.w3.org/2000/svg" width="${SIZE.width}" height="${SIZE.height}">
  <linearGradient id="g" x1="0" y1="0" x2="0.3" y2="1">
    <stop offset="0" stop-color="#5b8fd6"/><stop offset="0.55" stop-color="#e8c9a0"/><stop offset="1" stop-color="#3f5a32"/>
  </linearGradient>
  <rect width="100%" height="100%" fill="url(#g)"/></svg>`;
