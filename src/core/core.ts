/** The product, as dialects see it. Built by hand, each part from what it uses. */

import { CLOSE } from '../hub/close-codes.ts';
import type { Hub } from '../hub/hub.ts';
import type { Sql } from '../store/database.ts';
import { type Accounts, createAccounts } from './accounts.ts';
import { type ChatMessages, createChatMessages } from './chat-messages.ts';
import { type Chats, createChats } from './chats.ts';
import { ACCOUNTS_STREAM, type Event, type Notice } from './events.ts';
import { createFriends, type Friends } from './friends.ts';
import { createLobby, type Lobby } from './lobby.ts';
import { createMessages, type Messages } from './messages.ts';
import { createPasswords } from './passwords.ts';
import { createPresence } from './presence.ts';
import { createSessions, type Sessions } from './sessions.ts';
import { createTokens } from './tokens.ts';

export type Core = {
  accounts: Accounts;
  sessions: Sessions;
  messages: Messages;
  lobby: Lobby;
  friends: Friends;
  chats: Chats & ChatMessages;
};

export type CoreOptions = {
  readonly tokenSecret: Uint8Array;
  /** Seconds. */
  readonly tokenTtl: number;
  readonly passwordCost: { memoryKiB: number; passes: number };
  /** Characters. */
  readonly messageLength: number;
};

export function createCore(sql: Sql, hub: Hub<Event, Notice>, options: CoreOptions): Core {
  const accounts = createAccounts(sql, createPasswords(options.passwordCost));
  const sessions = createSessions(sql, hub, createTokens(options.tokenSecret), options.tokenTtl);
  const messages = createMessages(sql, hub, options.messageLength);
  const lobby = createLobby(sql, hub, messages, createPresence(hub));
  const friends = createFriends(sql);
  const chats = { ...createChats(sql), ...createChatMessages(sql, hub, messages, lobby) };
  return { accounts, sessions, messages, lobby, friends, chats };
}

/** Acts on what other parts and nodes commit: ends the sockets of sessions that are over. */
export async function actOnEvents(hub: Hub<Event, Notice>): Promise<void> {
  await hub.listen(ACCOUNTS_STREAM, {
    event: (event) => {
      if (event.kind === 'session.ended') hub.disconnect(event.data.accountId, event.data.sessionId, CLOSE.signedOut);
    },
  });
}
