// The community suite: how many members can a server carry? Their number is raised until they see messages late.
import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { DEEDS } from './community-life.ts';
import type { CommunityReport } from './community-load.ts';
import { type Layout, LOADS, Stand, sum } from './community-stand.ts';
import { cpuUsed } from './process-stats.ts';
import {
  type Column,
  cpuColumns,
  emptySeries,
  type Figures,
  latencyColumns,
  latencyOf,
  type Series,
} from './report.ts';
import type { Case, Options, Stage, Suite } from './suite.ts';

/** From sending a message to seeing it, 99th percentile, in ms: with more, the members are too many. */
const LATE = 200;
/** The share of actions that may fail. */
const FAILING = 0.01;
/** Each step has so many times the members of the one before; then so many steps look between the last two. */
const GROWTH = 1.6;
const REFINEMENTS = 2;
const SETTLE_MS = 5_000;
/** When the processes of the load are the limit: ms of delay of their event loops, and shares of a core. */
const LATE_LOAD = { ms: 50, cpu: 0.9 };

const layouts: Record<string, Layout & { title: string }> = {
  'one-process': { title: 'one process', nodes: 1, workers: 1 },
  'all-cores': { title: `one node of ${availableParallelism()} workers`, nodes: 1, workers: availableParallelism() },
  'two-nodes': { title: 'two nodes with Redis', nodes: 2, workers: 1 },
};

const columns: Column[] = [
  { heading: 'members', figure: 'members', digits: 0 },
  ...latencyColumns,
  { heading: 'members/core', figure: 'membersPerCore', digits: 0 },
  { heading: 'KiB/member', figure: 'kibibytesPerMember', digits: 1 },
  { heading: 'statements/member/s', figure: 'statementsPerMember', digits: 3 },
  { heading: 'actions/s', figure: 'actionsPerSecond', digits: 0 },
  { heading: 'seen/s', figure: 'seenPerSecond', digits: 0 },
  ...cpuColumns,
  { heading: 'too many', figure: 'tooMany', digits: 0 },
  { heading: 'p99 then', figure: 'p99OfTooMany', digits: 0 },
];

export const community: Suite = {
  cases: (stage, options) =>
    Object.fromEntries(Object.entries(layouts).map(([name, layout]) => [name, caseOf(stage, options, layout)])),
};

function scaleOf({ quick, sockets, seconds }: Options) {
  return {
    first: quick ? 100 : 4_000,
    most: sockets ?? (quick ? 200 : 20_000),
    seconds: seconds ?? (quick ? 3 : 10),
  };
}
type Scale = ReturnType<typeof scaleOf>;

function caseOf(stage: Stage, options: Options, layout: Layout & { title: string }): Case {
  const scale = scaleOf(options);
  const deeds = DEEDS.map(({ name, every }) => [`${name}EverySeconds`, every] as const);
  return {
    title: `${layout.title}: members are added until one of a hundred messages is seen after more than ${LATE} ms`,
    settings: { ...scale, nodes: layout.nodes, workers: layout.workers, ...Object.fromEntries(deeds) },
    servers: ['koine'],
    columns,
    mainFigure: 'members',
    measure: async (name) => {
      const series = emptySeries(name);
      for (let i = 0; i < (options.repeat ?? 1); i++) {
        const stand = await Stand.open(stage, layout, scale.most);
        try {
          await raise(stage, stand, scale, series);
        } finally {
          await stand.close();
        }
      }
      return [series];
    },
  };
}

