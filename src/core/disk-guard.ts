/** Core on a nearly full disk: writes that need space are refused, reading and deleting continue. */
import type { Core } from './core.ts';

/** Each throws AppError `disk_full` if there is no space for rows, or for pictures. */
export type RequireSpace = { readonly rows: () => void; readonly pictures: () => void };

/** Sign-in, likes and presence continue: their rows are few and small, and deleting needs a session. */
export function withinDisk(core: Core, { rows, pictures }: RequireSpace): Core {
  const { accounts, community, incomingHooks, lobby, posts, comments, friends, rooms, media, uploads, profiles } = core;
  return {
    ...core,
    accounts: { ...accounts, signUp: after(rows, accounts.signUp) },
    community: {
      ...community,
      setUp: after(rows, community.setUp),
      approve: after(rows, community.approve),
      createInvite: after(rows, community.createInvite),
    },
    incomingHooks: { ...incomingHooks, post: after(rows, incomingHooks.post) },
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
      receiveFile: after(pictures, media.receiveFile),
      setAvatar: after(pictures, media.setAvatar),
    },
    uploads: { ...uploads, begin: after(pictures, uploads.begin), append: after(pictures, uploads.append) },
    profiles: { ...profiles, update: after(rows, profiles.update) },
  };
}

/** Rejects rather than throws, like the functions that it wraps. */
function after<A extends unknown[], R>(
  require: () => void,
  work: (...args: A) => Promise<R>,
): (...args: A) => Promise<R> {
  return async (...args) => {
    require();
    return work(...args);
  };
}
