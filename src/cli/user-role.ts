/** `koine user role`: says what an account may do in the community. */
import { ROLES } from '../core/community/ranks.ts';
import { setRoleOf } from '../core/community/roles.ts';
import { getNamed } from './accounts.ts';
import { type Command, UsageError } from './command.ts';
import { withDatabase } from './database.ts';

export const userRole: Command = {
  words: ['user', 'role'],
  parameters: ['username', 'role'],
  summary: 'make an account owner, admin, moderator or member',
  details: "Effective with the account's next request. Nobody but an owner appoints admins and owners from within.",
  example: 'koine user role ann owner',
  run: async (context, [username = '', word = '']) => {
    const role = ROLES.find((one) => one === word);
    if (role === undefined) throw new UsageError(`the role must be one of ${ROLES.join(', ')}, not "${word}"`);
    const name = await withDatabase(context.config(), context.signal, async (sql) => {
      const account = await getNamed(sql, username);
      await setRoleOf(sql, account.id, role);
      return account.username;
    });
    return { text: `${name} is ${role} now`, data: { username: name, role } };
  },
};
