// The board suite: pages, writes and likes on a large board, compared with Express and Sequelize.
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Sql } from '../src/store/database.ts';
import { withDatabase } from './database.ts';
import type { HttpRequest } from './http-client.ts';
import type { HttpOrder, HttpReport } from './http-load.ts';
import { OrderedProcess } from './orders.ts';
import {
  type Column,
  commonFigures,
  cpuColumns,
  emptySeries,
  type Figures,
  latencyColumns,
  type Series,
} from './report.ts';
import {
  completeSizes,
  copyDataSet,
  findDataSet,
  PROLIFIC_USER,
  postsOfProlificUser,
  SEED_PASSWORD,
  type SeedSizes,
  usernameOf,
} from './seed.ts';
import type { Server, ServerName } from './servers.ts';
import type { Case, Options, Stage, Suite } from './suite.ts';

const BOARD_SERVERS: ServerName[] = ['koine', 'express'];
const PAGE = 100;
const SKIPS = [0, 1_000, 10_000];
const CONNECTIONS = [1, 16];
const LIKERS = 200;
const TEXT = 'lorem ipsum dolor sit amet '.repeat(8).trim();
/** The small board that pages of the large one are compared with. */
const SMALL_POSTS = 1_000;

const rateColumn: Column = { heading: 'requests/s', figure: 'requestsPerSecond', digits: 0 };
const sizeColumn: Column = { heading: 'KiB/answer', figure: 'answerKiB', digits: 1 };

export const board: Suite = {
  cases(stage, options) {
    const scale = scaleOf(options);
    const bench = new Board(stage, scale.sizes);
    return {
      list: list(bench, scale),
      pages: pages(bench, scale),
      writes: writes(bench, scale),
      likes: likes(bench, scale),
    };
  },
};

type Scale = ReturnType<typeof scaleOf>;

function scaleOf(options: Options) {
  const { quick, posts = quick ? 110_000 : undefined, users, comments, likes } = options;
  const given = Object.entries({ posts, users, comments, likes }).filter(([, size]) => size !== undefined);
  return {
    sizes: completeSizes(Object.fromEntries(given)),
    repetitions: options.repeat ?? (quick ? 1 : 3),
    warmUpSeconds: quick ? 0.5 : 2,
    seconds: options.seconds ?? (quick ? 1 : 4),
    // Requests are many and sequential, which is steadier, and both boards are warm by then.
    pageWarmUpSeconds: 0.5,
    pageSeconds: (options.seconds ?? (quick ? 1 : 4)) / 2,
  };
}

function list(bench: Board, { sizes, repetitions, warmUpSeconds, seconds }: Scale): Case {
  const path = `/messages/?limit=${PAGE}`;
  const connections = Math.max(...CONNECTIONS);
  return {
    title: `the newest ${PAGE} of ${sizes.posts} messages with authors and comments, ${connections} connections`,
    settings: { ...sizes, connections, limit: PAGE, warmUpSeconds, seconds },
    servers: BOARD_SERVERS,
    columns: [rateColumn, ...latencyColumns, sizeColumn, ...cpuColumns],
    mainFigure: 'requestsPerSecond',
    measure: (name) =>
      bench.serving(name, async (server) => {
        const [token] = await server.signIn(1);
        const variants = [emptySeries(name, 'anybody'), emptySeries(name, 'signed in')];
        for (const [i, series] of variants.entries()) {
          const request = readOf(path, i === 0 ? undefined : token);
          series.problems.push(...(await bench.compareAnswers(server, request)));
        }
        for (let i = 0; i < repetitions; i++)
          for (const [variant, series] of variants.entries()) {
            const request = readOf(path, variant === 0 ? undefined : token);
            record(series, await server.load({ requests: repeat(request, connections), warmUpSeconds, seconds }));
          }
        return variants;
      }),
  };
}

function pages(bench: Board, scale: Scale): Case {
  const { sizes, repetitions, warmUpSeconds: firstWarmUp } = scale;
  const { pageWarmUpSeconds: warmUpSeconds, pageSeconds: seconds } = scale;
  const lists = [
    { path: '/messages/', posts: sizes.posts },
    { path: `/users/${PROLIFIC_USER}/messages`, posts: postsOfProlificUser(sizes) },
  ];
  const variants = lists.flatMap(({ path, posts }) =>
    SKIPS.filter((skip) => skip + PAGE <= posts).map((skip) => ({ path, skip })),
  );
  return {
    title: `one page after another, ${PAGE} of ${sizes.posts} messages each, against the first of ${SMALL_POSTS}`,
    settings: { ...sizes, smallPosts: SMALL_POSTS, connections: 1, limit: PAGE, warmUpSeconds, seconds },
    servers: BOARD_SERVERS,
    columns: [
      ...latencyColumns,
      { heading: `p50 ms of ${SMALL_POSTS}`, figure: 'smallP50Ms', digits: 2 },
      { heading: '÷ that', figure: 'timesSmall', digits: 2 },
      sizeColumn,
      ...cpuColumns,
    ],
    mainFigure: 'p50Ms',
    measure: (name) =>
      bench.serving(name, (large) =>
        bench.servingSmall(name, async (small) => {
          const all = variants.map(({ path, skip }) => emptySeries(name, `${path} from ${skip}`));
          const requests = variants.map(({ path, skip }) => readOf(`${path}?limit=${PAGE}&skip=${skip}`));
          for (const [i, request] of requests.entries())
            all[i]?.problems.push(...(await bench.compareAnswers(large, request)));
          // Both boards get the same warm-up.
          for (const server of [small, large])
            for (const { path } of lists) {
              const busy = repeat(readOf(`${path}?limit=${PAGE}`), Math.max(...CONNECTIONS));
              await server.load({ requests: busy, warmUpSeconds, seconds: firstWarmUp });
            }
          for (let repetition = 0; repetition < repetitions; repetition++)
            for (const [i, { path }] of variants.entries()) {
              const smallRequests = [readOf(`${path}?limit=${PAGE}`)];
              const basis = await small.load({ requests: smallRequests, warmUpSeconds, seconds });
              const report = await large.load({ requests: [requests[i] as HttpRequest], warmUpSeconds, seconds });
              const { p50 } = basis.latency;
              record(all[i] as Series, report, { smallP50Ms: p50, timesSmall: report.latency.p50 / p50 });
            }
          return all;
        }),
      ),
  };
}

