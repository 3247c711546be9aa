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
  localAddress: string;
}

/** Wait until all sockets are gone, and open as many again, all at once, again and again until they are there. */
export interface CrowdReturnOrder {
  kind: 'return';
  port: number;
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

const OPENING_AT_ONCE = 64;
/** Mean pause of a client before it tries again, in ms: what Socket.IO's client has by default. The first try is at once. */
const PAUSE = 1_000;

class Crowd {
  readonly #order: CrowdOpenOrder;
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

  async return({ port, deadlineSeconds }: CrowdReturnOrder): Promise<CrowdReport> {
    await Promise.all(this.#gone);
    this.#gone = [];
    this.#swarm = this.#newSwarm();
    const report: CrowdReport = { latencies: [], doneAt: 0, attempts: 0, problems: [] };
    const deadline = performance.now() + deadlineSeconds * 1_000;
    const indexes = Array.from({ length: this.#order.sockets }, (_, index) => index);
    await Promise.all(indexes.map((index) => this.#insist(index, port, deadline, report)));
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
    return new Swarm({ ...this.#order, textSize: Number.POSITIVE_INFINITY, capacity: 0 });
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
