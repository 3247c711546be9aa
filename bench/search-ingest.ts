// Ingest beside the search index: while the index is filled, and while its lane has nothing to do, in turn on one server.
import type { Sql } from '../src/store/database.ts';
import { withDatabase } from './database.ts';
import { LoadGenerator } from './generator.ts';
import { record, SENDERS, TEXT_SIZE } from './lobby.ts';
import { type Column, cpuColumns, emptySeries, latencyColumns, type Series } from './report.ts';
import type { Case, Options, Stage } from './suite.ts';

/** Of the accounts that send, and of a database with messages that are indexed. */
export type Filled = { dataDir: string; tokens: string[] };

/** `window`: messages of each sender in flight. `pauseMs`: between an echo and the sender's next message. */
const LOADS = {
  'all they can': { window: 32, pauseMs: 0 },
  // So few that the lane rests little.
  '500/s': { window: 1, pauseMs: 100 },
};
/** After any message: the lane finds nothing to do. */
const NOWHERE = Number.MAX_SAFE_INTEGER;

const columns: Column[] = [
  { heading: 'messages/s', figure: 'messagesPerSecond', digits: 0 },
  ...latencyColumns,
  { heading: 'max ms', figure: 'maxMs', digits: 1 },
  { heading: 'pause ms', figure: 'silenceMs', digits: 1 },
  { heading: 'indexed/s', figure: 'indexedPerSecond', digits: 0 },
  ...cpuColumns,
];

export function ingestCase(stage: Stage, options: Options, messages: number, filled: () => Promise<Filled>): Case {
  const repetitions = options.repeat ?? (options.quick ? 1 : 3);
  const seconds = options.seconds ?? (options.quick ? 2 : 8);
  return {
    title: `${SENDERS} senders in the lobby beside ${messages.toLocaleString('en')} indexed messages; pause: nothing is acknowledged`,
    settings: { messages, senders: SENDERS, textSize: TEXT_SIZE, seconds },
    servers: ['koine'],
    columns,
    mainFigure: 'silenceMs',
    measure: async (name) => {
      const { dataDir, tokens } = await filled();
      const server = await stage.servers.start(name, dataDir);
      const generator = new LoadGenerator(stage.processes);
      const measured = withDatabase(dataDir, async (sql) => {
        await generator.open({
          ...{ ports: [server.port], protocol: 'lounge', sockets: SENDERS, tokens, textSize: TEXT_SIZE },
        });
        const lane = await laneOf(sql);
        const all: Series[] = [];
        for (const [load, { window, pauseMs }] of Object.entries(LOADS)) {
          const [off, on] = [emptySeries(name, `${load}, not indexed`), emptySeries(name, `${load}, indexed`)];
          for (let repetition = 0; repetition < repetitions; repetition++) {
            for (const series of [off, on]) {
              const begun = series === on ? await lane.resume() : await lane.pause();
              const order = { senders: SENDERS, inFlight: SENDERS * window, pauseMs, warmUpSeconds: 1, seconds };
              record(series, await generator.run({ ...order, watch: server.watch }));
              const indexed = series === on ? (await lane.pause()) - begun : 0;
              Object.assign(series.repetitions.at(-1) as object, { indexedPerSecond: indexed / (seconds + 1) });
            }
          }
          all.push(off, on);
        }
        return all;
      });
      try {
        return await Promise.race([measured, server.ended()]);
      } finally {
        await generator.stop();
        await server.stop();
      }
    },
  };
}

/** The lane indexes the lobby from where it was paused; both return that place. */
async function laneOf(sql: Sql) {
  let reached = 0;
  const [lobby] = await sql<[{ id: number }]>`select id from rooms where kind = 'lobby'`;
  const moveTo = async (seq: number) =>
    sql.begin(async (tx) => {
      await tx`insert into search_positions (room_id, seq) values (${lobby.id}, 0) on conflict (room_id) do nothing`;
      const [before] = await tx<[{ seq: number }]>`
        select seq from search_positions where room_id = ${lobby.id} for update`;
      await tx`update search_positions set seq = ${seq} where room_id = ${lobby.id}`;
      return Number(before.seq);
    });
  return {
    pause: async () => {
      const seq = await moveTo(NOWHERE);
      if (seq !== NOWHERE) reached = seq;
      return reached;
    },
    resume: async () => {
      await moveTo(reached);
      return reached;
    },
  };
}