/** Finds the largest number of members that is carried. */
async function raise(stage: Stage, stand: Stand, { first, seconds }: Scale, series: Series): Promise<void> {
  const most = stand.accounts;
  const memoryBefore = stand.memory();
  let carried: Step | null = null;
  let tooMany: Step | null = null;
  let refinements = 0;
  for (let members = Math.min(first, most); ; ) {
    const step = await measureStep(stand, members, seconds, memoryBefore);
    stage.note(`${members} members: ${JSON.stringify(step.figures)} ${step.reasons.join('; ')}`);
    if (step.isCarried) carried = step;
    else tooMany = step;
    const low: number = carried?.members ?? 0;
    if (tooMany === null) {
      if (low >= most) break;
      members = Math.min(most, Math.ceil(low * GROWTH));
    } else {
      if (refinements === REFINEMENTS) break;
      refinements += 1;
      members = Math.round((low + tooMany.members) / 2);
    }
  }
  if (carried === null) series.problems.push(`not even ${tooMany?.members} members are carried`);
  else series.repetitions.push({ ...carried.figures, ...(tooMany && excessOf(tooMany)) });
  if (tooMany === null) series.problems.push(`the limit was not reached: more than ${most} members were not tried`);
  series.problems.push(...(carried?.reasons ?? []), ...(tooMany?.reasons.map((why) => `with too many: ${why}`) ?? []));
}

function excessOf({ members, figures }: Step): Figures {
  return { tooMany: members, p99OfTooMany: figures.p99Ms ?? Number.NaN };
}

interface Step {
  members: number;
  isCarried: boolean;
  figures: Figures;
  /** Reasons to doubt the figures. */
  reasons: string[];
}

async function measureStep(stand: Stand, members: number, seconds: number, memoryBefore: number): Promise<Step> {
  await stand.order((share) => ({ kind: 'stay', members: share(members), idle: false }));
  await sleep(SETTLE_MS);
  const before = { cpu: stand.cpu(), statements: await stand.nodes.database.statements(), at: performance.now() };
  const measured = stand.order(() => ({ kind: 'measure', seconds }));
  await sleep(seconds * 1_000);
  const took = (performance.now() - before.at) / 1_000;
  const cpu = cpuUsed(before.cpu, stand.cpu());
  const statements = (await stand.nodes.database.statements()) - before.statements;
  const memory = stand.memory() - memoryBefore;
  const reports = await measured;
  const share = (used: number | undefined) => (used ?? 0) / took;
  const seen = latencyOf(reports.flatMap((report) => report.seen));
  const actions = sum(reports.map(({ done }) => sum(Object.values(done))));
  const failed = sum(reports.map((report) => sum(Object.values(report.failed))));
  const figures = {
    members,
    p50Ms: seen.p50,
    p99Ms: seen.p99,
    membersPerCore: members / (share(cpu.server) + share(cpu.database)),
    kibibytesPerMember: memory / 1_024 / members,
    statementsPerMember: statements / took / members,
    actionsPerSecond: actions / seconds,
    seenPerSecond: sum(reports.map(({ deliveries }) => deliveries)) / seconds,
    failedShare: failed / Math.max(1, actions + failed),
    loadLatenessMs: Math.max(...reports.map(({ lateness }) => lateness)),
    ...Object.fromEntries(Object.entries(cpu).map(([group, used]) => [`${group}Cpu`, share(used)])),
  };
  const isCarried = seen.p99 <= LATE && figures.failedShare <= FAILING;
  return { members, isCarried, figures, reasons: reasonsOf(figures, reports) };
}

/** The load, rather than the server, is the limit if its own processes are late or have no time left. */
function reasonsOf(figures: Figures, reports: CommunityReport[]): string[] {
  const { loadLatenessMs = 0, loadCpu = 0, failedShare = 0 } = figures;
  const reasons: string[] = [];
  if (loadLatenessMs > LATE_LOAD.ms)
    reasons.push(`the load generator was ${Math.round(loadLatenessMs)} ms late itself`);
  if (loadCpu / LOADS > LATE_LOAD.cpu) reasons.push('the load generator had no CPU time left');
  if (failedShare > 0) {
    const all = reports.flatMap(({ failed }) => Object.entries(failed)).sort(([, a], [, b]) => b - a);
    reasons.push(...all.slice(0, 3).map(([what, times]) => `${times} × ${what}`));
  }
  return reasons;
}
