/** `koine start`: the server, as `npm start` runs it. */
import { startFailure } from '../process/start-failure.ts';
import type { Command } from './command.ts';

export const start: Command = {
  words: ['start'],
  parameters: [],
  summary: 'run the server until it is stopped',
  example: 'PORT=8080 koine start',
  run: async ({ config, signal }) => {
    config();
    // Loaded only when used.
    const { runServer } = await import('../process/run-server.ts');
    return runServer(signal).catch((error) => {
      throw new Error(`cannot start: ${startFailure(error)}`, { cause: error });
    });
  },
};
