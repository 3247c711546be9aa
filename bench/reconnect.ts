// The reconnect suite: a server dies, and all members, with all their streams, come back to the one that follows.
import { setTimeout as sleep } from 'node:timers/promises';
import type { CommunityReport } from './community-load.ts';
import { Stand, sum } from './community-stand.ts';
import { cpuUsed, settledMemory } from './process-stats.ts';
import { type Column, emptySeries, type Figures } from './report.ts';
import type { Server } from './servers.ts';
import type { Case, Options, Stage, Suite } from './suite.ts';

/** A member not back by then counts as lost. */
const DEADLINE_SECONDS = 90;
/** V8 collects the garbage of a heap that was busy and is idle after 100 s. */
const REST_SECONDS = 110;

const columns: Column[] = [
  { heading: 'members', figure: 'members', digits: 0 },
  { heading: 'bytes/socket', figure: 'bytesPerSocket', digits: 0 },
  { heading: 'after return', figure: 'bytesAfterReturn', digits: 0 },
  { heading: 'at rest', figure: 'bytesAtRest', digits: 0 },
  { heading: 'all back s', figure: 'allBackSeconds', digits: 2 },
  { heading: 'statements/member', figure: 'statementsPerMember', digits: 3 },
  { heading: 'CPU server', figure: 'serverCpu', digits: 2 },
  { heading: 'CPU db', figure: 'databaseCpu', digits: 2 },
  { heading: 'CPU load', figure: 'loadCpu', digits: 2 },
  { heading: 'CPU other', figure: 'otherCpu', digits: 2 },
];

export const reconnect: Suite = {
  cases: (stage, options) => ({ restart: restart(stage, options) }),
};

function restart(stage: Stage, options: Options): Case {
  const members = options.sockets ?? (options.quick ? 500 : 20_000);
  return {
    title: `${members} members with 20 streams each: kill -9, a restart on the same port, and all resume (/v1/live)`,
    settings: { members },
    servers: ['koine'],
    columns,
    mainFigure: 'allBackSeconds',
    measure: async (name) => {
      const series = emptySeries(name);
      for (let i = 0; i < (options.repeat ?? 1); i++) {
        const stand = await Stand.open(stage, { nodes: 1, workers: 1 }, members);
        try {
          const { figures, problems } = await measure(stand);
          series.repetitions.push(figures);
          series.problems.push(...problems);
        } finally {
          await stand.close();
        }
      }
      return [series];
    },
  };
}

async function measure(stand: Stand): Promise<{ figures: Figures; problems: string[] }> {
  const { accounts: members, nodes } = stand;
  const [first] = stand.servers as [Server];
  const empty = await settledMemory(first.pid);
  await stand.order((share) => ({ kind: 'stay', members: share(members), idle: true }));
  const full = await settledMemory(first.pid);

  const back = stand.order(() => ({ kind: 'return', deadlineSeconds: DEADLINE_SECONDS }));
  const before = { statements: await nodes.database.statements(), cpu: stand.cpu(), at: Date.now() };
  await first.kill();
  const second = await nodes.start({ port: first.port });
  stand.servers = [second];
  const reports = await back;
  const seconds = (Math.max(...reports.map(({ doneAt }) => doneAt)) - before.at) / 1_000;
  const cpu = cpuUsed(before.cpu, stand.cpu());
  // Statements of the last ones may still be under way.
  await sleep(1_000);
  const statements = (await nodes.database.statements()) - before.statements;
  const returned = await settledMemory(second.pid);
  await sleep(REST_SECONDS * 1_000);
  const rested = await settledMemory(second.pid);
  return {
    figures: {
      members,
      bytesPerSocket: (full - empty) / members,
      bytesAfterReturn: (returned - empty) / members,
      bytesAtRest: (rested - empty) / members,
      allBackSeconds: seconds,
      statementsPerMember: statements / members,
      attemptsPerMember: 1 + sum(reports.flatMap(({ failed }) => Object.values(failed))) / members,
      ...Object.fromEntries(Object.entries(cpu).map(([group, used]) => [`${group}Cpu`, used / seconds])),
    },
    problems: reports.flatMap(lost),
  };
}

function lost({ failed }: CommunityReport): string[] {
  return Object.entries(failed).flatMap(([what, times]) => (what.startsWith('return') ? [`${times} × ${what}`] : []));
}
