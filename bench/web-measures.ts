// Measurements of the web suite, each in a scene of its own.
import { get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BrowserContext, Page } from 'playwright-core';
import { untilKept, untilLive } from '../test/support/browser.ts';
import { TcpProxy } from '../test/support/tcp-proxy.ts';
import { pourInto } from './flood.ts';
import { type Figures, latencyOf } from './report.ts';
import { furnish, type Person, type Scene, throttle } from './web-scene.ts';

/** How often what takes a moment is measured. */
export type Measure = (scene: Scene, samples: number) => Promise<Figures>;

const MESSAGE = '.timeline .message';
/** The client keeps its state a second after a change. */
const KEPT_MS = 1_500;
const KIB = 1_024;

export const FLOOD_RATE = 2_000;
const FLOOD_SECONDS = 8;
const KEYSTROKE_MS = 120;
export const LONG = 10_000;
export const ROOMS = 200;
export const RESUMED = { rooms: 50, messages: 200, offlineMs: 60_000 };

/** Opens an address. @returns ms until what the selector matches is painted */
async function open(
  context: BrowserContext,
  address: string,
  selector: string,
  isSlow = false,
): Promise<[number, Page]> {
  const page = await context.newPage();
  if (isSlow) await throttle(page);
  await page.addInitScript(`globalThis.benchShown = bench.shown(${JSON.stringify(selector)})`);
  await page.goto(address, { waitUntil: 'commit' });
  return [await page.evaluate<number>('benchShown'), page];
}

/** With a conversation in the lobby that has been read, as on any day. */
async function talk(ann: Person, bob: Person, count: number): Promise<void> {
  const rooms = Object.values(bob.client.state.rooms);
  const lobby = rooms.find(({ kind }) => kind === 'lobby')?.id as string;
  for (let n = 0; n < count; n++)
    await (n % 3 === 0 ? ann : bob).client.messages.send(lobby, `Message **${n}** of a talk about this and that`);
  await ann.client.rooms.markRead(lobby, count);
}

/** First load and cold start: nothing is known but who one is. */
export const cold: Measure = async (scene, samples) => {
  const [ann, bob] = [await scene.person('ann'), await scene.person('bob')];
  await furnish(ann, bob, 20);
  await talk(ann, bob, 60);
  await bob.client.feed.create({ body: 'What a **day**' });
  const one = async (context: BrowserContext, path: string, selector: string) => {
    const [took, page] = await open(context, `${scene.url}/app${path}`, selector, true);
    const kibibytes = (await firstLoadOf(page)) / KIB;
    await context.close();
    return { took, kibibytes };
  };
  const lobby: number[] = [];
  const feed: number[] = [];
  const stranger: number[] = [];
  let kibibytes = 0;
  for (let n = 0; n < samples; n++) {
    const first = await one(await scene.evicted(ann), '/lobby', MESSAGE);
    lobby.push(first.took);
    kibibytes = first.kibibytes;
    feed.push((await one(await scene.evicted(ann), '/feed', '.post')).took);
    stranger.push((await one(await scene.stranger(), '/', 'form')).took);
  }
  return {
    kibibytes,
    lobbyMs: median(lobby),
    feedMs: median(feed),
    strangerMs: median(stranger),
    maxMs: Math.max(...lobby),
  };
};

/** Bytes of the scripts and styles that a page has loaded so far, as gzip. */
async function firstLoadOf(page: Page): Promise<number> {
  const files = await page.evaluate<string[]>(
    `performance.getEntriesByType('resource').map(({ name }) => name).filter((name) => /[.](js|css)$/.test(name))`,
  );
  const sizes = await Promise.all([...new Set(files)].map(gzipSize));
  return sizes.reduce((sum, size) => sum + size, 0);
}

function gzipSize(url: string): Promise<number> {
  return new Promise((resolve, reject) => {
    get(url, { headers: { 'accept-encoding': 'gzip' } }, (answer) => {
      let size = 0;
      answer.on('data', (chunk: Buffer) => {
        size += chunk.length;
      });
      answer.on('end', () => resolve(size)).on('error', reject);
    }).on('error', reject);
  });
}

