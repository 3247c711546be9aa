/** Batches lookups: all that arrive during a statement share the next one, as when thousands of sockets reconnect. */
import DataLoader from 'dataloader';
import { gathering } from '../../hub/gathering.ts';
import { createBatchGate } from './batch-gate.ts';

/** How long the next statement waits for the one before, in ms. */
const PATIENCE = 50;

/** `most`: lookups in one statement. `gather`: ms after a batch in which the next gathers. `find` answers them in their order. */
export function batched<Wanted, Found>(
  { most, gather = 0 }: { readonly most: number; readonly gather?: number },
  find: (wanted: readonly Wanted[]) => Promise<readonly Found[]>,
): (one: Wanted) => Promise<Found> {
  const gate = createBatchGate(PATIENCE);
  const schedule = gathering(gather);
  const loader = new DataLoader<Wanted, Found>((wanted) => find(wanted).finally(gate.leave), {
    cache: false,
    maxBatchSize: most,
    batchScheduleFn: (run) => schedule(() => gate.enter(run)),
  });
  return (one) => loader.load(one);
}
