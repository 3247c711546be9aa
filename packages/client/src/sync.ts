/** Keeps the state in step with the server: the start, what is followed, what has to be read again. */
import { absorbSync } from './absorb.ts';
import { type ClientFrame, roomOf, type StreamName } from './events.ts';
import { forget, markStale } from './following.ts';
import type { Parts } from './parts.ts';
import { createReopening, type ReadingCommands } from './reopening.ts';
import { createRoomFollows } from './room-follows.ts';
import type { Me, Sync } from './shapes.ts';
import { createStaleReading } from './stale-reading.ts';
import { EMPTY, type State } from './state.ts';

/** Rooms in the first answer. */
const ROOMS = 30;

export type SyncParts = Parts &
  ReadingCommands & {
    readonly tell: (frame: ClientFrame) => void;
    readonly onSync: (answer: Sync) => void;
  };

export type Syncing = ReturnType<typeof createSyncing>;

export function createSyncing({ rest, store, rooms, feed, people, notifications, tell, onSync }: SyncParts) {
  const { giveUp, reopen } = createReopening(store, { rooms, feed, people, notifications });
  const { followKnown, ensureFollowed } = createRoomFollows({ store, tell });
  const stale = createStaleReading({ store, rooms, feed, notifications, tell, readMe });
  /** Whether the account of the state is known to be that of the credentials. */
  let isVerified = false;

  async function sync(): Promise<void> {
    const before = store.confirmed;
    const answer = await store.read(
      async () => (await rest.call<Sync>('GET', '/v1/sync', { query: { rooms: ROOMS } })).body,
      absorbSync,
    );
    isVerified = true;
    onSync(answer);
    followKnown();
    stale.followLost();
    if (before.epoch !== null && before.epoch !== answer.epoch) giveUp(before);
    await reopen();
  }

  async function verify(): Promise<void> {
    if (store.confirmed.epoch === null) return sync();
    await reopen();
    if (isVerified) return;
    const { id } = (await rest.call<Me>('GET', '/v1/me')).body;
    if (id !== store.confirmed.me?.id) {
      store.update(({ connection }) => ({ ...EMPTY, connection }));
      await sync();
    }
    isVerified = true;
  }

  /** Reads the people whom the account has blocked or muted, once. */
  async function readHidden(): Promise<void> {
    if (store.confirmed.blocks === null) await people.openBlocks();
    if (store.confirmed.mutes === null) await people.openMutes();
  }

  async function readMe(before: State): Promise<void> {
    await sync();
    if (before.notifications.items) await notifications.refresh();
    if (before.friends) await people.openFriends();
    if (before.blocks) await people.openBlocks();
    if (before.mutes) await people.openMutes();
  }

  store.subscribe('stale', () => void stale.readStale());
  store.subscribe('rooms', followKnown);

  return {
    /** Rooms in which something has happened are followed from now on. The first of a connection tells of all. */
    hearHeads: (heads: Readonly<Record<StreamName, { readonly seq: number; readonly mentioned: boolean }>>): void => {
      for (const [stream, { seq, mentioned }] of Object.entries(heads)) {
        const room = roomOf(stream);
        if (room === null) continue;
        const known = store.confirmed.rooms[room];
        if (known && seq > known.at) ensureFollowed(room);
        // It is beyond the pages of rooms that were read.
        else if (!known && mentioned) store.update((state) => markStale(state, stream, 'counts'));
      }
    },

    /** There is a connection: what could not be read before may be read now. */
    retry: stale.retry,

    stop: stale.stop,

    /** Prepares the state for a connection: it has an epoch and belongs to the account. @throws Problem */
    prepare: async (): Promise<void> => {
      stale.start();
      await verify();
      await readHidden();
    },

    /** The positions of the state are good for no connection: it is read anew, and what it shows with it. */
    restart: (): void => {
      if (store.confirmed.epoch !== null) giveUp(store.confirmed);
      store.update((state) => forget(state));
    },

    /** Resolves when the stream is not about to be read again for want of a position. */
    untilFound: (stream: StreamName): Promise<void> => {
      const isLost = () => stream in store.confirmed.stale && !(stream in store.confirmed.positions);
      if (!isLost()) return Promise.resolve();
      return new Promise((resolve) => {
        const end = store.subscribe(() => {
          if (isLost()) return;
          end();
          resolve();
        });
      });
    },

    /** After a connection that did not come to life: the credentials may have ended. */
    doubt: (): void => {
      isVerified = false;
    },

    reset: stale.reset,
  };
}
