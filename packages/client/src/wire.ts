/** One live connection, whatever carries it: frames in, frames out, and its end. */
import type { ClientFrame, Frame } from './events.ts';

export type Wire = {
  /** Whether frames with a `ref` are answered. */
  readonly canAsk: boolean;
  readonly send: (frame: ClientFrame) => void;
  readonly close: () => void;
};

/** The callbacks of a wire: it opens once at most, and ends once. */
export type WireHandlers = {
  readonly onOpen: () => void;
  readonly onFrame: (frame: Frame) => void;
  readonly onClose: () => void;
};

/** The part of WebSocket that is used: of browsers, of Node.js from version 22, of the package ws. */
export type SocketLike = {
  readonly readyState: number;
  send(data: string): void;
  close(): void;
  addEventListener(type: 'open' | 'message' | 'close' | 'error', listener: (event: SocketEvent) => void): void;
};
export type SocketEvent = { readonly type: string; readonly data?: unknown };
export type SocketClass = new (url: string, protocols?: string[]) => SocketLike;

const OPEN = 1;

/** `url`: of the server; empty: the page's own. */
export function openSocket(
  WebSocket: SocketClass,
  { url, token }: { url: string; token: string | null },
  { onOpen, onFrame, onClose }: WireHandlers,
): Wire {
  const socket = new WebSocket(socketUrl(url), token === null ? [] : ['bearer', token]);
  let isOver = false;
  const end = () => {
    if (isOver) return;
    isOver = true;
    onClose();
  };
  socket.addEventListener('open', () => {
    if (!isOver) onOpen();
  });
  socket.addEventListener('message', ({ data }) => {
    const frame = isOver ? null : frameOf(data);
    if (frame !== null) onFrame(frame);
  });
  socket.addEventListener('close', end);
  socket.addEventListener('error', end);
  return {
    canAsk: true,
    send: (frame) => {
      if (socket.readyState === OPEN) socket.send(JSON.stringify(frame));
    },
    close: () => {
      // The closing handshake may never end where the network is gone.
      end();
      socket.close();
    },
  };
}

/** @returns null if it is no frame */
function frameOf(data: unknown): Frame | null {
  if (typeof data !== 'string') return null;
  try {
    const frame: unknown = JSON.parse(data);
    return typeof frame === 'object' && frame !== null && 'type' in frame ? (frame as Frame) : null;
  } catch {
    return null;
  }
}

function socketUrl(url: string): string {
  const page = (globalThis as { location?: { href: string } }).location?.href;
  const live = new URL(`${url}/v1/live`, page);
  live.protocol = live.protocol === 'https:' ? 'wss:' : 'ws:';
  return live.href;
}
