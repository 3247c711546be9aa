// One process of a crowd: opens idle sockets, and reconnects all of them when the server dies.
import { setTimeout as sleep } from 'node:timers/promises';
import { takeOrders } from './orders.ts';
import { Swarm } from './swarm.ts';
import type { ProtocolName } from './wire.ts';

export interface CrowdOpenOrder {
  kind: 'open';
  port: number;
  protocol: ProtocolName;
  sockets: number;
  tokens: string[];
  address: string;
}

/** Waits until all sockets are closed, then reconnects with retries until all are open. */
export interface CrowdReturnOrder {
  kind: 'return';
  port: number;
  /** First attempts are spread over this time; 0: all at once. */
  spreadSeconds: number;
  deadlineSeconds: number;
}

export interface CrowdReport {
  /** Milliseconds of each successful attempt, from its start to the server's greeting. */
  latencies: number[];
  /** Unix milliseconds at which the last socket was open. */
  doneAt: number;
  attempts: number;
  problems: string[];
}

export type CrowdOrder = CrowdOpenOrder | CrowdReturnOrder;

/** Source ports, alternating between connects and reconnects, as a port is not reusable at once. */
const FIRST_PORTS = [10_000, 36_000];
const OPENING_AT_ONCE = 64;
/** Mean retry delay of a client in ms: the default of Socket.IO's client. */
const PAUSE = 1_000;

class Crowd {
  readonly #order: CrowdOpenOrder;
  #generation = 0;
  #swarm: Swarm;
  #gone: Promise<void>[] = [];

  constructor(order: CrowdOpenOrder) {
    this.#order = order;
    this.#swarm = this.#newSwarm();
  }

  async open(): Promise<CrowdReport> {
    const report: CrowdReport = { latencies: [], doneAt: 0, attempts: 0, problems: [] };
    let next = 0;
    const openMore = async () => {
      while (next < this.#order.sockets) await this.#attempt(next++, this.#order.port, report);
    };
    await Promise.all(Array.from({ length: OPENING_AT_ONCE }, openMore));
    return this.#end(report);
  }

  async return({ port, spreadSeconds, deadlineSeconds }: CrowdReturnOrder): Promise<CrowdReport> {
    await Promise.all(this.#gone);
    this.#gone = [];
    this.#swarm = this.#newSwarm();
    const report: CrowdReport = { latencies: [], doneAt: 0, attempts: 0, problems: [] };
    const deadline = performance.now() + deadlineSeconds * 1_000;
    const indexes = Array.from({ length: this.#order.sockets }, (_, index) => index);
    const insist = async (index: number) => {
      if (spreadSeconds > 0) await sleep(Math.random() * spreadSeconds * 1_000);
      await this.#insist(index, port, deadline, report);
    };
    await Promise.all(indexes.map(insist));
    return this.#end(report);
  }

  async #insist(index: number, port: number, deadline: number, report: CrowdReport): Promise<void> {
    for (;;) {
      try {
        return await this.#attempt(index, port, report);
      } catch (error) {
        if (performance.now() > deadline) {
          report.problems.push((error as Error).message);
          return;
        }
        await sleep(PAUSE * (0.5 + Math.random()));
      }
    }
  }

  async #attempt(index: number, port: number, report: CrowdReport): Promise<void> {
    const { tokens } = this.#order;
    report.attempts += 1;
    const begin = performance.now();
    const { gone } = await this.#swarm.open(tokens[index % tokens.length] ?? '', port);
    report.latencies.push(performance.now() - begin);
    this.#gone.push(gone);
  }

  #end(report: CrowdReport): CrowdReport {
    const { problems, ...rest } = report;
    const summary = problems.length > 0 ? [`${problems.length} sockets did not open: ${problems[0]}`] : [];
    return { ...rest, doneAt: Date.now(), problems: summary };
  }

  #newSwarm(): Swarm {
    const firstPort = FIRST_PORTS[this.#generation % FIRST_PORTS.length] as number;
    this.#generation += 1;
    const from = { address: this.#order.address, firstPort };
    return new Swarm({ ...this.#order, from, textSize: Number.POSITIVE_INFINITY, capacity: 0 });
  }
}

function execute(): (order: CrowdOrder) => Promise<CrowdReport> {
  let crowd: Crowd | null = null;
  return async (order) => {
    if (order.kind === 'open') {
      crowd = new Crowd(order);
      return crowd.open();
    }
    if (!crowd) throw new Error('no sockets are open');
    return crowd.return(order);
  };
}

takeOrders(execute());
