/** The product while the disk is nearly full: what needs more of it is refused, reading and deleting go on. */
import type { Core } from './core.ts';

/** Each throws AppError `disk_full` where there is no room for rows, or for pictures. */
export type RequireSpace = { readonly rows: () => void; readonly pictures: () => void };

/** Signing in, likes and presence go on: their rows are few and small, and without them nobody could delete anything. */
export function withinDisk(core: Core, { rows, pictures }: RequireSpace): Core {
  const { accounts, lobby, posts, comments, friends, rooms, media, profiles } = core;
  return {
    ...core,
    accounts: { ...accounts, signUp: after(rows, accounts.signUp) },
    lobby: { ...lobby, send: after(rows, lobby.send) },
    posts: { ...posts, create: after(rows, posts.create), editText: after(rows, posts.editText) },
    comments: { ...comments, add: after(rows, comments.add) },
    friends: { ...friends, addFriend: after(rows, friends.addFriend) },
    rooms: {
      ...rooms,
      createRoom: after(rows, rooms.createRoom),
      openDirectRoom: after(rows, rooms.openDirectRoom),
      sendMessage: after(rows, rooms.sendMessage),
    },
    media: {
      ...media,
      receive: after(pictures, media.receive),
      setAvatar: after(pictures, media.setAvatar),
    },
    profiles: { ...profiles, update: after(rows, profiles.update) },
  };
}

/** Refused by a rejection, as everything that these functions refuse. */
function after<A extends unknown[], R>(
  require: () => void,
  work: (...args: A) => Promise<R>,
): (...args: A) => Promise<R> {
  return async (...args) => {
    require();
    return work(...args);
  };
}
