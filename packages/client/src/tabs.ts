/** One connection for all tabs of a browser: the tab that has the lock opens it, the others speak through that tab. */
import type { ClientFrame } from './events.ts';
import { createTabLeader, type TabLeader, type TabMessage } from './tab-leader.ts';
import { createTabStreams } from './tab-streams.ts';
import type { Wire, WireHandlers } from './wire.ts';

/** The parts of browsers that are used. */
export type TabPlatform = {
  readonly BroadcastChannel: new (
    name: string,
  ) => {
    onmessage: unknown;
    postMessage(message: unknown): void;
    close(): void;
  };
  readonly navigator: {
    readonly locks: {
      request(name: string, options: { signal: AbortSignal }, work: () => Promise<void>): Promise<unknown>;
    };
  };
};

type Open = (handlers: WireHandlers) => Wire;

/** Null where tabs cannot find each other: each has its own connection. */
export function tabPlatform(): TabPlatform | null {
  const { BroadcastChannel, navigator } = globalThis as Partial<TabPlatform>;
  return BroadcastChannel && navigator?.locks ? { BroadcastChannel, navigator } : null;
}

/** `name`: tabs with the same one share. `open`: opens a connection to the server. */
export function openShared(platform: TabPlatform, name: string, open: Open, handlers: WireHandlers): Wire {
  const own = globalThis.crypto.randomUUID();
  const channel = new platform.BroadcastChannel(name);
  const streams = createTabStreams(handlers.onFrame);
  const ending = new AbortController();
  /** This tab's connection to the server, if it has one. */
  let wire: Wire | null = null;
  let leader: TabLeader | null = null;
  /** Whether another tab's connection is used. */
  let isGuest = false;
  let isOver = false;

  const post = (message: TabMessage) => {
    if (!isOver) channel.postMessage(message);
  };

  function end(): void {
    if (isOver) return;
    post(leader ? { kind: 'end' } : { kind: 'leave', from: own });
    isOver = true;
    ending.abort();
    channel.close();
    wire?.close();
    handlers.onClose();
  }

  /** Nobody has a connection for this tab. */
  function lead(): void {
    // The tab that had it is gone: whatever came meanwhile is asked for again.
    if (isGuest || wire) {
      end();
      return;
    }
    const led = createTabLeader(own, { send: (frame) => wire?.send(frame), show: streams.hear, post });
    leader = led;
    wire = open({ onOpen: handlers.onOpen, onFrame: led.hear, onClose: end });
  }

  function hear(message: TabMessage): void {
    if (leader) {
      if (message.kind === 'ask' && leader.isReady) post({ kind: 'ready' });
      else if (message.kind === 'send') leader.take(message.from, message.frame);
      else if (message.kind === 'leave') leader.leave(message.from);
    } else if (wire === null) hearAsGuest(message);
  }

  function hearAsGuest(message: TabMessage): void {
    if (message.kind === 'ready' && !isGuest) {
      isGuest = true;
      handlers.onOpen();
    } else if (message.kind === 'end' && isGuest) end();
    else if (message.kind === 'alone' && message.to === own) wire = open({ ...handlers, onClose: end });
    else if (message.kind === 'frame' && isGuest && (message.to === null || message.to === own))
      streams.hear(message.frame, message.place);
  }

  channel.onmessage = ({ data }: { data: TabMessage }) => {
    if (!isOver) hear(data);
  };
  const held = (): Promise<void> =>
    new Promise((release) => {
      ending.signal.addEventListener('abort', () => release());
      if (isOver) release();
      else lead();
    });
  platform.navigator.locks.request(name, { signal: ending.signal }, held).catch(() => {});
  post({ kind: 'ask' });
  return {
    canAsk: true,
    send: (frame: ClientFrame) => {
      streams.note(frame);
      if (leader) leader.take(own, frame);
      else if (wire) wire.send(frame);
      else post({ kind: 'send', from: own, frame });
    },
    close: end,
  };
}
