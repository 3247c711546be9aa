/** Who is in a room now: accounts, each with the sockets that it is there with. */
import type { Author, KoineHub } from './events.ts';

export type Presence = ReturnType<typeof createPresence>;

/** `via`: the door it came through, where that matters. `replaced`: called when it has to make way. */
type Place = { readonly via: string; readonly replaced?: () => void };
type Member = { readonly username: string; readonly places: Set<Place> };

export function createPresence(hub: KoineHub) {
  const rooms = new Map<number, Map<number, Member>>();
  /** Sorted names of each room, until somebody comes or goes. */
  const sorted = new Map<number, readonly string[]>();

  function enter(roomId: number, account: Author, place: Place): () => void {
    const room = rooms.get(roomId) ?? new Map<number, Member>();
    rooms.set(roomId, room);
    const known = room.get(account.id);
    const member = known ?? { username: account.username, places: new Set<Place>() };
    member.places.add(place);
    if (!known) {
      room.set(account.id, member);
      tell(roomId, 'member.joined', member.username);
    }
    return () => leave(roomId, account.id, place);
  }

  function leave(roomId: number, accountId: number, place: Place): void {
    const room = rooms.get(roomId);
    const member = room?.get(accountId);
    if (!room || !member?.places.delete(place) || member.places.size > 0) return;
    room.delete(accountId);
    tell(roomId, 'member.left', member.username);
  }

  function tell(roomId: number, kind: 'member.joined' | 'member.left', username: string): void {
    sorted.delete(roomId);
    hub.notify(roomId, { kind, username, at: Date.now() });
  }

  /** The places of an account in a room that were entered through that door. */
  function placesVia(roomId: number, accountId: number, via: string): Place[] {
    const places = rooms.get(roomId)?.get(accountId)?.places ?? [];
    return [...places].filter((place) => place.via === via);
  }

  return {
    /** @returns the function that leaves again. The first place of an account is a `member.joined`, the last one left a `member.left`. */
    enter,
    /** Enters as the account's only place of that door; the one before it, if any, is told to make way. */
    enterAlone(roomId: number, account: Author, place: Place & { replaced: () => void }): () => void {
      const before = placesVia(roomId, account.id, place.via);
      const left = enter(roomId, account, place);
      for (const other of before) other.replaced?.();
      return left;
    },
    isIn: (roomId: number, accountId: number, via: string): boolean => placesVia(roomId, accountId, via).length > 0,
    /** Usernames, sorted by code point, each once. */
    names(roomId: number): readonly string[] {
      const known = sorted.get(roomId);
      if (known) return known;
      const names = [...(rooms.get(roomId)?.values() ?? [])].map((member) => member.username).sort();
      sorted.set(roomId, names);
      return names;
    },
  };
}
