/** The entry point of `npm start`. */
import { startFailure } from './process/start-failure.ts';
import { stopOnSignals } from './process/stop-signals.ts';

// Registered first: a signal during the start ends it as soon as there is something to stop.
const { signal } = stopOnSignals(1);
try {
  const { runServer } = await import('./process/run-server.ts');
  await runServer(signal);
} catch (error) {
  process.stderr.write(`Koine cannot start: ${startFailure(error)}\n`);
  process.exit(1);
}
