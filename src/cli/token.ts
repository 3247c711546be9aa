/** `koine token list|revoke`: the access tokens that programs use an account with. */
import { createChanges } from '../core/events/changes.ts';
import { endSessions } from '../core/sessions/session-endings.ts';
import { isUid } from '../core/text.ts';
import { listAccessTokens } from '../store/access-tokens.ts';
import { FOUND_IN_LOG, getNamed, recordOperator } from './accounts.ts';
import type { Command } from './command.ts';
import { withDatabase } from './database.ts';

/** An account has fewer. */
const MOST = 1_000;

const tokenList: Command = {
  words: ['token', 'list'],
  parameters: ['username'],
  summary: 'list the access tokens of an account that are good, the newest first',
  example: 'koine token list ann',
  run: async ({ config, signal }, [username = '']) =>
    withDatabase(config(), signal, async (sql) => {
      const { id } = await getNamed(sql, username);
      const tokens = await listAccessTokens(sql, id, MOST);
      const lines = tokens.map(({ id, name, scopes, expiresAt, usedAt }) =>
        [id, name, scopes.join(','), dayOf(usedAt), dayOf(expiresAt)].join('\t'),
      );
      return {
        text: [['id', 'name', 'scopes', 'last used', 'ends'].join('\t'), ...lines].join('\n'),
        data: { tokens },
      };
    }),
};

const tokenRevoke: Command = {
  words: ['token', 'revoke'],
  parameters: ['username', 'id'],
  summary: 'revoke an access token of an account',
  details: 'A running server closes its sockets within two seconds.',
  example: 'koine token revoke ann 6f1c1c1e-4d0f-4d6e-9a57-0a8f4c1f8a11',
  run: async ({ config, signal }, [username = '', id = '']) =>
    withDatabase(config(), signal, async (sql) => {
      const account = await getNamed(sql, username);
      const which = { only: id.toLowerCase(), named: true };
      const revoked = isUid(id) && (await endSessions(createChanges(sql, FOUND_IN_LOG), account.id, which)) > 0;
      if (revoked) await recordOperator(sql, account, 'account.revoke-token');
      return {
        text: revoked ? `the token of ${account.username} is revoked` : `${account.username} has no such token`,
        data: { username: account.username, revoked },
        failed: !revoked,
      };
    }),
};

export const TOKEN = [tokenList, tokenRevoke];

function dayOf(date: Date | null): string {
  return date === null ? '-' : date.toISOString().slice(0, 10);
}