function writes(bench: Board, { sizes, repetitions, warmUpSeconds, seconds }: Scale): Case {
  return {
    title: `new messages of ${TEXT.length} bytes, one per request, one user per connection`,
    settings: { ...sizes, connections: CONNECTIONS, textSize: TEXT.length, warmUpSeconds, seconds },
    servers: BOARD_SERVERS,
    columns: [rateColumn, ...latencyColumns, ...cpuColumns],
    mainFigure: 'requestsPerSecond',
    measure: (name) =>
      bench.serving(name, async (server) => {
        const tokens = await server.signIn(Math.max(...CONNECTIONS));
        const all = CONNECTIONS.map((connections) => emptySeries(name, `${connections} at once`));
        for (let i = 0; i < repetitions; i++)
          for (const [variant, connections] of CONNECTIONS.entries()) {
            const requests = tokens.slice(0, connections).map((token, user) => writeOf(user + 1, token));
            const before = await server.count('posts');
            const report = await server.load({ requests, warmUpSeconds, seconds });
            const [stored, promised] = [(await server.count('posts')) - before, sum(report.answered)];
            const series = all[variant] as Series;
            record(series, report);
            if (stored !== promised) series.problems.push(`${promised} messages were confirmed, ${stored} are stored`);
          }
        return all;
      }),
  };
}

function likes(bench: Board, { sizes, repetitions, warmUpSeconds, seconds }: Scale): Case {
  const likers = Math.min(LIKERS, sizes.users);
  return {
    title: `${likers} users toggle a like of one message concurrently`,
    settings: { ...sizes, likers, warmUpSeconds, seconds },
    servers: BOARD_SERVERS,
    columns: [rateColumn, ...latencyColumns, ...cpuColumns],
    mainFigure: 'requestsPerSecond',
    measure: (name) =>
      bench.serving(name, async (server) => {
        const tokens = await server.signIn(likers);
        const series = emptySeries(name);
        for (let i = 0; i < repetitions; i++) {
          const { id } = (await server.ask(writeOf(1, tokens[0] as string))) as { id: number };
          const path = `/messages/${id}/like`;
          const requests = tokens.map((token): HttpRequest => ({ method: 'POST', path, token, status: 200 }));
          const report = await server.load({ requests, warmUpSeconds, seconds });
          record(series, report);
          series.problems.push(...(await findMiscount(server, id, report)));
        }
        return [series];
      }),
  };
}

/** A user with an odd number of requests likes the message now: answers, counter and rows must agree on it. */
async function findMiscount(server: Target, id: number, { answered }: HttpReport): Promise<string[]> {
  const expected = answered.filter((times) => times % 2 === 1).length;
  const [newest] = (await server.ask(readOf('/messages/?limit=1'))) as { id: number; likes_count: number }[];
  const shown = newest?.id === id ? newest.likes_count : Number.NaN;
  const stored = await server.countLikes(id);
  if (shown === expected && stored === expected) return [];
  return [`${expected} users like the message, ${shown} are shown, ${stored} are stored`];
}

function readOf(path: string, token?: string): HttpRequest {
  return { method: 'GET', path, status: 200, ...(token && { token }) };
}

function writeOf(userId: number, token: string): HttpRequest {
  return { method: 'POST', path: `/messages/?owner_id=${userId}`, token, body: { text: TEXT }, status: 201 };
}

class Board {
  readonly #stage: Stage;
  readonly #sizes: SeedSizes;
  readonly #dataDirs = new Map<string, Promise<string>>();
  readonly #answers = new Map<string, unknown>();

  constructor(stage: Stage, sizes: SeedSizes) {
    this.#stage = stage;
    this.#sizes = sizes;
  }

  /** A fresh server on the large data set, including rows that earlier cases added. */
  serving<T>(name: ServerName, use: (server: Target) => Promise<T>): Promise<T> {
    return this.#serving(name, this.#sizes, use);
  }

