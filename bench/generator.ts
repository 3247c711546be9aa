// The suite's handle on a load generator process.
import { join } from 'node:path';
import type { OpenOrder, Order, Reply, RunOrder, RunReport } from './load.ts';
import type { Child, Processes } from './processes.ts';

export class LoadGenerator {
  readonly #child: Child;

  constructor(processes: Processes) {
    this.#child = processes.start('load generator', join(import.meta.dirname, 'load.ts'), { ipc: true });
  }

  async open(order: Omit<OpenOrder, 'kind'>): Promise<void> {
    await this.#call({ kind: 'open', ...order });
  }

  async run(order: Omit<RunOrder, 'kind'>): Promise<RunReport> {
    const report = await this.#call({ kind: 'run', ...order });
    if (!report) throw new Error('the load generator gave no report');
    return report;
  }

  async stop(): Promise<void> {
    await this.#child.stop();
  }

  #call(order: Order): Promise<RunReport | null> {
    const { process } = this.#child;
    return new Promise((resolve, reject) => {
      const onExit = () => reject(new Error(this.#child.obituary));
      process.once('exit', onExit);
      process.once('message', (reply: Reply) => {
        process.off('exit', onExit);
        if ('error' in reply) reject(new Error(`load generator: ${reply.error}`));
        else resolve(reply.report);
      });
      process.send(order);
    });
  }
}
