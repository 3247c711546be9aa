/** `koine start`: the server, as `npm start` runs it. */
import type { Command } from './command.ts';

export const start: Command = {
  words: ['start'],
  takes: [],
  does: 'run the server until it is told to stop',
  example: 'PORT=8080 koine start',
  run: async ({ config }) => {
    config();
    await import('../main.ts');
    return undefined;
  },
};
