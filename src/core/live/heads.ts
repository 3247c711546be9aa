/** The newest positions of rooms that connections do not follow: signals of all nodes, gathered for each connection. */
import { Recent } from '../../limits/recent.ts';
import type { Sql } from '../../store/database.ts';
import { findHeads } from '../../store/events.ts';
import { type Event, isRoomEvent, type KoineHub } from '../events/events.ts';
import { HEADS_CHANNEL, type Signal } from '../events/signals.ts';

/** A connection that wants to know. */
export type HeadWatcher = {
  readonly accountUid: string;
  /** Called for each room that it watches; `mentioned`: the account was. */
  onHead(room: HeadOf, mentioned: boolean): void;
};

export type HeadOf = { readonly id: number; readonly uid: string; readonly seq: number };
type Room = HeadOf & { seq: number; readonly watchers: Set<HeadWatcher> };

const READ_AT_ONCE = 1_000;
/** Rooms of which the last signal is remembered, for those who begin to watch meanwhile. */
const MAX_RECENT = 10_000;

export type Heads = {
  /** To be called before the positions are read from which a connection watches. */
  listen(): Promise<void>;
  watch(watcher: HeadWatcher, headOf: HeadOf): void;
  unwatch(watcher: HeadWatcher, id: number): void;
};

export function createHeads(sql: Sql, hub: KoineHub): Heads {
  const rooms = new Map<number, Room>();
  const recent = new Recent<number>(MAX_RECENT);
  let listening: Promise<void> | null = null;
  hub.onPublished(tell);
  hub.onLoss(() => void readAll().catch(() => {}));

  /** Signals the newest positions of rooms with events of this node to all nodes. */
  function tell(roomId: number, events: readonly Event[]): void {
    const last = events.at(-1);
    if (last === undefined || !isRoomEvent(last)) return;
    hub.signal(HEADS_CHANNEL, { kind: 'head', key: `${roomId}`, roomId, seq: last.seq });
    for (const { kind, seq, data } of events)
      if (kind === 'message.created' && data.mentions.length > 0)
        hub.signal(HEADS_CHANNEL, { kind: 'mention', key: `${roomId} ${seq}`, roomId, seq, uids: data.mentions });
  }

  function hear(signal: Signal): void {
    if (signal.kind !== 'head' && signal.kind !== 'mention') return;
    recent.set(`${signal.roomId}`, signal.seq);
    const room = rooms.get(signal.roomId);
    if (room === undefined) return;
    const isNews = signal.seq > room.seq;
    room.seq = Math.max(room.seq, signal.seq);
    for (const watcher of room.watchers) {
      const mentioned = signal.kind === 'mention' && signal.uids.includes(watcher.accountUid);
      if (isNews || mentioned) watcher.onHead(room, mentioned);
    }
  }

  /** Signals may have been lost. */
  async function readAll(): Promise<void> {
    const ids = [...rooms.keys()];
    for (let from = 0; from < ids.length; from += READ_AT_ONCE)
      for (const { id, head } of await findHeads(sql, ids.slice(from, from + READ_AT_ONCE)))
        hear({ kind: 'head', key: `${id}`, roomId: id, seq: Math.max(head, 1) });
  }

  return {
    listen: (): Promise<void> => {
      listening ??= hub.listenToSignals(HEADS_CHANNEL, hear);
      return listening;
    },
    watch: (watcher, { id, uid, seq }): void => {
      const room = rooms.get(id) ?? { id, uid, seq, watchers: new Set() };
      rooms.set(id, room);
      room.watchers.add(watcher);
      room.seq = Math.max(room.seq, seq, recent.get(`${id}`) ?? 0);
      if (room.seq > seq) watcher.onHead(room, false);
    },
    unwatch: (watcher, id): void => {
      const room = rooms.get(id);
      room?.watchers.delete(watcher);
      if (room?.watchers.size === 0) rooms.delete(id);
    },
  };
}
