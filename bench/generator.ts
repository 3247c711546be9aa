// The suite's handle on a load generator process.
import { join } from 'node:path';
import type { OpenOrder, Order, RunOrder, RunReport } from './load.ts';
import { OrderedProcess } from './orders.ts';
import type { Processes } from './processes.ts';

export class LoadGenerator {
  readonly #process: OrderedProcess<Order, RunReport | null>;

  constructor(processes: Processes) {
    this.#process = new OrderedProcess(processes, 'load generator', join(import.meta.dirname, 'load.ts'));
  }

  async open(order: Omit<OpenOrder, 'kind'>): Promise<void> {
    await this.#process.call({ kind: 'open', ...order });
  }

  async run(order: Omit<RunOrder, 'kind'>): Promise<RunReport> {
    const report = await this.#process.call({ kind: 'run', ...order });
    if (!report) throw new Error('the load generator gave no report');
    return report;
  }

  async stop(): Promise<void> {
    await this.#process.stop();
  }
}
