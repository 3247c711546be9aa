/** `koine migrate`: applies pending migrations without starting the server. */
import { bringUpToDate } from '../core/accounts/upgrade.ts';
import type { Command } from './command.ts';
import { withDatabaseAsItIs } from './database.ts';

export const migrateDatabase: Command = {
  words: ['migrate'],
  parameters: [],
  summary: 'apply pending migrations; the server also does so when it starts',
  example: 'koine migrate',
  run: async ({ config, signal }) => {
    const migrations = await withDatabaseAsItIs(config(), signal, bringUpToDate);
    const text = migrations.length === 0 ? 'the database was up to date' : `applied ${migrations.join(', ')}`;
    return { text, data: { applied: migrations } };
  },
};