/** Somebody comes back to the room that was open last. */
export const warm: Measure = async (scene, samples) => {
  const [ann, bob] = [await scene.person('ann'), await scene.person('bob')];
  await furnish(ann, bob, 20);
  await talk(ann, bob, 60);
  const address = `${scene.url}/app/lobby`;
  const [, first] = await open(ann.context, address, MESSAGE);
  await untilLive(first);
  await untilKept(first);
  await sleep(KEPT_MS);
  await first.close();
  const times: number[] = [];
  for (let n = 0; n < samples; n++) {
    const [took, page] = await open(ann.context, address, MESSAGE);
    times.push(took);
    await page.close();
  }
  return { p50Ms: median(times), maxMs: Math.max(...times) };
};

/** Back and forth between two rooms that are known. */
export const change: Measure = async (scene, samples) => {
  const [ann, bob] = [await scene.person('ann'), await scene.person('bob')];
  const rooms = (await furnish(ann, bob, 20)).slice(-2);
  for (const room of rooms)
    for (let n = 0; n < 60; n++) await bob.client.messages.send(room, `Message **${n}** of this room`);
  const [, page] = await open(ann.context, `${scene.url}/app/rooms/${rooms[0]}`, MESSAGE);
  await untilLive(page);
  const go = (room: string | undefined) =>
    page.evaluate<number>(`bench.follow('.room-line[href$="${room}"]', '.room-line[href$="${room}"][aria-current]') `);
  for (const room of rooms.toReversed()) {
    await go(room);
    await page.locator(MESSAGE).first().waitFor();
    await sleep(500);
  }
  const times: number[] = [];
  for (let n = 1; n <= samples * 4; n++) times.push(await go(rooms[n % 2]));
  return figuresOf(times);
};

/** From the press of Enter in one browser until the message is painted in another. */
export const keyToPixel: Measure = async (scene, samples) => {
  const [ann, bob] = [await scene.person('ann'), await scene.person('bob')];
  const [[, here], [, there]] = await Promise.all([
    open(ann.context, `${scene.url}/app/lobby`, '.composer'),
    open(bob.context, `${scene.url}/app/lobby`, '.composer'),
  ]);
  await Promise.all([untilLive(here), untilLive(there)]);
  const times: number[] = [];
  for (let n = 0; n < samples * 6; n++) {
    const text = `Message ${n} by hand`;
    await here.locator('.composer textarea').fill(text);
    const seen = there.evaluate<number>(`bench.said(${JSON.stringify(text)})`);
    await here.keyboard.press('Enter');
    times.push((await seen) - (await here.evaluate<number>('bench.entered')));
    await sleep(50 + (n % 7) * 5);
  }
  return figuresOf(times.slice(samples));
};

/** The heap after the reader has scrolled through a long room. */
export const heap: Measure = async (scene) => {
  const [ann, bob] = [await scene.person('ann'), await scene.person('bob')];
  const [room = ''] = await furnish(ann, bob, 1);
  const flood = await pourInto(scene.url, [bob], room);
  await flood.count(LONG);
  flood.stop();
  const [, page] = await open(ann.context, `${scene.url}/app/rooms/${room}/${LONG}`, MESSAGE);
  await page.locator(`[data-seq="${LONG}"]`).waitFor();
  await page.mouse.move(640, 400);
  const began = performance.now();
  while ((await page.locator('[data-seq="1"]').count()) === 0) {
    await page.mouse.wheel(0, -3_000);
    if (performance.now() - began > 180_000) throw new Error('the first message was not reached');
  }
  const devTools = await page.context().newCDPSession(page);
  await devTools.send('HeapProfiler.collectGarbage');
  const { usedSize } = await devTools.send('Runtime.getHeapUsage');
  return { mebibytes: usedSize / KIB / KIB, seconds: (performance.now() - began) / 1_000 };
};

