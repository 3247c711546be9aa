// A server with a community in its database, and the processes of its members.
import { join } from 'node:path';
import type { CommunityOrder, CommunityReport } from './community-load.ts';
import { seedCommunity } from './community-seed.ts';
import { Nodes, SECRET } from './nodes.ts';
import { OrderedProcess } from './orders.ts';
import { type CpuUse, cpuUse, openableSockets, residentBytesOfFamily } from './process-stats.ts';
import type { Server } from './servers.ts';
import type { Stage } from './suite.ts';

export const LOADS = 2;
/** Files of a server beside its sockets. */
const SPARE_FILES = 500;

/** `workers`: processes of each node. */
export interface Layout {
  nodes: number;
  workers: number;
}

export class Stand {
  /** How many members there can be. */
  readonly accounts: number;
  readonly nodes: Nodes;
  servers: Server[];
  readonly #loads: OrderedProcess<CommunityOrder, CommunityReport>[];

  private constructor(
    { nodes, servers, accounts }: { nodes: Nodes; servers: Server[]; accounts: number },
    loads: OrderedProcess<CommunityOrder, CommunityReport>[],
  ) {
    this.nodes = nodes;
    this.servers = servers;
    this.accounts = accounts;
    this.#loads = loads;
  }

  /** `most`: members that are wanted; with fewer files there are fewer. */
  static async open(stage: Stage, { nodes: count, workers }: Layout, most: number): Promise<Stand> {
    const nodes = await Nodes.open(stage, { redis: count > 1, countsStatements: true });
    const first = await nodes.start();
    await first.stop();
    const accounts = Math.min(most, openableSockets(most, SPARE_FILES) * count * workers);
    stage.note(`making ${accounts} accounts and their rooms`);
    const tokens = await seedCommunity(nodes.database.sql, accounts, SECRET);
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
    return new Stand({ nodes, servers, accounts }, loads);
  }

  async close(): Promise<void> {
    await Promise.all(this.#loads.map((load) => load.stop()));
    await this.nodes.stop();
  }

  /** `share`: a process's part of a number. */
  order(orderOf: (share: (all: number) => number) => CommunityOrder): Promise<CommunityReport[]> {
    return Promise.all(
      this.#loads.map((load, index) => load.call(orderOf((all) => Math.floor((all + LOADS - 1 - index) / LOADS)))),
    );
  }

  /** Resident bytes of all servers. */
  memory(): number {
    return sum(this.servers.map(({ pid }) => residentBytesOfFamily(pid)));
  }

  /** Of all servers together, the database, the processes of the members, and everything else. */
  cpu(): CpuUse {
    const servers = this.servers.map(({ pid }, index) => [`server ${index}`, pid] as const);
    const loads = this.#loads.map(({ pid }, index) => [`members ${index}`, pid] as const);
    const named = { database: this.nodes.database.pid, ...Object.fromEntries([...servers, ...loads]) };
    const { load = 0, database = 0, other = 0, ...each } = cpuUse(named);
    const of = (name: string) =>
      sum(Object.keys(each).flatMap((key) => (key.startsWith(name) ? (each[key] ?? 0) : [])));
    return { load: of('members'), database, other: other + load, server: of('server') };
  }
}

export function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all + one, 0);
}
