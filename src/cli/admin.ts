/** `koine admin grant|revoke`: gives or takes the right to edit other people's content. */
import { setRoleOf } from '../core/community/roles.ts';
import { isOwner } from '../store/roles.ts';
import { getNamed } from './accounts.ts';
import type { Command, Context, Report } from './command.ts';
import { withDatabase } from './database.ts';

const grant: Command = {
  words: ['admin', 'grant'],
  parameters: ['username'],
  summary: 'let an account edit and delete the content of others',
  example: 'koine admin grant ann',
  run: (context, [username = '']) => change(context, username, true),
};

const revoke: Command = {
  words: ['admin', 'revoke'],
  parameters: ['username'],
  summary: 'revoke that right',
  example: 'koine admin revoke ann',
  run: (context, [username = '']) => change(context, username, false),
};

export const ADMIN_COMMANDS = [grant, revoke];

async function change(context: Context, username: string, admin: boolean): Promise<Report> {
  const name = await withDatabase(context.config(), context.signal, async (sql) => {
    const account = await getNamed(sql, username);
    if (!admin) await setRoleOf(sql, account.id, 'member');
    else if (!(await isOwner(sql, account.id))) await setRoleOf(sql, account.id, 'admin');
    return account.username;
  });
  return {
    text: admin ? `${name} is an admin now` : `${name} is no longer an admin`,
    data: { username: name, admin },
  };
}