/** Typing in a room into which messages pour. */
export const flooded: Measure = async (scene) => {
  const ann = await scene.person('ann');
  const others = [await scene.person('bob'), await scene.person('cyd')] as const;
  const [room = ''] = await furnish(ann, others[0], 1);
  await ann.client.rooms.setMember(room, others[1].client.state.me?.id as string);
  const [, page] = await open(ann.context, `${scene.url}/app/rooms/${room}`, MESSAGE);
  await untilLive(page);
  const flood = await pourInto(scene.url, others, room);
  flood.start(FLOOD_RATE);
  await sleep(2_000);
  const before = flood.sent;
  const began = performance.now();
  const frames = page.evaluate<{ rate: number; longest: number }>(`bench.frames(${FLOOD_SECONDS})`);
  await page.evaluate('bench.keystrokes.length = 0');
  const field = page.locator('.composer textarea');
  for (let n = 0; n < (FLOOD_SECONDS * 1_000) / KEYSTROKE_MS - 5; n++) {
    await field.press('a');
    await sleep(KEYSTROKE_MS - 20);
  }
  const { rate, longest } = await frames;
  const poured = ((flood.sent - before) * 1_000) / (performance.now() - began);
  flood.stop();
  const keystrokes = await page.evaluate<number[]>('bench.keystrokes');
  const { p50, p99, max } = latencyOf(keystrokes);
  return { messages: poured, frames: rate, longestMs: longest, p50Ms: p50, p99Ms: p99, maxMs: max };
};

/** The network is back after a minute: until what was missed is shown. */
export const resume: Measure = async (scene) => {
  const proxy = await TcpProxy.open({ host: '127.0.0.1', port: Number(new URL(scene.url).port) });
  const url = `http://127.0.0.1:${proxy.port}`;
  const [ann, bob] = [await scene.person('ann', url), await scene.person('bob')];
  const rooms = await furnish(ann, bob, RESUMED.rooms);
  const [, page] = await open(ann.context, `${url}/app/rooms/${rooms[0]}`, MESSAGE);
  await untilLive(page);
  await proxy.refuse();
  await ann.context.setOffline(true);
  const back = sleep(RESUMED.offlineMs);
  for (let n = 1; n <= RESUMED.messages; n++)
    await bob.client.messages.send(rooms[n % rooms.length] as string, `Missed message ${n}`);
  await back;
  await proxy.restore();
  const seen = page.evaluate<number>(`bench.said('Missed message ${RESUMED.messages}')`);
  const online = page.evaluate<number>(
    `new Promise((resolve) => addEventListener('online', ({ timeStamp }) => resolve(performance.timeOrigin + timeStamp)))`,
  );
  await ann.context.setOffline(false);
  const took = (await seen) - (await online);
  await page.close();
  await proxy.close();
  return { p50Ms: took };
};

/** All rooms of somebody who has many, as the client asks for them. */
export const sync: Measure = async (scene, samples) => {
  const [ann, bob] = [await scene.person('ann'), await scene.person('bob')];
  await furnish(ann, bob, ROOMS);
  const [, page] = await open(ann.context, `${scene.url}/app/people`, '.people');
  const times: number[] = [];
  let bytes = 0;
  for (let n = 0; n < samples * 4; n++) {
    const [took, size] = await page.evaluate<[number, number]>(SNAPSHOT);
    times.push(took);
    bytes = size;
  }
  return { ...figuresOf(times), kibibytes: bytes / KIB };
};

/** A snapshot with as many rooms as it takes, then the pages that follow. */
const SNAPSHOT = `(async () => {
  performance.clearResourceTimings();
  const read = async (path) => (await fetch('/v1' + path)).json();
  const began = performance.now();
  let { next } = await read('/sync?rooms=99');
  while (next) ({ next } = await read('/rooms?limit=99&cursor=' + next));
  const took = performance.now() - began;
  const bytes = performance.getEntriesByType('resource').reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0);
  return [took, bytes];
})()`;

const median = (times: readonly number[]): number => latencyOf(times).p50;

function figuresOf(times: readonly number[]): Figures {
  const sorted = [...times].sort((a, b) => a - b);
  const { p50, max } = latencyOf(times);
  return { p50Ms: p50, p95Ms: sorted[Math.floor(sorted.length * 0.95)] ?? Number.NaN, maxMs: max };
}
