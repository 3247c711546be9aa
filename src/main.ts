/** The process: reads the settings, starts the server, says where it listens, and stops it on a signal. */
import { ConfigError, loadConfig } from './config.ts';
import { startServer } from './server.ts';

/** The whole shutdown, in ms; what is not done by then is given up (nothing acknowledged can be lost by it). */
const STOP_DEADLINE = 10_000;

try {
  const config = loadConfig();
  // Listened for from the first moment: a signal during the start ends it as soon as there is something to end.
  const stopped = stopSignal(['SIGTERM', 'SIGINT']);
  const server = await startServer(config);
  const { database, broker, files } = server.parts;
  process.stdout.write(
    `Koine listens on ${server.url} | database: ${database} | broker: ${broker} | files: ${files} | data: ${config.dataDir}\n`,
  );
  await stopped;
  await server.close();
  process.exit(0);
} catch (error) {
  fail(error);
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

/** One line that a person can act on; the rest of what we know only where it is our own mistake. */
function fail(error: unknown): never {
  const { message, code } = error as NodeJS.ErrnoException;
  const { address, port } = error as { address?: string; port?: number };
  let line = error instanceof ConfigError ? `bad settings: ${message}` : message;
  if (code === 'EADDRINUSE') line = `port ${port} is in use on ${address}; choose another with PORT`;
  if (code === 'EACCES' && port !== undefined) line = `port ${port} needs more rights; choose one above 1023 with PORT`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    line = `this machine has no address ${address ?? 'of that name'}; check HOST`;
  process.stderr.write(`Koine cannot start: ${line}\n`);
  process.exit(1);
}
