// The lobby suite: one room with many sockets, compared with a Socket.IO 4 room and a bare loop over `ws`.
import { LoadGenerator } from './generator.ts';
import type { RunOrder, RunReport } from './load.ts';
import { openFilesLimit, settledMemory } from './process-stats.ts';
import {
  type Column,
  commonFigures,
  cpuColumns,
  emptySeries,
  type Figures,
  latencyColumns,
  type Series,
} from './report.ts';
import { type Server, type ServerName, signUp } from './servers.ts';
import type { Case, Options, Stage, Suite } from './suite.ts';
import type { ProtocolName } from './wire.ts';

/** Accounts that send; the other sockets are distributed over these accounts. */
export const SENDERS = 50;
export const TEXT_SIZE = 150;
const IN_FLIGHT = [1, 16, 64];
export const LOBBY_PROTOCOLS: Partial<Record<ServerName, ProtocolName>> = {
  koine: 'lounge',
  'socket.io': 'socket.io',
  ws: 'ws',
};
const LOBBY_SERVERS = Object.keys(LOBBY_PROTOCOLS) as ServerName[];
/** Files that a server opens beside its sockets, with a margin. */
const SPARE_FILES = 500;

export const rateColumns: Column[] = [
  { heading: 'deliveries/s', figure: 'deliveriesPerSecond', digits: 0 },
  { heading: 'messages/s', figure: 'messagesPerSecond', digits: 0 },
];

export const lobby: Suite = {
  cases(stage, options) {
    const bench = new Lobby(stage);
    const scale = scaleOf(options);
    return {
      start: startTime(bench, scale),
      latency: idleLatency(bench, scale),
      ingest: ingest(bench, scale),
      'fan-out': fanOut(bench, scale),
      idle: idleMemory(bench, scale),
    };
  },
};

type Scale = ReturnType<typeof scaleOf>;

function scaleOf(options: Options) {
  const { quick } = options;
  return {
    repetitions: options.repeat ?? (quick ? 1 : 3),
    warmUpSeconds: quick ? 0.5 : 1,
    seconds: options.seconds ?? (quick ? 1 : 3),
    window: options.window ?? 32,
    sockets: options.sockets ?? 1_000,
    idleSockets: options.idleSockets ?? (quick ? 2_000 : 10_000),
    roundTrips: quick ? 500 : 2_000,
  };
}

function fanOut(bench: Lobby, { repetitions, warmUpSeconds, seconds, sockets }: Scale): Case {
  return {
    title: `${sockets} sockets in the lobby, ${TEXT_SIZE}-byte texts`,
    settings: { sockets, senders: SENDERS, textSize: TEXT_SIZE, inFlight: IN_FLIGHT, warmUpSeconds, seconds },
    servers: LOBBY_SERVERS,
    columns: [...rateColumns, ...latencyColumns, ...cpuColumns],
    mainFigure: 'deliveriesPerSecond',
    measure: (server) =>
      bench.underLoad(server, sockets, async (load) => {
        const all = IN_FLIGHT.map((inFlight) => emptySeries(server, `${inFlight} in flight`));
        for (let i = 0; i < repetitions; i++) {
          for (const [variant, inFlight] of IN_FLIGHT.entries()) {
            const report = await load.run({ senders: SENDERS, inFlight, warmUpSeconds, seconds });
            record(all[variant] as Series, report);
          }
        }
        return all;
      }),
  };
}

function ingest(bench: Lobby, { repetitions, warmUpSeconds, seconds, window }: Scale): Case {
  return {
    title: `${SENDERS} senders with ${window} messages each in flight, acknowledged by their own echo`,
    settings: { sockets: SENDERS, senders: SENDERS, textSize: TEXT_SIZE, window, warmUpSeconds, seconds },
    servers: LOBBY_SERVERS,
    columns: [...rateColumns.toReversed(), ...latencyColumns, ...cpuColumns],
    mainFigure: 'messagesPerSecond',
    measure: (server) =>
      bench.underLoad(server, SENDERS, async (load) => {
        const series = emptySeries(server);
        for (let i = 0; i < repetitions; i++) {
          const inFlight = SENDERS * window;
          record(series, await load.run({ senders: SENDERS, inFlight, warmUpSeconds, seconds }));
        }
        return [series];
      }),
  };
}

function idleLatency(bench: Lobby, { repetitions, warmUpSeconds, roundTrips }: Scale): Case {
  return {
    title: `one sender on an idle server, ${roundTrips} sequential round trips`,
    settings: { sockets: 1, senders: 1, textSize: TEXT_SIZE, warmUpSeconds, roundTrips },
    servers: LOBBY_SERVERS,
    columns: [...latencyColumns, ...cpuColumns],
    mainFigure: 'p50Ms',
    measure: (server) =>
      bench.underLoad(server, 1, async (load) => {
        const series = emptySeries(server);
        for (let i = 0; i < repetitions; i++) {
          record(series, await load.run({ senders: 1, inFlight: 1, warmUpSeconds, seconds: 30, echoes: roundTrips }));
        }
        return [series];
      }),
  };
}

