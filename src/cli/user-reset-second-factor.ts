/** `koine user reset-second-factor`: lets somebody in who lost their phone and their recovery codes. */
import { deleteSecondFactor } from '../store/second-factors.ts';
import { getNamed, recordOperator } from './accounts.ts';
import type { Command } from './command.ts';
import { withDatabase } from './database.ts';

export const userResetSecondFactor: Command = {
  words: ['user', 'reset-second-factor'],
  parameters: ['username'],
  summary: 'turn off the second factor of an account',
  details: 'The account signs in with its password alone until its owner turns a second factor on again.',
  example: 'koine user reset-second-factor ann',
  run: async ({ config, signal }, [username = '']) =>
    withDatabase(config(), signal, async (sql) => {
      const account = await getNamed(sql, username);
      const wasOn = await sql.begin(async (tx) => {
        await recordOperator(tx, account, 'account.reset-second-factor');
        return deleteSecondFactor(tx, account.id);
      });
      return {
        text: `${account.username} signs in with the password alone`,
        data: { username: account.username, wasOn },
      };
    }),
};
