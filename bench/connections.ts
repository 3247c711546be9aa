// The connections suite: memory and CPU time of idle sockets.
import { setTimeout as sleep } from 'node:timers/promises';
import { CrowdOfSockets } from './crowd.ts';
import { LOBBY_PROTOCOLS, SENDERS } from './lobby.ts';
import { cpuUse, cpuUsed, openableSockets, settledMemory } from './process-stats.ts';
import { emptySeries, type Figures } from './report.ts';
import { type Server, type ServerName, signUp } from './servers.ts';
import type { Case, Options, Stage, Suite } from './suite.ts';
import type { ProtocolName } from './wire.ts';

export const connections: Suite = {
  cases: (stage, options) => ({ idle: idle(stage, options) }),
};

function idle(stage: Stage, options: Options): Case {
  const sockets = openableSockets(options.sockets ?? (options.quick ? 2_000 : 20_000));
  // Two heartbeats of every socket.
  const seconds = options.seconds ?? (options.quick ? 5 : 60);
  return {
    title: `${sockets} idle sockets`,
    settings: { sockets, seconds },
    servers: Object.keys(LOBBY_PROTOCOLS) as ServerName[],
    columns: [
      { heading: 'bytes/socket', figure: 'bytesPerSocket', digits: 0 },
      { heading: 'MiB with', figure: 'withMiB', digits: 1 },
      { heading: 'CPU µs/socket/s', figure: 'cpuMicrosPerSocket', digits: 2 },
      { heading: 'CPU server', figure: 'serverCpu', digits: 3 },
      { heading: 'opened/s', figure: 'openedPerSecond', digits: 0 },
      { heading: 'open p99 ms', figure: 'p99Ms', digits: 1 },
      { heading: 'CPU other', figure: 'otherCpu', digits: 2 },
    ],
    mainFigure: 'bytesPerSocket',
    measure: async (name) => {
      const series = emptySeries(name);
      const { dataDir, tokens } = await accounts(stage, name);
      for (let i = 0; i < (options.repeat ?? 1); i++) {
        const server = await stage.servers.start(name, dataDir);
        const crowd = new CrowdOfSockets(stage.processes);
        try {
          const figures = measure(server, crowd, { sockets, seconds, tokens });
          series.repetitions.push(await Promise.race([figures, server.ended()]));
        } finally {
          await crowd.stop();
          await server.stop();
        }
      }
      return [series];
    },
  };
}

async function accounts(stage: Stage, name: ServerName): Promise<{ dataDir: string; tokens: string[] }> {
  if (name !== 'koine') return { dataDir: '', tokens: [''] };
  const dataDir = await stage.servers.newDataDir();
  const server = await stage.servers.start(name, dataDir);
  try {
    return { dataDir, tokens: await signUp(server.port, SENDERS) };
  } finally {
    await server.stop();
  }
}

async function measure(
  server: Server,
  crowd: CrowdOfSockets,
  { sockets, seconds, tokens }: { sockets: number; seconds: number; tokens: string[] },
): Promise<Figures> {
  const without = await settledMemory(server.pid);
  const begin = Date.now();
  const protocol = LOBBY_PROTOCOLS[server.name] as ProtocolName;
  const { latency, doneAt } = await crowd.open({ port: server.port, protocol, sockets, tokens });
  const withSockets = await settledMemory(server.pid);
  const before = cpuUse(server.watch);
  await sleep(seconds * 1_000);
  const cpu = cpuUsed(before, cpuUse(server.watch));
  return {
    bytesPerSocket: (withSockets - without) / sockets,
    withMiB: withSockets / 2 ** 20,
    cpuMicrosPerSocket: ((cpu.server ?? 0) / seconds / sockets) * 1e6,
    serverCpu: (cpu.server ?? 0) / seconds,
    otherCpu: (cpu.other ?? 0) / seconds,
    openedPerSecond: sockets / ((doneAt - begin) / 1_000),
    p99Ms: latency.p99,
  };
}
