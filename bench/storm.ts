// The storm suite: a server dies, and all its sockets reconnect at once (thundering herd).
import { CrowdOfSockets, type Gathering } from './crowd.ts';
import { SENDERS } from './lobby.ts';
import { Nodes } from './nodes.ts';
import { cpuUse, cpuUsed, openableSockets } from './process-stats.ts';
import { type Column, emptySeries, type Figures, type Series } from './report.ts';
import type { Server } from './servers.ts';
import type { Case, Options, Stage, Suite } from './suite.ts';

/** A socket that is not back by then counts as lost. */
const DEADLINE_SECONDS = 60;
/** Jitter of clients that do not retry in the same instant. */
const JITTER_SECONDS = 8;

const columns: Column[] = [
  { heading: 'all back s', figure: 'allBackSeconds', digits: 2 },
  { heading: 'p50 connect ms', figure: 'p50Ms', digits: 0 },
  { heading: 'p99 connect ms', figure: 'p99Ms', digits: 0 },
  { heading: 'attempts/socket', figure: 'attemptsPerSocket', digits: 2 },
  { heading: 'statements/socket', figure: 'statementsPerSocket', digits: 4 },
  { heading: 'CPU server', figure: 'serverCpu', digits: 2 },
  { heading: 'CPU other', figure: 'otherCpu', digits: 2 },
];

export const storm: Suite = {
  cases: (stage, options) => {
    const sockets = openableSockets(options.sockets ?? (options.quick ? 2_000 : 20_000));
    return {
      restart: restart(stage, options, sockets),
      failover: failover(stage, options, sockets, 0),
      'failover-jitter': failover(stage, options, sockets, JITTER_SECONDS),
    };
  },
};

function restart(stage: Stage, options: Options, sockets: number): Case {
  return {
    ...stormOf(sockets),
    title: `${sockets} sockets, kill -9, a restart on the same port`,
    measure: (name) =>
      repeat(stage, options, { name, redis: false }, async (nodes, crowd, tokens) => {
        const first = await nodes.start();
        await crowd.open({ port: first.port, protocol: 'lounge', sockets, tokens });
        const back = crowd.return({ port: first.port, spreadSeconds: 0, deadlineSeconds: DEADLINE_SECONDS });
        const crash = async () => {
          await first.kill();
          return nodes.start({ port: first.port });
        };
        return measureStorm({ nodes, sockets, back, survivors: {}, crash });
      }),
  };
}

function failover(stage: Stage, options: Options, sockets: number, spreadSeconds: number): Case {
  const when = spreadSeconds === 0 ? 'all at once' : `each within ${spreadSeconds} s`;
  return {
    ...stormOf(sockets),
    title: `two nodes: the one with ${sockets} sockets is killed (-9), they reconnect to the other ${when}`,
    measure: (name) =>
      repeat(stage, options, { name, redis: true }, async (nodes, crowd, tokens) => {
        const [dying, other] = [await nodes.start(), await nodes.start()];
        await crowd.open({ port: dying.port, protocol: 'lounge', sockets, tokens });
        const back = crowd.return({ port: other.port, spreadSeconds, deadlineSeconds: DEADLINE_SECONDS });
        const crash = async () => {
          await dying.kill();
          return other;
        };
        return measureStorm({ nodes, sockets, back, survivors: { server: other.pid }, crash });
      }),
  };
}

function stormOf(sockets: number): Omit<Case, 'title' | 'measure'> {
  return { settings: { sockets, accounts: SENDERS }, servers: ['koine'], columns, mainFigure: 'allBackSeconds' };
}

type Run = (nodes: Nodes, crowd: CrowdOfSockets, tokens: string[]) => Promise<{ figures: Figures; problems: string[] }>;

async function repeat(
  stage: Stage,
  options: Options,
  { name, redis }: { name: string; redis: boolean },
  run: Run,
): Promise<Series[]> {
  const series = emptySeries(name);
  for (let i = 0; i < (options.repeat ?? (options.quick ? 1 : 3)); i++) {
    const nodes = await Nodes.open(stage, { redis });
    const tokens = await nodes.accounts(SENDERS);
    const crowd = new CrowdOfSockets(stage.processes);
    try {
      const { figures, problems } = await run(nodes, crowd, tokens);
      series.repetitions.push(figures);
      series.problems.push(...problems);
    } finally {
      await crowd.stop();
      await nodes.stop();
    }
  }
  return [series];
}

interface Storm {
  nodes: Nodes;
  sockets: number;
  back: Promise<Gathering>;
  /** Processes that survive, by name. */
  survivors: Record<string, number>;
  /** Kills a server. @returns the server that the sockets reconnect to */
  crash(): Promise<Server>;
}

async function measureStorm({ nodes, sockets, back, survivors, crash }: Storm) {
  const before = await nodes.database.transactions();
  const began = { at: Date.now(), cpu: cpuUse(survivors) };
  const server = await crash();
  const { latency, doneAt, attempts, problems } = await back;
  const seconds = (doneAt - began.at) / 1_000;
  const used = cpuUsed({ server: 0, ...began.cpu }, cpuUse({ server: server.pid }));
  const statements = (await nodes.database.transactions()) - before;
  return {
    figures: {
      allBackSeconds: seconds,
      p50Ms: latency.p50,
      p99Ms: latency.p99,
      maxMs: latency.max,
      attemptsPerSocket: attempts / sockets,
      statementsPerSocket: statements / sockets,
      serverCpu: (used.server ?? 0) / seconds,
      otherCpu: (used.other ?? 0) / seconds,
    },
    problems,
  };
}
