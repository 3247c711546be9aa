/** `koine bot …`: accounts of programs. `koine user delete` deletes them too. */

import { BOTS_MAX, checkBotLook, makeOwnBot } from '../core/bots/new-bots.ts';
import { newAccessToken } from '../core/sessions/access-token-text.ts';
import { APP_SCOPES } from '../core/sessions/scopes.ts';
import { checkText } from '../core/text.ts';
import { insertAccessToken } from '../store/access-tokens.ts';
import { listBots } from '../store/bots.ts';
import { getNamed } from './accounts.ts';
import type { Command } from './command.ts';
import { withDatabase } from './database.ts';

const TOKENS_MAX = 50;
/** Seconds. */
const TOKEN_LASTS = 365 * 86_400;

const add: Command = {
  words: ['bot', 'add'],
  parameters: ['username', 'owner'],
  summary: 'make a bot, an account of a program',
  details: 'It belongs to its owner, acts by tokens alone, and ends with its owner.',
  example: 'koine bot add helper ann',
  run: async (context, [username = '', owner = '']) => {
    const bot = await withDatabase(context.config(), context.signal, async (sql) => {
      const { id: ownerId, bot } = await getNamed(sql, owner);
      if (bot) throw new Error(`${owner} is a bot itself`);
      return makeOwnBot(sql, checkBotLook({ check: checkText }, { name: username }), { username, ownerId });
    });
    return { text: `${bot.username} is a bot of ${owner} now`, data: { id: bot.uid, username: bot.username, owner } };
  },
};

const list: Command = {
  words: ['bot', 'list'],
  parameters: ['owner'],
  summary: 'list the bots of an account',
  example: 'koine bot list ann',
  run: async (context, [owner = '']) => {
    const bots = await withDatabase(context.config(), context.signal, async (sql) =>
      listBots(sql, (await getNamed(sql, owner)).id, BOTS_MAX),
    );
    const shown = bots.map(({ uid, username, name }) => ({ id: uid, username, name }));
    return { text: bots.map(({ username }) => username).join('\n') || 'none', data: shown };
  },
};

const token: Command = {
  words: ['bot', 'token'],
  parameters: ['bot'],
  summary: 'make an access token for a bot',
  details: 'It reads and writes, for a year. It is shown this once.',
  example: 'koine bot token helper',
  run: async (context, [username = '']) => {
    const { token, id, digest } = newAccessToken();
    await withDatabase(context.config(), context.signal, async (sql) => {
      const account = await getNamed(sql, username);
      if (!account.bot) throw new Error(`${account.username} is no bot`);
      const row = {
        id,
        accountId: account.id,
        name: 'koine bot token',
        digest,
        scopes: APP_SCOPES,
        lasts: TOKEN_LASTS,
      };
      if ((await insertAccessToken(sql, row, TOKENS_MAX)) === null) throw new Error('it has 50 tokens already');
    });
    return { text: token, data: { token } };
  },
};

export const BOT_COMMANDS = [add, list, token];
