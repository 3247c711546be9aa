// Koine as `npm start` runs it, in a process that also reports its event loop delay over IPC.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { takeOrders } from './orders.ts';

/** Milliseconds of event loop delay since the last report. */
export interface LoopDelay {
  p99: number;
  max: number;
}

const RESOLUTION_MS = 10;
const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
histogram.enable();

takeOrders(async (): Promise<LoopDelay> => {
  // The histogram records the interval between two ticks of the timer.
  const late = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS);
  const delay = { p99: late(histogram.percentile(99)), max: late(histogram.max) };
  histogram.reset();
  return delay;
});

await import(new URL('../bin/server.js', import.meta.url).href);
