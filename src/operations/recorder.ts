/** Measures this process each minute, for the history of the installation. */
import type { Measures } from '../core/administration/history.ts';
import type { LaneLoad, Load } from '../core/load.ts';
import { Distribution, SECONDS } from '../distribution.ts';
import type { Hub } from '../hub/hub.ts';
import type { SocketCounts } from './socket-counts.ts';

/** Requests in plain numbers. `times`: seconds. */
export class RequestTally {
  requests = 0;
  errors = 0;
  readonly times = new Distribution(SECONDS);

  answered(status: number, seconds: number): void {
    this.requests += 1;
    if (status >= 500) this.errors += 1;
    this.times.observe(seconds);
  }
}

export type RecorderParts = {
  readonly tally: RequestTally;
  readonly load: Load;
  readonly hub: Pick<Hub<never>, 'counts'>;
  readonly sockets: () => ReadonlyMap<string, SocketCounts>;
  readonly record: (measures: Measures) => Promise<void>;
  /** Ms. */
  readonly interval: number;
};

type Counted = Record<'requests' | 'errors' | 'messages' | 'frames' | 'cpu', number>;
type State = { readonly counted: Counted; readonly times: readonly number[]; readonly commits: readonly number[] };

/** @returns a function that ends it */
export function startRecorder({ tally, load, hub, sockets, record, interval }: RecorderParts): () => void {
  const messages = load.lanes[0] as LaneLoad;
  let last = read();

  function read(): State {
    const { user, system } = process.cpuUsage();
    return {
      counted: {
        requests: tally.requests,
        errors: tally.errors,
        messages: sumOf(messages.latency.counts),
        frames: hub.counts.framesOut,
        cpu: (user + system) / 1_000 / interval,
      },
      times: [...tally.times.counts],
      commits: [...messages.latency.counts],
    };
  }

  function measure(): Measures {
    const before = last;
    last = read();
    const since = Object.fromEntries(
      Object.entries(last.counted).map(([name, value]) => [name, value - before.counted[name as keyof Counted]]),
    ) as Counted;
    return {
      ...since,
      requestTime: slowest(tally.times.bounds, last.times, before.times),
      messageTime: slowest(messages.latency.bounds, last.commits, before.commits),
      sockets: sumOf([...sockets().values()].map(({ open }) => open)),
      waiting: sumOf([
        ...load.lanes.map((lane) => lane.waiting()),
        ...Object.values(load.queues).map((queue) => queue()),
      ]),
      memory: process.memoryUsage.rss(),
    };
  }

  // A row that could not be stored is a visible gap in the plot.
  const timer = setInterval(() => void record(measure()).catch(() => {}), interval).unref();
  return () => clearInterval(timer);
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

/** The 95th percentile of the new values; 0: there are none. */
function slowest(bounds: readonly number[], now: readonly number[], before: readonly number[]): number {
  const fresh = now.map((count, index) => count - (before[index] ?? 0));
  const wanted = sumOf(fresh) * 0.95;
  let seen = 0;
  for (const [index, count] of fresh.entries()) {
    seen += count;
    if (wanted > 0 && seen >= wanted) return bounds[index] ?? (bounds.at(-1) as number);
  }
  return 0;
}
