// The social suite: concurrent uploads of large photos during a chat; measures memory, event loop delay, and chat
// latency.
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EchoOrder, EchoReport } from './chat-echo.ts';
import { withDatabase } from './database.ts';
import { OrderedProcess } from './orders.ts';
import { makePhoto } from './photo.ts';
import { peakResidentBytes, residentBytes } from './process-stats.ts';
import { commonFigures, cpuColumns, emptySeries, type Series } from './report.ts';
import type { Server } from './servers.ts';
import type { Case, Options, Stage, Suite } from './suite.ts';
import type { Uploader, UploadOrder, UploadReport } from './upload-load.ts';

const AT_ONCE = 20;
const PASSWORD = 'correct horse battery';
const MIB = 1024 * 1024;

export const social: Suite = {
  cases: (stage, options) => ({ uploads: uploads(new Social(stage), scaleOf(options)) }),
};

type Scale = ReturnType<typeof scaleOf>;

function scaleOf({ quick, repeat, uploads, seconds }: Options) {
  return {
    repetitions: repeat ?? (quick ? 1 : 3),
    uploads: uploads ?? (quick ? 40 : 200),
    /** Baseline of the chat before the uploads. */
    idleSeconds: seconds ?? (quick ? 1 : 4),
  };
}

function uploads(bench: Social, scale: Scale): Case {
  return {
    title: `${scale.uploads} posts with a photo of 5 MB each, ${AT_ONCE} at a time, while a chat echoes`,
    settings: { ...scale, atOnce: AT_ONCE },
    servers: ['koine'],
    columns: [
      { heading: 'uploads/s', figure: 'uploadsPerSecond', digits: 2 },
      { heading: 'upload p50 ms', figure: 'p50Ms', digits: 0 },
      { heading: 'RSS before MiB', figure: 'residentBeforeMiB', digits: 0 },
      { heading: 'max', figure: 'residentMaxMiB', digits: 0 },
      { heading: 'loop p99 ms', figure: 'loopP99Ms', digits: 1 },
      { heading: 'max', figure: 'loopMaxMs', digits: 1 },
      { heading: 'echo p99 ms', figure: 'echoP99Ms', digits: 1 },
      { heading: 'max', figure: 'echoMaxMs', digits: 1 },
      { heading: 'idle p99', figure: 'idleEchoP99Ms', digits: 1 },
      ...cpuColumns,
    ],
    mainFigure: 'uploadsPerSecond',
    measure: async (name) => {
      const series = emptySeries(name);
      for (let i = 0; i < scale.repetitions; i++) await bench.measure(series, scale);
      return [series];
    },
  };
}

class Social {
  readonly #stage: Stage;
  #photo: Promise<string> | null = null;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  /** One repetition, on a fresh server, so that the peak memory belongs to it. */
  async measure(series: Series, scale: Scale): Promise<void> {
    const photo = await this.#photoFile();
    const dataDir = join(await this.#stage.servers.newDataDir(), 'data');
    const server = await this.#stage.servers.startWatchedKoine(dataDir);
    try {
      await Promise.race([this.#upload(series, server, scale, photo), server.ended()]);
      series.problems.push(...(await findLosses(dataDir, scale.uploads)));
    } finally {
      await server.stop();
    }
  }

  async #upload(series: Series, server: Server, { uploads, idleSeconds }: Scale, photo: string): Promise<void> {
    const { processes } = this.#stage;
    const uploaders = await register(server.port, AT_ONCE);
    const chat = new OrderedProcess<EchoOrder, EchoReport>(
      processes,
      'chat',
      join(import.meta.dirname, 'chat-echo.ts'),
    );
    const load = new OrderedProcess<UploadOrder, UploadReport>(
      processes,
      'load generator',
      join(import.meta.dirname, 'upload-load.ts'),
    );
    try {
      await chat.call({ kind: 'open', ...(await openChat(server.port, uploaders)) });
      await sleep(idleSeconds * 1000);
      const idle = await chat.call({ kind: 'report' });
      const residentBefore = residentBytes(server.pid);
      await server.loopDelay();
      const { port, watch } = server;
      const report = await load.call({ port, watch, uploaders, uploads, photo });
      const loop = await server.loopDelay();
      const busy = await chat.call({ kind: 'report' });
      series.repetitions.push({
        uploadsPerSecond: report.made / report.seconds,
        residentBeforeMiB: residentBefore / MIB,
        residentMaxMiB: peakResidentBytes(server.pid) / MIB,
        loopP99Ms: loop.p99,
        loopMaxMs: loop.max,
        echoes: busy.echoes,
        echoP99Ms: busy.latency.p99,
        echoMaxMs: busy.latency.max,
        idleEchoP99Ms: idle.latency.p99,
        ...commonFigures(report),
      });
      series.problems.push(...report.problems, ...idle.problems, ...busy.problems);
    } finally {
      await Promise.all([chat.stop(), load.stop()]);
    }
  }

  #photoFile(): Promise<string> {
    this.#photo ??= this.#makePhoto();
    return this.#photo;
  }

  async #makePhoto(): Promise<string> {
    this.#stage.note('a photo');
    const file = join(await this.#stage.servers.newDataDir(), 'photo.jpg');
    const photo = await makePhoto();
    this.#stage.note(`it has ${photo.length} bytes`);
    await writeFile(file, photo);
    return file;
  }
}

export async function register(port: number, count: number): Promise<Uploader[]> {
  const made: Uploader[] = [];
  for (let i = 0; i < count; i++) {
    const body = { username: `user${i}`, email: `user${i}@example.org`, password: PASSWORD };
    const { headers, json } = await post<{ new_user: { id: string } }>(port, '/api/auth/register', body);
    const token = /^token=([^;]+)/.exec(headers.getSetCookie()[0] ?? '')?.[1] ?? '';
    made.push({ id: json.new_user.id, token });
  }
  return made;
}

/** A chat of two: the URL of its socket, and one member's token. */
export async function openChat(port: number, [ann, bob]: Uploader[]): Promise<{ url: string; token: string }> {
  if (!ann || !bob) throw new Error('a chat needs two');
  const { json } = await post<{ id: string }>(port, '/api/chats/create', { users: [bob.id] }, ann.token);
  return { url: `ws://127.0.0.1:${port}/api/chats/ws/${json.id}/${ann.id}`, token: ann.token };
}

async function post<T>(port: number, path: string, body: object, token?: string) {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify(body),
  });
  if (response.status !== 201) throw new Error(`POST ${path}: ${response.status} ${await response.text()}`);
  return { headers: response.headers, json: (await response.json()) as T };
}

/** Every post must have its picture, every picture its two files, and no temporary files may remain. */
async function findLosses(dataDir: string, uploads: number): Promise<string[]> {
  const [rows] = await withDatabase(
    dataDir,
    (sql) => sql<[{ posts: number; images: number; objects: number; loose: number }]>`
      select (select count(*) from posts) as posts, (select count(*) from post_images) as images,
             (select count(*) from objects) as objects,
             (select count(*) from objects where loose_since is not null) as loose`,
  );
  const [files, spooled] = [await countFiles(join(dataDir, 'files')), await countFiles(join(dataDir, 'tmp'))];
  const found = JSON.stringify({ ...rows, files, spooled });
  const wanted = JSON.stringify({
    posts: uploads,
    images: uploads,
    objects: uploads,
    loose: 0,
    files: 2 * uploads,
    spooled: 0,
  });
  return found === wanted ? [] : [`stored: ${found}, not ${wanted}`];
}

async function countFiles(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).length;
}
