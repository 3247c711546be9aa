/**
 * The life cycle of a server process: reads the settings, starts the server or its workers, logs the address, and shuts
 * down gracefully.
 */
import { once } from 'node:events';
import { type Config, loadConfig, misspeltSettings, readEnvironment } from '../config/config.ts';
import type { Environment } from '../config/settings-reader.ts';
import { createLogger } from '../operations/log.ts';
import type { KoineServer } from '../server.ts';

/**
 * Runs the server until `stop` is aborted, then ends the process. A stop during the start waits until the start has
 * finished.
 * @throws if it cannot start; `startFailure` says why
 */
export async function runServer(stop: AbortSignal): Promise<never> {
  const stopped = stop.aborted ? null : once(stop, 'abort');
  // The terminal may have been closed.
  for (const output of [process.stdout, process.stderr]) output.on('error', () => {});
  const environment = readEnvironment();
  const config = loadConfig(environment);
  warnOf(misspeltSettings(), config.logLevel);
  const server = await start(config, environment);
  process.stdout.write(startLines(server, config.dataDir));
  await stopped;
  await server.close();
  process.exit(0);
}

/** The parent of workers is no server itself, and loads none. */
async function start(config: Config, environment: Environment): Promise<KoineServer> {
  if (config.workers === 1) return (await import('../server.ts')).startServer(config);
  return (await import('./workers.ts')).startWorkers(config, environment);
}

function warnOf(lines: readonly string[], level: string): void {
  const logger = createLogger(level);
  for (const line of lines) logger.warn(line);
}

function startLines({ url, setupUrl, parts }: KoineServer, dataDir: string): string {
  const { workers, listensOn, database, broker, files } = parts;
  const elsewhere = url === listensOn ? '' : ` | public: ${url}`;
  const several = workers === 1 ? '' : ` | workers: ${workers}`;
  const setup = setupUrl === null ? '' : `Begin here, once: ${setupUrl}\n`;
  return `Koine listens on ${listensOn}${elsewhere}${several} | database: ${database} | broker: ${broker} | files: ${files} | data: ${dataDir}\n${setup}`;
}
