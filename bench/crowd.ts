// The suites' handle on a crowd of idle sockets: several processes, each with its own loopback address.
import { join } from 'node:path';
import type { CrowdOrder, CrowdReport } from './crowd-load.ts';
import { OrderedProcess } from './orders.ts';
import type { Processes } from './processes.ts';
import { type Latency, latencyOf } from './report.ts';
import type { ProtocolName } from './wire.ts';

const PROCESSES = 4;

export interface Gathering {
  latency: Latency;
  /** Unix milliseconds at which the last socket was open. */
  doneAt: number;
  attempts: number;
  problems: string[];
}

export class CrowdOfSockets {
  readonly #processes: OrderedProcess<CrowdOrder, CrowdReport>[];

  constructor(processes: Processes) {
    const file = join(import.meta.dirname, 'crowd-load.ts');
    this.#processes = Array.from(
      { length: PROCESSES },
      (_, i) => new OrderedProcess(processes, `crowd ${i + 1}`, file),
    );
  }

  async open(order: { port: number; protocol: ProtocolName; sockets: number; tokens: string[] }): Promise<Gathering> {
    return gather(
      this.#processes.map((one, index) => {
        const sockets = Math.floor((order.sockets + index) / PROCESSES);
        return one.call({ ...order, kind: 'open', sockets, address: `127.0.0.${index + 2}` });
      }),
    );
  }

  /** Call it before the server dies. */
  async return(order: { port: number; spreadSeconds: number; deadlineSeconds: number }): Promise<Gathering> {
    return gather(this.#processes.map((one) => one.call({ kind: 'return', ...order })));
  }

  async stop(): Promise<void> {
    await Promise.all(this.#processes.map((one) => one.stop()));
  }
}

async function gather(calls: Promise<CrowdReport>[]): Promise<Gathering> {
  const reports = await Promise.all(calls);
  return {
    latency: latencyOf(reports.flatMap(({ latencies }) => latencies)),
    doneAt: Math.max(...reports.map(({ doneAt }) => doneAt)),
    attempts: reports.reduce((sum, { attempts }) => sum + attempts, 0),
    problems: reports.flatMap(({ problems }) => problems),
  };
}
