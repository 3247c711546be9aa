// The community suite: how many members can a server carry? Their number is raised until they see messages late.
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DEEDS } from './community-life.ts';
import type { CommunityOrder, CommunityReport } from './community-load.ts';
import { seedCommunity } from './community-seed.ts';
import { Nodes, SECRET } from './nodes.ts';
import { OrderedProcess } from './orders.ts';
import { type CpuUse, cpuUse, cpuUsed, openableSockets, residentBytesOfFamily } from './process-stats.ts';
import {
  type Column,
  cpuColumns,
  emptySeries,
  type Figures,
  latencyColumns,
  latencyOf,
  type Series,
} from './report.ts';
import type { Server } from './servers.ts';
import type { Case, Options, Stage, Suite } from './suite.ts';

/** From sending a message to seeing it, 99th percentile, in ms: with more, the members are too many. */
const LATE = 200;
/** The share of actions that may fail. */
const FAILING = 0.01;
/** Each step has so many times the members of the one before; then so many steps look between the last two. */
const GROWTH = 1.6;
const REFINEMENTS = 2;
const SETTLE_MS = 5_000;
/** Processes of the load, and when they are the limit: ms of delay of their event loops, and shares of a core. */
const LOADS = 2;
const LATE_LOAD = { ms: 50, cpu: 0.9 };
/** Files of a server beside its sockets. */
const SPARE_FILES = 500;
const MIB = 2 ** 20;

interface Layout {
  title: string;
  nodes: number;
  workers: number;
}
const layouts: Record<string, Layout> = {
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

function caseOf(stage: Stage, options: Options, layout: Layout): Case {
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
        const stand = await Stand.open(stage, layout, scale);
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
async function raise(stage: Stage, stand: Stand, { first, most, seconds }: Scale, series: Series): Promise<void> {
  let carried: Step | null = null;
  let tooMany: Step | null = null;
  let refinements = 0;
  for (let members = Math.min(first, most); ; ) {
    const step = await stand.measure(members, seconds);
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

/** A server with its database, and the processes of its members. */
class Stand {
  readonly #nodes: Nodes;
  readonly #servers: Server[];
  readonly #loads: OrderedProcess<CommunityOrder, CommunityReport>[];
  readonly #memoryBefore: number;

  private constructor(nodes: Nodes, servers: Server[], loads: OrderedProcess<CommunityOrder, CommunityReport>[]) {
    this.#nodes = nodes;
    this.#servers = servers;
    this.#loads = loads;
    this.#memoryBefore = this.#memory();
  }

  static async open(stage: Stage, { nodes: count, workers }: Layout, { most }: Scale): Promise<Stand> {
    const nodes = await Nodes.open(stage, { redis: count > 1, countsStatements: true });
    const first = await nodes.start();
    await first.stop();
    const possible = Math.min(most, openableSockets(most, SPARE_FILES) * count * workers);
    stage.note(`making ${possible} accounts and their rooms`);
    const tokens = await seedCommunity(nodes.database.sql, possible, SECRET);
    const servers: Server[] = [];
    for (let i = 0; i < count; i++) servers.push(await nodes.start({ workers }));
    const file = join(import.meta.dirname, 'community-load.ts');
    const loads = Array.from(
      { length: LOADS },
      (_, i) => new OrderedProcess<CommunityOrder, CommunityReport>(stage.processes, `members ${i + 1}`, file),
    );
    const ports = servers.map(({ port }) => port);
    await Promise.all(
      loads.map((load, i) => {
        const own = tokens.filter((_, index) => index % LOADS === i);
        return load.call({ kind: 'people', tokens: own, ports, address: `127.0.0.${i + 2}` });
      }),
    );
    return new Stand(nodes, servers, loads);
  }

  async measure(members: number, seconds: number): Promise<Step> {
    await this.#order((share) => ({ kind: 'stay', members: share(members), idle: false }));
    await sleep(SETTLE_MS);
    const before = { cpu: this.#cpu(), statements: await this.#nodes.database.statements(), at: performance.now() };
    const measured = this.#order(() => ({ kind: 'measure', seconds }));
    await sleep(seconds * 1_000);
    const took = (performance.now() - before.at) / 1_000;
    const cpu = cpuUsed(before.cpu, this.#cpu());
    const statements = (await this.#nodes.database.statements()) - before.statements;
    const memory = this.#memory() - this.#memoryBefore;
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
      mebibytes: memory / MIB,
      statementsPerMember: statements / took / members,
      actionsPerSecond: actions / seconds,
      seenPerSecond: sum(reports.map(({ deliveries }) => deliveries)) / seconds,
      failedShare: failed / Math.max(1, actions + failed),
      loadLatenessMs: Math.max(...reports.map(({ lateness }) => lateness)),
      serverCpu: share(cpu.server),
      databaseCpu: share(cpu.database),
      loadCpu: share(cpu.members),
      otherCpu: share(cpu.other) + share(cpu.load),
    };
    const isCarried = seen.p99 <= LATE && figures.failedShare <= FAILING;
    return { members, isCarried, figures, reasons: reasonsOf(figures, reports) };
  }

  async close(): Promise<void> {
    await Promise.all(this.#loads.map((load) => load.stop()));
    await this.#nodes.stop();
  }

  /** `share`: a process's part of a number. */
  #order(orderOf: (share: (all: number) => number) => CommunityOrder): Promise<CommunityReport[]> {
    return Promise.all(
      this.#loads.map((load, index) => load.call(orderOf((all) => Math.floor((all + LOADS - 1 - index) / LOADS)))),
    );
  }

  #memory(): number {
    return sum(this.#servers.map(({ pid }) => residentBytesOfFamily(pid)));
  }

  /** Of all servers together, the database, and the processes of the members. */
  #cpu(): CpuUse {
    const servers = this.#servers.map(({ pid }, index) => [`server ${index}`, pid] as const);
    const loads = this.#loads.map(({ pid }, index) => [`members ${index}`, pid] as const);
    const {
      load = 0,
      database = 0,
      other = 0,
      ...each
    } = cpuUse({
      database: this.#nodes.database.pid,
      ...Object.fromEntries([...servers, ...loads]),
    });
    const of = (name: string) =>
      sum(Object.keys(each).flatMap((key) => (key.startsWith(name) ? (each[key] ?? 0) : [])));
    return { load, database, other, server: of('server'), members: of('members') };
  }
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

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all + one, 0);
}
