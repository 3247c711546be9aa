// How the suite orders another process about over IPC, one order at a time: the process's side, and the suite's handle on it.
import type { Child, Processes } from './processes.ts';

type Reply<Report> = { report: Report } | { error: string };

/** In the process itself: obeys orders until the suite is gone. */
export function takeOrders<Order, Report>(obey: (order: Order) => Promise<Report>): void {
  const reply = (message: Reply<Report>) => process.send?.(message);
  process.on('message', (order: Order) => {
    obey(order).then(
      (report) => reply({ report }),
      (error: Error) => reply({ error: error.message }),
    );
  });
  process.on('disconnect', () => process.exit());
}

/** In the suite: what that process reports. One order at a time. */
export function giveOrder<Order extends object, Report>(child: Child, order: Order): Promise<Report> {
  const { name, process } = child;
  return new Promise((resolve, reject) => {
    const onExit = () => reject(new Error(child.obituary));
    process.once('exit', onExit);
    process.once('message', (reply: Reply<Report>) => {
      process.off('exit', onExit);
      if ('error' in reply) reject(new Error(`${name}: ${reply.error}`));
      else resolve(reply.report);
    });
    process.send(order);
  });
}

/** A process that was started for nothing else. */
export class OrderedProcess<Order extends object, Report> {
  readonly #child: Child;

  constructor(processes: Processes, name: string, file: string) {
    this.#child = processes.start(name, file, { ipc: true });
  }

  call(order: Order): Promise<Report> {
    return giveOrder(this.#child, order);
  }

  async stop(): Promise<void> {
    await this.#child.stop();
  }
}
