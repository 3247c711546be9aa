/** The process: reads the settings, starts the server or its workers, says where it listens, and stops it on a signal. */
import { loadConfig, readEnvironment } from './config.ts';
import { type KoineServer, startServer } from './server.ts';
import { startFailure } from './start-failure.ts';
import { startWorkers } from './workers.ts';

/** The whole shutdown, in ms; what is not done by then is given up (nothing acknowledged can be lost by it). */
const STOP_DEADLINE = 10_000;

try {
  const environment = readEnvironment();
  const config = loadConfig(environment);
  // Listened for from the first moment: a signal during the start ends it as soon as there is something to end.
  const stopped = stopSignal(['SIGTERM', 'SIGINT']);
  const server = config.workers === 1 ? await startServer(config) : await startWorkers(config, environment);
  process.stdout.write(startLine(server, config.dataDir));
  await stopped;
  await server.close();
  process.exit(0);
} catch (error) {
  process.stderr.write(`Koine cannot start: ${startFailure(error)}\n`);
  process.exit(1);
}

function startLine({ url, parts }: KoineServer, dataDir: string): string {
  const { workers, database, broker, files } = parts;
  const several = workers === 1 ? '' : ` | workers: ${workers}`;
  return `Koine listens on ${url}${several} | database: ${database} | broker: ${broker} | files: ${files} | data: ${dataDir}\n`;
}

/** Resolves at the first signal. A second one, or the deadline, ends the process as it is. */
function stopSignal(signals: NodeJS.Signals[]): Promise<void> {
  return new Promise((resolve) => {
    const stop = () => {
      for (const signal of signals) process.on(signal, () => process.exit(1));
      setTimeout(() => process.exit(1), STOP_DEADLINE).unref();
      resolve();
    };
    for (const signal of signals) process.once(signal, stop);
  });
}
