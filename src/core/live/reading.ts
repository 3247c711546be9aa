/** Reading events without a socket: a client keeps a cursor, and is sent all that followed. */
import type { Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { AnswerPeer } from '../../hub/answer-peer.ts';
import type { Connection, ConnectionOptions } from '../../hub/connection.ts';
import type { Actor } from '../model.ts';
import { readCursor, writeCursor } from './cursor.ts';
import {
  type CursorFollowingParts,
  createCursorFollowing,
  type Reader,
  type Start,
  sender,
} from './cursor-following.ts';
import { farewell } from './farewell.ts';
import { type LiveFrames, MAX_FOLLOWED } from './streams.ts';

/** The request that is answered. */
export type Request = ConnectionOptions & { readonly socket: Socket };

type Parts = CursorFollowingParts & {
  /** Seconds. */
  readonly heartbeat: number;
};

/** Characters of the events in an answer to a poll, about. */
const POLL_SIZE = 262_144;
/** Signs of life of an idle answer, per heartbeat. */
const SIGNS = 2;

export type Reading = {
  /**
   * Without a cursor: from now on. One statement.
   * @throws AppError `invalid`: not a cursor
   */
  locate(actor: Actor, text: string | null): Promise<Start>;
  /** An answer without an end. `sign`: what is sent when there is no news. */
  stream(actor: Actor, start: Start, reader: Reader & { sign: string }, request: Request): PassThrough;
  /** The events that followed, as JSON, and the cursor behind them. If there are none, it waits for some for `wait` ms. */
  poll(
    actor: Actor,
    start: Start,
    options: { frames: LiveFrames; wait: number },
    request: Request,
  ): Promise<{ events: readonly string[]; cursor: string }>;
};

export function createReading({ heartbeat, ...parts }: Parts): Reading {
  const { hub, resuming } = parts;
  const follow = createCursorFollowing(parts);

  function connect({ socket, ...options }: Request): { answer: PassThrough; connection: Connection } {
    const answer = new PassThrough();
    const connection = hub.connect(new AnswerPeer(answer), socket, options, answer);
    answer.once('close', () => connection.closed());
    return { answer, connection };
  }

  return {
    locate: async (actor, text): Promise<Start> => {
      const known = text === null ? null : readCursor(text);
      const resumption = await resuming.resumeFrom(actor.id, known, MAX_FOLLOWED - 2);
      const positions = new Map(resumption.resumed.map(({ streamId, seq }) => [streamId, seq]));
      return { cursor: { epoch: resumption.epoch, positions }, resumption };
    },

    stream: (actor, start, reader, request): PassThrough => {
      const { answer, connection } = connect(request);
      const { frames, show, sign } = reader;
      connection.announcer = {
        farewell: (closed) => show(farewell(frames, closed), () => writeCursor(start.cursor)) ?? sign,
      };
      const timer = setInterval(() => connection.sendText(sign), (heartbeat * 1_000) / SIGNS).unref();
      connection.onClose({ closed: () => clearInterval(timer) });
      const send = sender(connection, start, reader);
      send(null);
      follow(connection, actor, start, reader).then(
        () => send(frames.live()),
        (error: unknown) => connection.fail(error),
      );
      return answer;
    },

    poll: async (actor, start, { frames, wait }, request): Promise<{ events: readonly string[]; cursor: string }> => {
      const events: string[] = [];
      let size = 0;
      let isOver = false;
      const { answer, connection } = connect(request);
      const { over, wake } = waiting(connection, wait);
      const show: Reader['show'] = (text) => {
        if (text === null) return null;
        events.push(text);
        size += text.length;
        wake();
        return null;
      };
      request.socket.once('close', wake);
      try {
        await follow(connection, actor, start, { frames, show, isFull: () => isOver || size >= POLL_SIZE });
        if (events.length === 0) await over;
        // Requests of the same turn are answered together.
        await new Promise(setImmediate);
      } finally {
        isOver = true;
        wake();
        request.socket.off('close', wake);
        answer.destroy();
      }
      return { events, cursor: writeCursor(start.cursor) };
    },
  };
}

/** Resolves with the first call of `wake`, after `ms` at the latest, or when the connection ends. */
function waiting(connection: Connection, ms: number): { over: Promise<void>; wake: () => void } {
  let wake = () => {};
  const over = new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    wake = () => resolve(clearTimeout(timer));
    connection.onClose({ closed: wake });
  });
  return { over, wake };
}
