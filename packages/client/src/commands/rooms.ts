import { absorbMessages, absorbReaders, absorbRoom, absorbRooms, type MessagePage } from '../absorb.ts';
import { streamOf } from '../events.ts';
import { isFollowed } from '../following.ts';
import { newKey, type Parts, pictureBody, segment } from '../parts.ts';
import { localProblem } from '../problem.ts';
import { createReadMarks } from '../read-marks.ts';
import { changeEntry, withFields, withoutEntry } from '../records.ts';
import { joinRoom, leaveRoom } from '../reduce-me.ts';
import type { Member, Message, NotifyLevel, Page, Reader, Room, RoomRole, SnapshotPage } from '../shapes.ts';
import type { State } from '../state.ts';
import { lastItems } from '../timelines.ts';
import { typedCalls } from '../typed.ts';

export type NewRoom =
  | { readonly kind: 'group'; readonly title?: string; readonly members: readonly string[] }
  | { readonly kind: 'direct'; readonly members: readonly [string] };

export type Invite = {
  readonly code: string;
  readonly url?: string;
  readonly expiresAt: string;
  readonly uses?: number;
  readonly maxUses?: number | null;
};

/** Messages in a page. */
const PAGE = 50;

export type RoomCommands = ReturnType<typeof roomCommands>;