  servingSmall<T>(name: ServerName, use: (server: Target) => Promise<T>): Promise<T> {
    return this.#serving(name, completeSizes({ posts: SMALL_POSTS }), use);
  }

  /** Checks that a page is full, and the same as another server's before any write. */
  async compareAnswers(server: Target, request: HttpRequest): Promise<string[]> {
    const answer = (await server.ask(request)) as object[];
    const key = `${request.path} ${request.token !== undefined}`;
    const first = this.#answers.get(key);
    this.#answers.set(key, first ?? answer);
    if (answer.length !== PAGE) return [`${answer.length} messages on a page of ${PAGE}`];
    return first && !isDeepStrictEqual(first, answer) ? ['returns another page than the previous server'] : [];
  }

  async #serving<T>(name: ServerName, sizes: SeedSizes, use: (server: Target) => Promise<T>): Promise<T> {
    const dataDir = await this.#dataDir(name, sizes);
    const server = await this.#stage.servers.start(name, dataDir);
    const target = new Target(this.#stage, server, dataDir);
    try {
      return await Promise.race([use(target), server.ended()]);
    } finally {
      await target.leave();
      await server.stop();
    }
  }

  /** One per server and size, so that their writes stay separate. */
  #dataDir(name: ServerName, sizes: SeedSizes): Promise<string> {
    const key = `${name} ${sizes.posts}`;
    const made = this.#dataDirs.get(key) ?? this.#makeDataDir(name, sizes);
    this.#dataDirs.set(key, made);
    return made;
  }

  async #makeDataDir(name: ServerName, sizes: SeedSizes): Promise<string> {
    const { processes, servers, note } = this.#stage;
    note(`a data set of ${sizes.posts} posts for ${name}`);
    const parent = await servers.newDataDir();
    const dataDir = join(parent, 'data');
    await copyDataSet(await findDataSet(sizes, parent, () => processes.stopping), dataDir);
    if (name === 'express') await withDatabase(dataDir, dropWhatOnlyKoineNeeds);
    return dataDir;
  }
}

/**
 * Gives both servers the same rows, columns and indexes. Features of Koine (counter triggers, public ids, the order of
 * likes) would only slow the other down.
 */
async function dropWhatOnlyKoineNeeds(sql: Sql): Promise<void> {
  await sql.unsafe(`
    do $$ declare one record; begin
      for one in select tgname, tgrelid::regclass as place from pg_trigger
                  where not tgisinternal and tgrelid in ('posts'::regclass, 'comments'::regclass, 'likes'::regclass)
      loop execute format('drop trigger %I on %s', one.tgname, one.place); end loop;
    end $$;
    drop index likes_post_newest;
    alter table posts drop column uid`);
}

/** A running server with its load generator. */
class Target {
  readonly #server: Server;
  readonly #dataDir: string;
  readonly #generator: OrderedProcess<HttpOrder, HttpReport>;

  constructor({ processes }: Stage, server: Server, dataDir: string) {
    this.#server = server;
    this.#dataDir = dataDir;
    this.#generator = new OrderedProcess(processes, 'load generator', join(import.meta.dirname, 'http-load.ts'));
  }

  load(order: Omit<HttpOrder, 'port' | 'watch'>): Promise<HttpReport> {
    const { port, watch } = this.#server;
    return this.#generator.call({ ...order, port, watch });
  }

  /** A single request outside of the measurement. */
  async ask({ method, path, token, body, status }: HttpRequest): Promise<unknown> {
    const response = await fetch(`http://127.0.0.1:${this.#server.port}${path}`, {
      method,
      headers: {
        ...(token && { authorization: `Bearer ${token}` }),
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (response.status !== status) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response.json();
  }

  /** Tokens of the first users. */
  async signIn(count: number): Promise<string[]> {
    const tokens: string[] = [];
    for (let id = 1; id <= count; id++) {
      const body = { username: usernameOf(id), password: SEED_PASSWORD };
      const answer = await this.ask({ method: 'POST', path: '/token', body, status: 200 });
      tokens.push((answer as { access_token: string }).access_token);
    }
    return tokens;
  }

  count(table: string): Promise<number> {
    return withDatabase(this.#dataDir, async (sql) => {
      const [row] = await sql<[{ count: number }]>`select count(*) from ${sql(table)}`;
      return row.count;
    });
  }

  countLikes(postId: number): Promise<number> {
    return withDatabase(this.#dataDir, async (sql) => {
      const [row] = await sql<[{ count: number }]>`select count(*) from likes where post_id = ${postId}`;
      return row.count;
    });
  }

  leave(): Promise<void> {
    return this.#generator.stop();
  }
}

function record(series: Series, report: HttpReport, more: Figures = {}): void {
  const { seconds, requests, bytes, problems } = report;
  series.repetitions.push({
    seconds,
    requestsPerSecond: requests / seconds,
    answerKiB: bytes / requests / 1024,
    ...commonFigures(report),
    ...more,
  });
  series.problems.push(...problems);
}

function repeat<T>(value: T, times: number): T[] {
  return Array.from({ length: times }, () => value);
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