function startTime(bench: Lobby, { repetitions }: Scale): Case {
  return {
    title: 'from spawn to the first successful HTTP answer',
    settings: {},
    servers: ['koine'],
    columns: [
      { heading: 'first start ms', figure: 'firstMs', digits: 0 },
      { heading: 'later start ms', figure: 'laterMs', digits: 0 },
    ],
    mainFigure: 'laterMs',
    measure: async (server) => {
      const series = emptySeries(server);
      for (let i = 0; i < repetitions; i++) {
        const dataDir = await bench.newDataDir();
        const firstMs = await bench.startAndStop(server, dataDir);
        series.repetitions.push({ firstMs, laterMs: await bench.startAndStop(server, dataDir) });
      }
      return [series];
    },
  };
}

function idleMemory(bench: Lobby, { repetitions, idleSockets }: Scale): Case {
  return {
    title: `server memory with ${idleSockets} idle sockets`,
    settings: { sockets: idleSockets },
    servers: LOBBY_SERVERS,
    columns: [
      { heading: 'bytes/socket', figure: 'bytesPerSocket', digits: 0 },
      { heading: 'MiB without', figure: 'withoutMiB', digits: 1 },
      { heading: 'MiB with', figure: 'withMiB', digits: 1 },
    ],
    mainFigure: 'bytesPerSocket',
    measure: async (name) => {
      if (openFilesLimit() < idleSockets + SPARE_FILES) {
        throw new Error(
          `${idleSockets} sockets need a higher limit of open files: ulimit -n ${idleSockets + SPARE_FILES}`,
        );
      }
      const series = emptySeries(name);
      for (let i = 0; i < repetitions; i++) series.repetitions.push(await bench.measureMemory(name, idleSockets));
      return [series];
    },
  };
}

type Load = { run(order: Omit<RunOrder, 'kind' | 'watch'>): Promise<RunReport> };

class Lobby {
  readonly #stage: Stage;
  #koine: Promise<{ dataDir: string; tokens: string[] }> | null = null;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  newDataDir(): Promise<string> {
    return this.#stage.servers.newDataDir();
  }

  async startAndStop(name: ServerName, dataDir: string): Promise<number> {
    const server = await this.#stage.servers.start(name, dataDir);
    await server.stop();
    return server.startMs;
  }

  /** A fresh server with that number of sockets in its lobby. */
  async underLoad<T>(name: ServerName, sockets: number, measure: (load: Load) => Promise<T>): Promise<T> {
    return await this.#withServer(name, async (server, generator, tokens) => {
      await this.#open(server, generator, sockets, tokens);
      return await measure({ run: (order) => generator.run({ ...order, watch: server.watch }) });
    });
  }

  async measureMemory(name: ServerName, sockets: number): Promise<Figures> {
    return await this.#withServer(name, async (server, generator, tokens) => {
      const without = await settledMemory(server.pid);
      await this.#open(server, generator, sockets, tokens);
      const withSockets = await settledMemory(server.pid);
      return {
        bytesPerSocket: (withSockets - without) / sockets,
        withoutMiB: without / 2 ** 20,
        withMiB: withSockets / 2 ** 20,
      };
    });
  }

  async #withServer<T>(
    name: ServerName,
    use: (server: Server, generator: LoadGenerator, tokens: string[]) => Promise<T>,
  ): Promise<T> {
    const { dataDir, tokens } = name === 'koine' ? await this.#accounts() : { dataDir: '', tokens: [''] };
    const server = await this.#stage.servers.start(name, dataDir);
    const generator = new LoadGenerator(this.#stage.processes);
    try {
      return await Promise.race([use(server, generator, tokens), server.ended()]);
    } finally {
      await generator.stop();
      await server.stop();
    }
  }

  async #open(server: Server, generator: LoadGenerator, sockets: number, tokens: string[]): Promise<void> {
    const protocol = LOBBY_PROTOCOLS[server.name] as ProtocolName;
    await generator.open({ ports: [server.port], protocol, sockets, tokens, textSize: TEXT_SIZE });
  }

  /** Created by a separate server, so that no measured server has password hashing in its memory or CPU time. */
  #accounts(): Promise<{ dataDir: string; tokens: string[] }> {
    this.#koine ??= this.#makeAccounts();
    return this.#koine;
  }

  async #makeAccounts(): Promise<{ dataDir: string; tokens: string[] }> {
    this.#stage.note(`making ${SENDERS} accounts`);
    const dataDir = await this.newDataDir();
    const server = await this.#stage.servers.start('koine', dataDir);
    try {
      return { dataDir, tokens: await signUp(server.port, SENDERS) };
    } finally {
      await server.stop();
    }
  }
}

export function record(series: Series, report: RunReport): void {
  const { seconds, messages, deliveries, problems } = report;
  series.repetitions.push({
    seconds,
    messagesPerSecond: messages / seconds,
    deliveriesPerSecond: deliveries / seconds,
    silenceMs: report.silenceMs,
    ...commonFigures(report),
  });
  series.problems.push(...problems);
}