/** Rooms, and the windows of their messages. Each @throws Problem. */
export function roomCommands({ rest, store }: Parts) {
  const request = typedCalls(rest);
  const path = (room: string, ...rest: string[]) => ['/v1/rooms', segment(room), ...rest].join('/');

  async function readPage(
    room: string,
    page: MessagePage,
    query: Readonly<Record<string, number | string>>,
  ): Promise<SnapshotPage<Message>> {
    const ask = async () =>
      (await rest.call<SnapshotPage<Message>>('GET', path(room, 'messages'), { query: { limit: PAGE, ...query } }))
        .body;
    return store.read(ask, (state, answer) => absorbMessages(state, room, answer, page));
  }

  /** The answer may be older than what is known of the room: its caller had it from elsewhere, or a replica lags. */
  function isBehind(room: string): boolean {
    const { timelines, positions } = store.confirmed;
    return (timelines[room]?.at ?? 0) < (positions[streamOf(room)] ?? 0);
  }

  const marks = createReadMarks({ store }, (room, seq) => rest.call('PUT', path(room, 'read'), { json: { seq } }));

  return {
    /** Reads the following page of the room list; `state.roomsNext` tells whether there is one. */
    more: async (): Promise<void> => {
      const cursor = store.confirmed.roomsNext;
      if (cursor === null) return;
      const ask = async () => (await rest.call<Page<Room>>('GET', '/v1/rooms', { query: { cursor } })).body;
      await store.read(ask, absorbRooms);
    },

    read: async (room: string): Promise<Room> =>
      store.read(async () => (await rest.call<Room>('GET', path(room))).body, absorbRoom),

    /** A direct room that exists is answered. */
    create: async (room: NewRoom, key = newKey()): Promise<Room> =>
      store.read(async () => (await rest.call<Room>('POST', '/v1/rooms', { json: room, key })).body, joinRoom),

    change: async (room: string, changes: Partial<Pick<Room, 'title' | 'avatarUrl' | 'posting'>>): Promise<Room> =>
      store.read(async () => (await rest.call<Room>('PATCH', path(room), { json: changes })).body, absorbRoom),

    /** Sets the picture of a group. `picture`: its bytes. */
    setAvatar: async (room: string, picture: Blob): Promise<Room> =>
      store.read(
        async () => (await rest.call<Room>('PUT', path(room, 'avatar'), pictureBody(picture))).body,
        absorbRoom,
      ),

    removeAvatar: async (room: string): Promise<void> => {
      await rest.call('DELETE', path(room, 'avatar'));
    },

    /** Deletes the room for everybody. */
    remove: async (room: string): Promise<void> => {
      await rest.call('DELETE', path(room));
      store.update((state) => leaveRoom(state, room));
    },

    leave: async (room: string): Promise<void> => {
      const me = store.confirmed.me?.id;
      if (me === undefined) throw localProblem('signed_out', 'Nobody is signed in');
      await rest.call('DELETE', path(room, 'members', segment(me)));
      store.update((state) => leaveRoom(state, room));
    },

    members: async (room: string, cursor?: string): Promise<Page<Member>> => {
      const query = cursor === undefined ? {} : { cursor };
      const { items, next } = await request('GET', '/v1/rooms/{roomId}/members', { path: { roomId: room }, query });
      return { items: items.map(({ person, role }) => ({ ...person, role })), next };
    },

    /** Adds a member, or changes the role. */
    setMember: async (room: string, person: string, role?: RoomRole): Promise<void> => {
      await rest.call('PUT', path(room, 'members', segment(person)), { json: role === undefined ? {} : { role } });
    },

    removeMember: async (room: string, person: string): Promise<void> => {
      await rest.call('DELETE', path(room, 'members', segment(person)));
    },

    setNotify: async (room: string, notify: NotifyLevel): Promise<void> => {
      const predict = (state: State) => changeRoom(state, room, (known) => withFields(known, { notify }));
      const target = path(room, 'notify');
      await store.predict(target, predict, () => rest.call('PUT', target, { json: { notify } }));
    },

    /**
     * Marks messages as read up to `seq`; without it, all that are known. Marks only grow; what is marked while a call is
     * under way goes with the next one.
     */
    markRead: async (room: string, seq = store.state.rooms[room]?.lastMessage?.seq ?? 0): Promise<void> => {
      if (seq <= (store.state.rooms[room]?.readSeq ?? 0)) return;
      await marks.set(room, seq);
    },

    /** Into `state.readers`, which follows the room from then on. Empty for the lobby and for groups of more than 50. */
    readers: async (room: string): Promise<Page<Reader>> =>
      store.read(
        async () => (await rest.call<Page<Reader>>('GET', path(room, 'reads'))).body,
        (state, page) => absorbReaders(state, room, page),
      ),

    invite: async (room: string, options: { expiresIn?: number; maxUses?: number } = {}): Promise<Invite> =>
      (await rest.call<Invite>('POST', path(room, 'invites'), { json: options, key: newKey() })).body,

    invites: async (room: string): Promise<Page<Invite>> =>
      (await rest.call<Page<Invite>>('GET', path(room, 'invites'))).body,

    revokeInvite: async (room: string, code: string): Promise<void> => {
      await rest.call('DELETE', path(room, 'invites', segment(code)));
    },

    acceptInvite: async (code: string): Promise<Room> =>
      store.read(async () => (await rest.call<Room>('POST', `/v1/invites/${segment(code)}`)).body, joinRoom),

    /** Begins the window of the room's messages at the newest ones. A window that is there already reaches them stays. */
    open: async (room: string): Promise<void> => {
      const known = store.confirmed.timelines[room];
      if (known?.atEnd && isFollowed(store.confirmed, room)) return;
      await readPage(room, { place: 'newest' }, {});
      if (isBehind(room)) await readPage(room, { place: 'newest' }, {});
    },

    /** Restarts the window at the newest messages. */
    openNewest: async (room: string): Promise<void> => {
      await readPage(room, { place: 'newest' }, {});
    },

    /** Restarts the window around a message. */
    openAround: async (room: string, seq: number): Promise<void> => {
      await readPage(room, { place: 'around' }, { around: seq });
    },

    /** Restarts the window around the first message of that time or later. @returns its seq; null: there is none */
    openAt: async (room: string, time: Date): Promise<number | null> => {
      const { items } = await readPage(room, { place: 'around' }, { at: time.toISOString() });
      return items.find(({ createdAt }) => Date.parse(createdAt) >= time.getTime())?.seq ?? null;
    },

    /** Extends the window by older messages. */
    older: async (room: string): Promise<void> => {
      const timeline = store.confirmed.timelines[room];
      if (!timeline || timeline.atStart) return;
      const { before } = timeline;
      await readPage(room, { place: 'older', seq: before }, { before });
    },

    /** Extends the window by newer messages, if it does not reach the newest ones. */
    newer: async (room: string): Promise<void> => {
      const timeline = store.confirmed.timelines[room];
      if (!timeline || timeline.atEnd) return;
      const { after } = timeline;
      await readPage(room, { place: 'newer', seq: after }, { after });
    },

    /** Lets go of the window's oldest messages but `keep`, or of all. */
    release: (room: string, keep = 0): void => {
      store.update((state) => {
        if (keep === 0) return withFields(state, { timelines: withoutEntry(state.timelines, room) });
        return withFields(state, {
          timelines: changeEntry(state.timelines, room, (timeline) => lastItems(timeline, keep)),
        });
      });
    },
  };
}

function changeRoom(
  state: State,
  room: string,
  change: (room: State['rooms'][string]) => State['rooms'][string],
): State {
  return withFields(state, { rooms: changeEntry(state.rooms, room, change) });
}
