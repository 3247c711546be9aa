import type { AccountAccess } from './accounts/account-access.ts';
import type { Accounts } from './accounts/accounts.ts';
import type { Profiles } from './accounts/profiles.ts';
import type { Contents } from './contents.ts';
import type { Load } from './load.ts';
import type { Media } from './media/media.ts';
import type { Friends } from './people/friends.ts';
import type { Board } from './posts/board.ts';
import type { Comments } from './posts/comments.ts';
import type { Posts } from './posts/posts.ts';
import type { Lobby } from './rooms/lobby.ts';
import type { RoomMessages } from './rooms/room-messages.ts';
import type { Rooms } from './rooms/rooms.ts';
import type { Sessions } from './sessions/sessions.ts';
import type { TokenPairs } from './sessions/token-pairs.ts';

export type Core = {
  accounts: Accounts;
  access: AccountAccess;
  sessions: Sessions;
  contents: Contents;
  tokenPairs: TokenPairs;
  lobby: Lobby;
  posts: Posts;
  comments: Comments;
  board: Board;
  friends: Friends;
  rooms: Rooms & RoomMessages;
  media: Media;
  profiles: Profiles;
  load: Load;
  /** Resolves when everything begun so far has been committed or refused. */
  flush(): Promise<void>;
  /** Takes the people of other nodes, which are known to be dead, out of the lobby. */
  expireNodes(nodes: readonly string[]): Promise<void>;
  /** Says that this node is gone; no socket is left by then. */
  close(): Promise<void>;
  /** Forgets what nobody can ask for any more: sessions that are over, events that every node has long seen. */
  prune(): Promise<void>;
};
