/** Batches lookups: all that arrive during a statement share the next one, as when thousands of sockets reconnect. */
import DataLoader from 'dataloader';
import { createBatchGate } from './batch-gate.ts';

/** How long the next statement waits for the one before, in ms. */
const PATIENCE = 50;

/** `most`: lookups in one statement. `find` answers them in their order. */
export function batched<Wanted, Found>(
  most: number,
  find: (wanted: readonly Wanted[]) => Promise<readonly Found[]>,
): (one: Wanted) => Promise<Found> {
  const gate = createBatchGate(PATIENCE);
  const loader = new DataLoader<Wanted, Found>((wanted) => find(wanted).finally(gate.leave), {
    cache: false,
    maxBatchSize: most,
    batchScheduleFn: (run) => setImmediate(gate.enter, run),
  });
  return (one) => loader.load(one);
}
