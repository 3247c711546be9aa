// The soak suite: memory of a server under a long mixed load.
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ChurnOrder, ChurnReport } from './churn.ts';
import { OrderedProcess } from './orders.ts';
import { cpuUse, cpuUsed, residentBytes } from './process-stats.ts';
import { emptySeries, median, type Series } from './report.ts';
import { type Server, type ServerName, signUp } from './servers.ts';
import type { Case, Options, Stage, Suite } from './suite.ts';

const PEOPLE = 20;
const SAMPLE_MS = 1_000;
/** Maximum ratio of the final memory to that after the first minute, or after a tenth of a shorter run. */
const MAX_GROWTH = 1.1;
/** Seconds; in a shorter run memory is still warming up. */
const SHORTEST = 120;
const MIB = 2 ** 20;

export const soak: Suite = {
  cases: (stage, options) => ({ churn: churn(stage, options) }),
};

function churn(stage: Stage, options: Options): Case {
  const seconds = options.seconds ?? (options.quick ? 30 : 600);
  return {
    title: `${seconds} s of users who connect, chat, post, like, upload and disconnect`,
    settings: { seconds, people: PEOPLE },
    servers: ['koine'],
    columns: [
      { heading: 'MiB first', figure: 'firstMiB', digits: 1 },
      { heading: 'MiB end', figure: 'endMiB', digits: 1 },
      { heading: 'MiB peak', figure: 'mostMiB', digits: 1 },
      { heading: 'end ÷ first', figure: 'growth', digits: 3 },
      { heading: 'visits', figure: 'visits', digits: 0 },
      { heading: 'posts', figure: 'posts', digits: 0 },
      { heading: 'messages', figure: 'messages', digits: 0 },
      { heading: 'uploads', figure: 'uploads', digits: 0 },
      { heading: 'pages', figure: 'pages', digits: 0 },
      { heading: 'CPU server', figure: 'serverCpu', digits: 2 },
      { heading: 'CPU db', figure: 'databaseCpu', digits: 2 },
      { heading: 'CPU other', figure: 'otherCpu', digits: 2 },
    ],
    mainFigure: 'growth',
    measure: (name) => measure(stage, name, seconds),
  };
}

async function measure(stage: Stage, name: ServerName, seconds: number): Promise<Series[]> {
  const server = await stage.servers.start(name, await stage.servers.newDataDir());
  const file = join(import.meta.dirname, 'churn.ts');
  const people = new OrderedProcess<ChurnOrder, ChurnReport>(stage.processes, 'churn', file);
  try {
    const tokens = await signUp(server.port, PEOPLE);
    return [await Promise.race([watch(server, people, { port: server.port, seconds, tokens }), server.ended()])];
  } finally {
    await people.stop();
    await server.stop();
  }
}

async function watch(
  server: Server,
  people: OrderedProcess<ChurnOrder, ChurnReport>,
  order: ChurnOrder,
): Promise<Series> {
  const before = cpuUse(server.watch);
  const samples: number[] = [];
  let running = true;
  const living = people.call(order).finally(() => {
    running = false;
  });
  while (running) {
    samples.push(residentBytes(server.pid) / MIB);
    await sleep(SAMPLE_MS);
  }
  const { done, problems } = await living;
  const cpu = cpuUsed(before, cpuUse(server.watch));
  // Medians over a tenth of the run smooth out garbage collections.
  const width = Math.ceil(samples.length / 10);
  const start = Math.min(60, width);
  const first = median(samples.slice(start, start + width));
  const end = median(samples.slice(-width));
  const growth = end / first;
  const tooMuch =
    growth > MAX_GROWTH && order.seconds >= SHORTEST ? [`memory grew to ${growth.toFixed(2)} × of what it was`] : [];
  return {
    ...emptySeries(server.name),
    repetitions: [
      {
        firstMiB: first,
        endMiB: end,
        mostMiB: Math.max(...samples),
        growth,
        ...done,
        ...Object.fromEntries(Object.entries(cpu).map(([group, used]) => [`${group}Cpu`, used / order.seconds])),
      },
    ],
    curve: { name: 'MiB', seconds: SAMPLE_MS / 1_000, values: samples },
    problems: [...problems, ...tooMuch],
  };
}
