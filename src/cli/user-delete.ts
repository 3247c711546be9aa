/** `koine user delete`: removes an account and all its content. */
import { createAccountRemoval } from '../core/accounts/account-removal.ts';
import { createChanges } from '../core/events/changes.ts';
import { countMessagesOf } from '../store/account-traces.ts';
import { accessTo, FOUND_IN_LOG, getNamed, recordOperator } from './accounts.ts';
import { confirm } from './ask.ts';
import type { Command } from './command.ts';
import { withDatabase } from './database.ts';
import { withFiles } from './files.ts';

export const userDelete: Command = {
  words: ['user', 'delete'],
  parameters: ['username'],
  summary: 'delete an account and all its content, permanently',
  details: `Its sessions and sockets end first. Its posts are deleted with all their comments and likes, and subscribers of the board
are notified; in chats, the messages of others stay. Groups lose titles and pictures that the account gave them, and a room
with the account's name in its own gets a random address. An interrupted deletion can be repeated. Earlier backups are not
changed. Accounts of an external issuer (JWT_JWKS_URL) must be deleted there as well, or would be created again.`,
  options: { yes: { type: 'boolean', summary: 'do not ask for confirmation' } },
  example: 'koine user delete ann',
  run: async ({ config: configOf, signal, progress }, [username = ''], values) => {
    const config = configOf();
    return withDatabase(config, signal, async (sql) => {
      const account = await getNamed(sql, username);
      const { id, username: name } = account;
      if (!values.yes && !(await confirm(`Delete ${name} and all their content?`, signal)))
        throw new Error('nothing was deleted');
      await recordOperator(sql, account, 'account.delete');
      const total = await countMessagesOf(sql, id);
      const onProgress = (messages: number) => progress('messages', messages, total);
      const pictures = await withFiles(config, (blobs) =>
        createAccountRemoval(sql, {
          changes: createChanges(sql, FOUND_IN_LOG),
          access: accessTo(sql, config),
          blobs,
        }).remove(id, {
          signal,
          onProgress,
        }),
      );
      const text = pictures
        ? `${name} is deleted`
        : `${name} is deleted; a server deletes the pictures within two hours`;
      return { text, data: { username: name, deleted: true, messages: total, pictures } };
    });
  },
};
