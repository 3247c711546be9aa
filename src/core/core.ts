/** The product, as dialects see it. Built by hand, each part from what it uses. */

import { CLOSE } from '../hub/close-codes.ts';
import type { Hub } from '../hub/hub.ts';
import type { Sql } from '../store/database.ts';
import { type AccountAccess, createAccountAccess } from './account-access.ts';
import { type Accounts, createAccounts } from './accounts.ts';
import { ACCOUNTS_STREAM, type Event, type Notice } from './events.ts';
import { createLobby, type Lobby } from './lobby.ts';
import { createMessages, type Messages } from './messages.ts';
import { createPasswords } from './passwords.ts';
import { createPresence } from './presence.ts';
import { createSessions, type Sessions } from './sessions.ts';
import { createTokenPairs, type TokenPairLifetimes, type TokenPairs } from './token-pairs.ts';
import { createTokens } from './tokens.ts';

export type Core = {
  accounts: Accounts;
  access: AccountAccess;
  sessions: Sessions;
  tokenPairs: TokenPairs;
  messages: Messages;
  lobby: Lobby;
};

export type CoreOptions = {
  readonly tokenSecret: Uint8Array;
  /** Seconds. */
  readonly tokenTtl: number;
  readonly tokenPairs: TokenPairLifetimes;
  readonly passwordCost: { memoryKiB: number; passes: number };
  /** Characters. */
  readonly messageLength: number;
};

export function createCore(sql: Sql, hub: Hub<Event, Notice>, options: CoreOptions): Core {
  const passwords = createPasswords(options.passwordCost);
  const accounts = createAccounts(sql, passwords);
  const access = createAccountAccess(sql, hub, passwords);
  const tokens = createTokens(options.tokenSecret);
  const sessions = createSessions(sql, hub, tokens, options.tokenTtl);
  const tokenPairs = createTokenPairs(sql, sessions, tokens, options.tokenPairs);
  const messages = createMessages(sql, hub, options.messageLength);
  const lobby = createLobby(sql, hub, messages, createPresence(hub));
  return { accounts, access, sessions, tokenPairs, messages, lobby };
}

/** Acts on what other parts and nodes commit: ends the sockets of sessions that are over. */
export async function actOnEvents(hub: Hub<Event, Notice>): Promise<void> {
  await hub.listen(ACCOUNTS_STREAM, {
    event: (event) => {
      if (event.kind === 'session.ended') hub.disconnect(event.data.accountId, event.data.sessionId, CLOSE.signedOut);
    },
  });
}
