// The search suite: one member of 50 of 1,000 rooms searches all that was ever said there.
import { withDatabase } from './database.ts';
import { SENDERS } from './lobby.ts';
import { emptySeries, type Figures, latencyColumns, latencyOf, type Series } from './report.ts';
import { type Filled, ingestCase } from './search-ingest.ts';
import { english, fillSearch, MY_ROOMS, ROOMS, russian } from './search-seed.ts';
import { type ServerName, signUp } from './servers.ts';
import type { Options, Stage, Suite } from './suite.ts';

const MESSAGES = 10_000_000;
const QUICK_MESSAGES = 200_000;

/** By how often they are said: `n`-th most frequent words. */
const QUERIES: Record<string, (vary: number) => string> = {
  'frequent, English': (vary) => english(1 + (vary % 20)),
  'frequent, Russian': (vary) => russian(1 + (vary % 20)),
  'now and then, English': (vary) => english(2_000 + vary),
  'now and then, Russian': (vary) => russian(2_000 + vary),
  'every few hundred, English': (vary) => english(200 + vary),
  'every few hundred, Russian': (vary) => russian(200 + vary),
  'rare, English': (vary) => english(90_000 + vary),
  'rare, Russian': (vary) => russian(90_000 + vary),
  'two words': (vary) => `${english(1 + (vary % 20))} ${english(3_000 + vary)}`,
  'start of a word, 5 letters': (vary) => `${english(50_000 + vary).slice(0, 5)}*`,
  'start of a word, 3 letters': (vary) => `${english(50_000 + vary).slice(0, 3)}*`,
  'start of a word, 2 letters': (vary) => `${english(50_000 + vary).slice(0, 2)}*`,
  'not there': (vary) => `qqq${vary}`,
};

export const search: Suite = {
  cases: (stage, options) => {
    const messages = options.messages ?? (options.quick ? QUICK_MESSAGES : MESSAGES);
    let made: Promise<Filled> | null = null;
    const filled = () => (made ??= fill(stage, messages));
    return {
      find: {
        title: `search ${messages.toLocaleString('en')} messages as a member of ${MY_ROOMS} of ${ROOMS} rooms (GET /v1/search)`,
        settings: { messages, rooms: ROOMS, 'my rooms': MY_ROOMS },
        servers: ['koine'],
        columns: latencyColumns,
        mainFigure: 'p50Ms',
        measure: async (name) => measureFind(stage, options, name, await filled()),
      },
      ingest: ingestCase(stage, options, messages, filled),
    };
  },
};

async function fill(stage: Stage, messages: number): Promise<Filled> {
  const dataDir = await stage.servers.newDataDir();
  const server = await stage.servers.start('koine', dataDir);
  const tokens = await signUp(server.port, SENDERS);
  await server.stop();
  await withDatabase(dataDir, (sql) =>
    fillSearch(sql, messages, (done) => stage.note(`${done.toLocaleString('en')} messages`)),
  );
  return { dataDir, tokens };
}

async function measureFind(
  stage: Stage,
  options: Options,
  name: ServerName,
  { dataDir, tokens: [token] }: Filled,
): Promise<Series[]> {
  const server = await stage.servers.start(name, dataDir);
  try {
    const all: Series[] = [];
    for (const [variant, query] of Object.entries(QUERIES)) {
      const series = emptySeries(name, variant);
      for (let repetition = 0; repetition < (options.repeat ?? (options.quick ? 1 : 3)); repetition++)
        series.repetitions.push(await measureQueries(server.port, token as string, query, options.quick ? 30 : 200));
      all.push(series);
    }
    return all;
  } finally {
    await server.stop();
  }
}

async function measureQueries(
  port: number,
  token: string,
  query: (vary: number) => string,
  samples: number,
): Promise<Figures> {
  const times: number[] = [];
  for (let vary = 0; vary < samples; vary++) {
    const q = encodeURIComponent(query(vary));
    const began = performance.now();
    const answer = await fetch(`http://127.0.0.1:${port}/v1/search?limit=20&q=${q}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    await answer.text();
    if (!answer.ok) throw new Error(`search answered ${answer.status}`);
    times.push(performance.now() - began);
  }
  const { p50, p99, max } = latencyOf(times);
  return { p50Ms: p50, p99Ms: p99, maxMs: max };
}
