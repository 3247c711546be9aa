// Hand-written WebSocket frames, and each server's own protocol as far as the load generator needs it.
import { randomBytes } from 'node:crypto';

export type ProtocolName = 'lounge' | 'koine' | 'socket.io' | 'ws';

interface Protocol {
  path: string;
  /** Replies to the server's first frames (null: none). A socket is ready once it has seen as many. */
  greeting: (string | null)[];
  /** The frame that sends `text` to the room, which is the lobby where it has no name. */
  say(text: string, room: string): string;
  /** The first letter of the type of frames that answer a sender, as the tenth of the frame; 0: there are none. */
  answers: number;
}

export const protocols: Record<ProtocolName, Protocol> = {
  lounge: {
    path: '/join',
    greeting: [null],
    say: (text) => JSON.stringify({ type: 'chat_message', msg: { text } }),
    answers: 0,
  },
  koine: {
    path: '/v1/live',
    greeting: [null],
    say: (text, room) => JSON.stringify({ type: 'send', ref: 1, room, body: text }),
    answers: 'r'.charCodeAt(0),
  },
  'socket.io': {
    path: '/socket.io/?EIO=4&transport=websocket',
    greeting: ['40', null],
    say: (text) => `42${JSON.stringify(['message', text])}`,
    answers: 0,
  },
  ws: { path: '/', greeting: [], say: (text) => text, answers: 0 },
};

export const TEXT = 1;
export const CLOSE = 8;
export const PING = 9;
const PONG = 10;

export function upgradeRequest(path: string, port: number, token: string): string {
  const lines = [
    `GET ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
  ];
  if (token) lines.push(`Authorization: Bearer ${token}`);
  return `${lines.join('\r\n')}\r\n\r\n`;
}

/** A masked frame. Its key is zero, which is valid, so that a sender can change the text in place. */
export function clientFrame(payload: string | Buffer, opcode = TEXT): Buffer {
  const body = Buffer.from(payload);
  if (body.length > 0xffff) throw new Error(`a frame of ${body.length} bytes is longer than the benchmark sends`);
  const long = body.length > 125;
  const head = Buffer.alloc(long ? 8 : 6);
  head[0] = 0x80 | opcode;
  head[1] = 0x80 | (long ? 126 : body.length);
  if (long) head.writeUInt16BE(body.length, 2);
  return Buffer.concat([head, body]);
}

export const pong = (payload: Buffer): Buffer => clientFrame(payload, PONG);
