// One process of a crowd: opens sockets that say nothing, and comes back with all of them when the server dies.
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

/** Wait until all sockets are gone, and open as many again, again and again until they are there. */
export interface CrowdReturnOrder {
  kind: 'return';
  port: number;
  /** First tries are spread over so long; 0: all at once. */
  spreadSeconds: number;
  deadlineSeconds: number;
}

export interface CrowdReport {
  /** Milliseconds of each attempt that was successful, from its begin to the server's greeting. */
  latencies: number[];
  /** Unix milliseconds at which the last one was there. */
  doneAt: number;
  attempts: number;
  problems: string[];
}

export type CrowdOrder = CrowdOpenOrder | CrowdReturnOrder;

/** Ports, in turn for those who come and those who come back: a port is not free again at once. */
const FIRST_PORTS = [10_000, 36_000];
const OPENING_AT_ONCE = 64;
/** Mean pause of a client before it tries again, in ms: what Socket.IO's client has by default. */
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

function obey(): (order: CrowdOrder) => Promise<CrowdReport> {
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

takeOrders(obey());
