import type { AccountAccess } from './accounts/account-access.ts';
import type { Accounts } from './accounts/accounts.ts';
import type { OwnExports } from './accounts/own-exports.ts';
import type { OwnRemoval } from './accounts/own-removal.ts';
import type { Profiles } from './accounts/profiles.ts';
import type { Administration } from './administration/administration.ts';
import type { Bots } from './bots/bots.ts';
import type { CatchUp } from './catch-up/catch-up.ts';
import type { CommunityParts } from './community/create-community.ts';
import type { Contents } from './contents.ts';
import type { Credentials } from './credentials/create-credentials.ts';
import type { HookLane, ServingHooks } from './hooks/hook-lane.ts';
import type { IncomingHooks } from './hooks/incoming-hooks.ts';
import type { OutgoingHooks } from './hooks/outgoing-hooks.ts';
import type { Live } from './live/live.ts';
import type { Load } from './load.ts';
import type { Addresses } from './mail/addresses.ts';
import type { PasswordResets } from './mail/password-resets.ts';
import type { Files } from './media/files.ts';
import type { Media } from './media/media.ts';
import type { Moderation } from './moderation/create-moderation.ts';
import type { Standings } from './moderation/standings.ts';
import type { Notifications } from './notifications/notifications.ts';
import type { Blocks } from './people/blocks.ts';
import type { Friends } from './people/friends.ts';
import type { Mutes } from './people/mutes.ts';
import type { PeopleSearch } from './people/people-search.ts';
import type { BoardParts } from './posts/create-board.ts';
import type { Providers } from './providers/providers.ts';
import type { Push } from './push/subscriptions.ts';
import type { Invites } from './rooms/invites.ts';
import type { Lobby } from './rooms/lobby.ts';
import type { Memberships } from './rooms/memberships.ts';
import type { MessageCommands } from './rooms/message-commands.ts';
import type { RoomChanges } from './rooms/room-changes.ts';
import type { RoomMarks } from './rooms/room-marks.ts';
import type { RoomMessages } from './rooms/room-messages.ts';
import type { Rooms } from './rooms/rooms.ts';
import type { Search } from './search/search.ts';
import type { Sessions } from './sessions/sessions.ts';
import type { TokenPairs } from './sessions/token-pairs.ts';

export type Core = BoardParts['core'] & {
  accounts: Accounts;
  access: AccountAccess;
  administration: Administration;
  addresses: Addresses;
  resets: PasswordResets;
  removal: OwnRemoval;
  community: CommunityParts;
  exports: OwnExports;
  sessions: Sessions;
  credentials: Credentials;
  bots: Bots;
  incomingHooks: IncomingHooks;
  outgoingHooks: OutgoingHooks;
  providers: Providers;
  contents: Contents;
  tokenPairs: TokenPairs;
  lobby: Lobby;
  people: PeopleSearch;
  friends: Friends;
  notifications: Notifications;
  push: Push;
  blocks: Blocks;
  search: Search;
  catchUp: CatchUp;
  mutes: Mutes;
  moderation: Moderation;
  /** Cached standings of accounts with sockets on this node. */
  standings: Standings;
  rooms: Rooms & RoomMessages & Memberships & RoomChanges & RoomMarks & Invites;
  messages: MessageCommands;
  media: Media;
  files: Files;
  profiles: Profiles;
  live: Live;
  load: Load;
  /** Begins to send outgoing hooks. */
  serveHooks(how: ServingHooks): HookLane;
  /** Resolves when all writes so far have been committed or refused. */
  flush(): Promise<void>;
  /** Expires nodes that are known to be dead: removes their presence entries. */
  expireNodes(nodes: readonly string[]): Promise<void>;
  /** Ends the lease of this node. All sockets must be closed before. */
  close(): Promise<void>;
  /** Retention: deletes ended sessions, old networks and events that every node has long seen. */
  prune(): Promise<void>;
};
