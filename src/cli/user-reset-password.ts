/** `koine user reset-password`: replaces a forgotten or revoked password. */
import { randomBytes } from 'node:crypto';
import { accessTo, getNamed, recordOperator } from './accounts.ts';
import { secretLine } from './ask.ts';
import type { Command } from './command.ts';
import { withDatabase } from './database.ts';

const GENERATED_BYTES = 15;

export const userResetPassword: Command = {
  words: ['user', 'reset-password'],
  parameters: ['username'],
  summary: 'give an account a new password and end all its sessions',
  details: 'The password is prompted for, or read from the first line of standard input; never from the arguments.',
  options: { generate: { type: 'boolean', summary: 'generate a password, and print it' } },
  example: 'koine user reset-password ann --generate',
  run: async ({ config: configOf, signal }, [username = ''], values) => {
    const config = configOf();
    return withDatabase(config, signal, async (sql) => {
      const account = await getNamed(sql, username);
      const generated = values.generate ? randomBytes(GENERATED_BYTES).toString('base64url') : null;
      const password = generated ?? (await secretLine(`New password of ${account.username}: `, signal));
      await accessTo(sql, config).resetPassword(account.id, password);
      await recordOperator(sql, account, 'account.reset-password');
      const shown = generated === null ? '' : `: ${generated}`;
      return {
        text: `${account.username} has a new password${shown}`,
        data: { username: account.username, ...(generated !== null && { password: generated }) },
      };
    });
  },
};
