/** `koine admin grant|revoke`: gives or takes the right to edit other people's content. */
import { comparisonKey } from '../core/account-rules.ts';
import { updateAdmin } from '../store/accounts.ts';
import type { Command, Context, Report } from './command.ts';
import { withDatabase } from './database.ts';

export const adminGrant: Command = {
  words: ['admin', 'grant'],
  parameters: ['username'],
  summary: 'let an account edit and delete the content of others',
  example: 'koine admin grant ann',
  run: (context, [username = '']) => change(context, username, true),
};

export const adminRevoke: Command = {
  words: ['admin', 'revoke'],
  parameters: ['username'],
  summary: 'revoke that right',
  example: 'koine admin revoke ann',
  run: (context, [username = '']) => change(context, username, false),
};

async function change(context: Context, username: string, admin: boolean): Promise<Report> {
  const name = await withDatabase(context.config(), context.signal, (sql) =>
    updateAdmin(sql, comparisonKey(username), admin),
  );
  if (name === null) throw new Error(`there is no account named "${username}"`);
  return {
    text: admin ? `${name} is an admin now` : `${name} is no longer an admin`,
    data: { username: name, admin },
  };
}
