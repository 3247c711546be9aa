/** The tab that has the connection: it speaks for the others. */
import type { ClientFrame, Frame, Positions, ServerFrame, StreamName } from './events.ts';
import { isEvent, streamOf } from './events.ts';
import { createSharedStreams } from './tab-streams.ts';

/** Messages between tabs. `to`, `from`: ids of tabs. */
export type TabMessage =
  /** Is there a connection? */
  | { readonly kind: 'ask' }
  /** There is one. */
  | { readonly kind: 'ready' }
  /** The connection, or its tab, has ended. */
  | { readonly kind: 'end' }
  /** For one tab, or (null) for all. `place`: the position that an event follows. */
  | { readonly kind: 'frame'; readonly to: string | null; readonly frame: Frame; readonly place: number }
  /** The connection does not suffice for this tab. */
  | { readonly kind: 'alone'; readonly to: string }
  | { readonly kind: 'send'; readonly from: string; readonly frame: ClientFrame }
  /** The tab needs the connection no longer. */
  | { readonly kind: 'leave'; readonly from: string };

type Tab = { streams: Set<StreamName>; people: readonly string[] };
type Heads = Extract<ServerFrame, { type: 'heads' }>['data'];

/** Streams that all tabs follow together, and accounts that they watch; the server's bounds are 500. */
const MAX_STREAMS = 480;
const MAX_PEOPLE = 500;

export type TabLeader = ReturnType<typeof createTabLeader>;

/** `own`: its id. `send`: to the server. `show`: to itself. */
export function createTabLeader(
  own: string,
  parts: {
    send: (frame: ClientFrame) => void;
    show: (frame: Frame, place: number) => void;
    post: (message: TabMessage) => void;
  },
) {
  const { send, show, post } = parts;
  const tabs = new Map<string, Tab>();
  const shared = createSharedStreams();
  /** Tabs that wait for an answer, by the ref that the server was given. */
  const asked = new Map<number, { readonly tab: string; readonly ref: number }>();
  let refs = 0;
  let epoch = '';
  let isReady = false;
  let heads: Heads = {};

  function tabOf(id: string): Tab {
    const tab = tabs.get(id) ?? { streams: new Set(), people: [] };
    tabs.set(id, tab);
    return tab;
  }

  function tell(tab: string, frame: Frame): void {
    if (tab === own) show(frame, 0);
    else post({ kind: 'frame', to: tab, frame, place: 0 });
  }

  const isFollowed = (stream: StreamName) => [...tabs.values()].some(({ streams }) => streams.has(stream));

  function follow(tab: string, have: Positions): void {
    for (const stream of Object.keys(have)) tabOf(tab).streams.add(stream);
    const wanted = shared.follow(have);
    if (Object.keys(wanted).length > 0) send({ type: 'follow', have: wanted });
  }

  function welcome(tab: string, frame: Extract<ClientFrame, { type: 'hello' }>): void {
    const streams = Object.keys(frame.have);
    const all = new Set([...streams, ...[...tabs.values()].flatMap((one) => [...one.streams])]);
    if (all.size > MAX_STREAMS) {
      post({ kind: 'alone', to: tab });
      return;
    }
    if (frame.epoch === epoch) follow(tab, frame.have);
    else for (const stream of streams) tell(tab, { type: 'reset', stream, seq: 0 });
    tell(tab, { type: 'live' });
    tell(tab, { type: 'heads', data: heads });
  }

  function unfollow(tab: string, streams: readonly StreamName[]): void {
    for (const stream of streams) tabOf(tab).streams.delete(stream);
    const left = streams.filter((stream) => shared.isFollowed(stream) && !isFollowed(stream));
    for (const stream of left) shared.end(stream);
    if (left.length > 0) send({ type: 'unfollow', streams: left });
  }

  function watch(tab: string, people: readonly string[]): void {
    tabOf(tab).people = people;
    const all = new Set([...tabs.values()].flatMap((one) => one.people));
    send({ type: 'watch', people: [...all].slice(0, MAX_PEOPLE) });
  }

  return {
    get isReady(): boolean {
      return isReady;
    },

    /** A tab's frame for the server. */
    take: (tab: string, frame: ClientFrame): void => {
      if (frame.type === 'hello' && tab !== own) welcome(tab, frame);
      else if (frame.type === 'follow') follow(tab, frame.have);
      else if (frame.type === 'unfollow') unfollow(tab, frame.streams);
      else if (frame.type === 'watch') watch(tab, frame.people);
      else if (frame.type === 'beat' && tab !== own) return;
      else if ('ref' in frame && frame.ref !== undefined) {
        refs += 1;
        asked.set(refs, { tab, ref: frame.ref });
        send({ ...frame, ref: refs });
      } else {
        if (frame.type === 'hello') {
          epoch = frame.epoch;
          for (const stream of Object.keys(frame.have)) tabOf(tab).streams.add(stream);
          shared.follow(frame.have);
        }
        send(frame);
      }
    },

    /** The server's frame. */
    hear: (frame: Frame): void => {
      if ((frame.type === 'result' || frame.type === 'problem') && frame.ref !== undefined) {
        const one = asked.get(frame.ref);
        asked.delete(frame.ref);
        if (one) tell(one.tab, { ...frame, ref: one.ref });
        return;
      }
      if (isEvent(frame) && frame.type === 'room.joined')
        for (const { streams } of tabs.values()) streams.add(streamOf(frame.data.id));
      if (!isEvent(frame) && frame.type === 'heads') heads = { ...heads, ...frame.data };
      if (!isEvent(frame) && frame.type === 'reset') shared.end(frame.stream);
      const place = isEvent(frame) ? shared.hear(frame) : 0;
      if (place === null) return;
      show(frame, place);
      if (frame.type === 'live') {
        isReady = true;
        post({ kind: 'ready' });
      } else post({ kind: 'frame', to: null, frame, place });
    },

    leave: (tab: string): void => {
      unfollow(tab, [...tabOf(tab).streams]);
      tabs.delete(tab);
    },
  };
}
