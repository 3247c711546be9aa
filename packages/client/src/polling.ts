/**
 * Live events without a socket, by long polling: for programs that have no WebSocket, as Node.js 20. It follows all streams;
 * what is not an event (presence, typing) does not come, and messages are sent by calls.
 */
import { type Frame, isEvent, type StreamName } from './events.ts';
import { Problem } from './problem.ts';
import type { Rest } from './rest.ts';
import type { Wire, WireHandlers } from './wire.ts';

/** In seconds. */
const WAIT = 25;
/** In ms. */
const TIMEOUT = 40_000;

type Poll = { readonly events: readonly Frame[]; readonly cursor: string };

export type Polling = ReturnType<typeof createPolling>;

/** `untilFound`: resolves once the position of the stream is known, which a reset takes away. */
export function createPolling(rest: Rest, untilFound: (stream: StreamName) => Promise<void>) {
  let cursor: string | null = null;

  async function poll(wait: number, signal?: AbortSignal): Promise<Poll> {
    const query = { wait, ...(cursor !== null && { cursor }) };
    const options = { query, timeout: TIMEOUT, ...(signal && { signal }) };
    return (await rest.call<Poll>('GET', '/v1/events', options)).body;
  }

  /** The cursor stands for `hello`. */
  async function run({ onFrame }: WireHandlers, signal: AbortSignal): Promise<void> {
    for (let wait = 0; ; wait = WAIT) {
      const answer = await poll(wait, signal);
      for (const frame of answer.events) {
        // Events after a reset come once: they wait until the stream has been read.
        if (isEvent(frame)) await untilFound(frame.stream);
        if (signal.aborted) return;
        onFrame(frame);
      }
      cursor = answer.cursor;
      onFrame(wait === 0 ? { type: 'live' } : { type: 'beat' });
    }
  }

  return {
    /** Whether it is known where to go on. */
    get isBegun(): boolean {
      return cursor !== null;
    },

    /** `at`: the cursor of what was read first. It goes on from there, or where it is already. */
    begin: (at: string): void => {
      cursor ??= at;
    },

    open: (handlers: WireHandlers): Wire => {
      const end = new AbortController();
      const isOver = () => end.signal.aborted;
      const close = () => {
        if (isOver()) return;
        end.abort();
        handlers.onClose();
      };
      run(handlers, end.signal).catch((problem: unknown) => {
        if (problem instanceof Problem || isOver()) close();
        else throw problem;
      });
      return { canAsk: false, send: () => {}, close };
    },
  };
}
