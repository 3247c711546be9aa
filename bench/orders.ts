// Remote control over IPC, one order at a time: the process's side, and the suite's side.
import type { Child, Processes } from './processes.ts';

type Reply<Report> = { report: Report } | { error: string };

/** The process's side: executes orders until the suite disconnects. */
export function takeOrders<Order, Report>(execute: (order: Order) => Promise<Report>): void {
  const reply = (message: Reply<Report>) => process.send?.(message);
  process.on('message', (order: Order) => {
    execute(order).then(
      (report) => reply({ report }),
      (error: Error) => reply({ error: error.message }),
    );
  });
  process.on('disconnect', () => process.exit());
}

/** The suite's side: sends one order and awaits the report. */
export function giveOrder<Order extends object, Report>(child: Child, order: Order): Promise<Report> {
  const { name, process } = child;
  return new Promise((resolve, reject) => {
    const onExit = () => reject(new Error(child.exitReport));
    process.once('exit', onExit);
    process.once('message', (reply: Reply<Report>) => {
      process.off('exit', onExit);
      if ('error' in reply) reject(new Error(`${name}: ${reply.error}`));
      else resolve(reply.report);
    });
    process.send(order);
  });
}

/** A process dedicated to orders. */
export class OrderedProcess<Order extends object, Report> {
  readonly #child: Child;

  constructor(processes: Processes, name: string, file: string) {
    this.#child = processes.start(name, file, { ipc: true });
  }

  get pid(): number {
    return this.#child.pid;
  }

  call(order: Order): Promise<Report> {
    return giveOrder(this.#child, order);
  }

  async stop(): Promise<void> {
    await this.#child.stop();
  }
}
