/** `koine user delete`: removes an account and all its content. */
import { createAccountRemoval } from '../core/accounts/account-removal.ts';
import { countMessagesOf } from '../store/account-traces.ts';
import { accessTo, FOUND_IN_LOG, getNamed } from './accounts.ts';
import { confirm } from './ask.ts';
import type { Command } from './command.ts';
import { withDatabase } from './database.ts';
import { withFiles } from './files.ts';

export const userDelete: Command = {
  words: ['user', 'delete'],
  takes: ['username'],
  does: 'remove an account and all that it wrote, for good',
  details: `Its sessions and sockets end first. Posts go with all their comments and likes, and whoever watches the board is told;
in chats, what the others said stays. A group keeps no title or picture that the account gave it, and no room a name with the
account's name in it: such a room gets a random address. Broken off, it can be begun again. Earlier backups are left as they are.
Who comes with tokens from elsewhere (JWT_JWKS_URL) must be removed there as well, or would come back as somebody new.`,
  options: { yes: { type: 'boolean', does: 'do not ask' } },
  example: 'koine user delete ann',
  run: async ({ config: configOf, signal, progress }, [username = ''], values) => {
    const config = configOf();
    return withDatabase(config, signal, async (sql) => {
      const { id, username: name } = await getNamed(sql, username);
      if (!values.yes && !(await confirm(`Remove ${name} and all that they wrote?`, signal)))
        throw new Error('nothing was removed');
      const total = await countMessagesOf(sql, id);
      const onProgress = (messages: number) => progress('messages', messages, total);
      const pictures = await withFiles(config, (blobs) =>
        createAccountRemoval(sql, { hub: FOUND_IN_LOG, access: accessTo(sql, config), blobs }).remove(id, {
          signal,
          onProgress,
        }),
      );
      const text = pictures ? `${name} is gone` : `${name} is gone; a server deletes the pictures within two hours`;
      return { text, data: { username: name, deleted: true, messages: total, pictures } };
    });
  },
};
