// The cluster suite: one node and two, sharing a database and a Redis, compared with Socket.IO and its Redis adapter.
import { LoadGenerator } from './generator.ts';
import type { RunOrder } from './load.ts';
import { LOBBY_PROTOCOLS, rateColumns, record, SENDERS, TEXT_SIZE } from './lobby.ts';
import { Nodes } from './nodes.ts';
import { startRedis } from './redis.ts';
import { cpuColumns, emptySeries, latencyColumns, type Series } from './report.ts';
import type { Server, ServerName } from './servers.ts';
import type { Case, Options, Stage, Suite } from './suite.ts';
import type { ProtocolName } from './wire.ts';

type Scale = ReturnType<typeof scaleOf>;
type Measured = Pick<RunOrder, 'senders' | 'inFlight' | 'warmUpSeconds' | 'seconds'>;

export const cluster: Suite = {
  cases: (stage, options) => {
    const scale = scaleOf(options);
    return { 'fan-out': fanOut(stage, scale), 'redis-cost': redisCost(stage, scale) };
  },
};

function scaleOf({ quick, repeat, sockets, seconds }: Options) {
  return {
    repetitions: repeat ?? (quick ? 1 : 3),
    sockets: sockets ?? 1_000,
    inFlight: 64,
    warmUpSeconds: quick ? 0.5 : 1,
    seconds: seconds ?? (quick ? 1 : 3),
  };
}

function fanOut(stage: Stage, scale: Scale): Case {
  return {
    title: `${scale.sockets} sockets in one lobby, distributed over the nodes; all with Redis`,
    settings: { ...scale, senders: SENDERS, textSize: TEXT_SIZE },
    servers: ['koine', 'socket.io'],
    columns: [
      ...rateColumns,
      ...latencyColumns,
      ...cpuColumns.toSpliced(1, 0, { heading: 'CPU node 2', figure: 'secondCpu', digits: 2 }),
    ],
    mainFigure: 'deliveriesPerSecond',
    measure: async (name) => {
      const all: Series[] = [];
      for (const count of [1, 2]) {
        const series = emptySeries(name, count === 1 ? '1 node' : `${count} nodes`);
        all.push(series);
        const run = (servers: Server[], tokens: string[]) => load(stage, servers, tokens, scale, series);
        await (name === 'koine' ? onKoine(stage, count, run) : onSocketIo(stage, count, run));
      }
      return all;
    },
  };
}

function redisCost(stage: Stage, scale: Scale): Case {
  return {
    title: `${scale.sockets} sockets on one node, without and with Redis`,
    settings: { ...scale, senders: SENDERS, textSize: TEXT_SIZE },
    servers: ['koine'],
    columns: [
      ...rateColumns,
      { heading: '÷ without', figure: 'shareOfWithout', digits: 2 },
      ...latencyColumns,
      ...cpuColumns,
    ],
    mainFigure: 'deliveriesPerSecond',
    measure: async (name) => {
      const [without, withRedis] = [emptySeries(name, 'without'), emptySeries(name, 'with Redis')];
      const nodes = await Nodes.open(stage, { redis: true });
      try {
        const tokens = await nodes.accounts(SENDERS);
        for (let i = 0; i < scale.repetitions; i++) {
          for (const [series, alone] of [
            [without, true],
            [withRedis, false],
          ] as const) {
            const server = await nodes.start({ alone });
            await load(stage, [server], tokens, { ...scale, repetitions: 1 }, series);
            await server.stop();
          }
        }
      } finally {
        await nodes.stop();
      }
      return [asShares(without, without), asShares(withRedis, without)];
    },
  };
}

/** Divides each repetition by the baseline's repetition that ran just before it. */
function asShares(series: Series, basis: Series): Series {
  const repetitions = series.repetitions.map((figures, i) => ({
    ...figures,
    shareOfWithout:
      (figures.deliveriesPerSecond ?? Number.NaN) / (basis.repetitions[i]?.deliveriesPerSecond ?? Number.NaN),
  }));
  return { ...series, repetitions };
}

type Run = (servers: Server[], tokens: string[]) => Promise<void>;

async function onKoine(stage: Stage, count: number, run: Run): Promise<void> {
  const nodes = await Nodes.open(stage, { redis: true });
  try {
    const tokens = await nodes.accounts(SENDERS);
    const servers: Server[] = [];
    while (servers.length < count) servers.push(await nodes.start());
    await run(servers, tokens);
  } finally {
    await nodes.stop();
  }
}

async function onSocketIo(stage: Stage, count: number, run: Run): Promise<void> {
  const redis = await startRedis(stage.processes);
  const servers: Server[] = [];
  try {
    while (servers.length < count)
      servers.push(await stage.servers.start('socket.io', '', { env: { REDIS_URL: redis.url } }));
    await run(servers, ['']);
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
    await redis.stop();
  }
}

async function load(stage: Stage, servers: Server[], tokens: string[], scale: Scale, series: Series): Promise<void> {
  const [first, second] = servers as [Server, Server?];
  const generator = new LoadGenerator(stage.processes);
  const order: Measured = { ...scale, senders: SENDERS };
  const watch = { ...first.watch, ...(second && { second: second.pid }) };
  const run = async () => {
    const protocol = LOBBY_PROTOCOLS[first.name as ServerName] as ProtocolName;
    const ports = servers.map(({ port }) => port);
    await generator.open({ ports, protocol, sockets: scale.sockets, tokens, textSize: TEXT_SIZE });
    for (let i = 0; i < scale.repetitions; i++) record(series, await generator.run({ ...order, watch }));
  };
  try {
    await Promise.race([run(), ...servers.map((server) => server.ended())]);
  } finally {
    await generator.stop();
  }
}
