/** Fuzzes one server with requests and frames concurrently, and watches its log and memory. */
import { photo } from '../support/pictures.ts';
import { type Volleyed, volley } from './frames.ts';
import { type Finding, type Fired, fire } from './http.ts';
import type { Held, Target } from './target.ts';

export type Size = {
  readonly seed: number;
  readonly requests: number;
  readonly frames: number;
  /** Time limit. */
  readonly seconds: number;
  say(line: string): void;
};

export type Report = {
  seed: number;
  seconds: number;
  findings: number;
  http: Fired;
  frames: Volleyed;
  /** At the start, at each quarter of the requests, and at the end, in MB. */
  heap: number[];
  rss: number[];
};

/** Findings shown per kind; the rest are counted. */
const SHOWN = 40;
/** Allowed growth of the heap from the first quarter to the end: a ratio plus bytes. */
const GROWTH = { part: 0.25, bytes: 24 * 2 ** 20 };

export async function fuzz(target: Target, size: Size): Promise<Report> {
  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1_000;
  const memory: Held[] = [await target.held()];
  const kinds = new Map<string, number>();
  let findings = 0;
  const found = (finding: Finding) => {
    findings += 1;
    const kind = finding.problem.split('\n')[0] as string;
    const count = (kinds.get(kind) ?? 0) + 1;
    kinds.set(kind, count);
    if (kinds.size <= SHOWN && count <= 3) size.say(JSON.stringify(finding));
  };
  let measured = 1;
  const prefix = `f${(size.seed % 1_000).toString(36)}`;
  const stopping = () => !target.alive || seconds() > size.seconds;
  const frames = volley(target.url, { seed: size.seed, count: size.frames, prefix, stopping, found });
  const http = await fire(target.url, {
    seed: size.seed,
    count: size.requests,
    files: await files(),
    prefix,
    stopping,
    found,
    progress: async (count) => {
      if (count < (size.requests * measured) / 4) return;
      measured += 1;
      memory.push(await target.held());
    },
  });
  const volleyed = await frames;
  if (!target.alive) found({ problem: `the server is gone\n${target.log}`, case: { seed: size.seed } });
  else memory.push(await target.held());
  for (const [kind, count] of kinds) if (count > 3) size.say(`${count} × ${kind}`);
  if (target.log !== '') size.say(`the server's log:\n${target.log}`);
  const heap = memory.map(({ heapUsed }) => heapUsed);
  const [, first = 0] = heap;
  if ((heap.at(-1) ?? 0) > first * (1 + GROWTH.part) + GROWTH.bytes)
    found({ problem: `the heap grew: ${heap.map(megabytes).join(', ')} MB`, case: { seed: size.seed } });
  const rss = memory.map((held) => megabytes(held.rss));
  return {
    seed: size.seed,
    seconds: Math.round(seconds()),
    findings,
    http,
    frames: volleyed,
    heap: heap.map(megabytes),
    rss,
  };
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 2 ** 20);
}

/** Uploads: pictures, broken pictures, and other files. */
async function files(): Promise<Buffer[]> {
  const png = await photo(8, 8).png().toBuffer();
  const jpeg = await photo(16, 8).jpeg().toBuffer();
  const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>');
  const good = [png, jpeg, png, jpeg].flatMap((file) => [file, file, file]);
  return [...good, png.subarray(0, 40), jpeg.subarray(20), svg, Buffer.alloc(0), Buffer.alloc(3_000, 0xff)];
}
