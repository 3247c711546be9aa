/**
 * The live connection: kept open, opened again after its end, resumed where it ended. It decides nothing about the state; what
 * comes is handed on.
 */
import { backoff, within } from './backoff.ts';
import type { ClientFrame, Frame, ServerFrame } from './events.ts';
import { localProblem, Problem } from './problem.ts';
import type { Connection } from './state.ts';
import type { Wire, WireHandlers } from './wire.ts';

/** In ms. The server sends a beat every 25 s. */
const SILENCE = 60_000;
const CHECK = 5_000;
const OPENING = 15_000;
const ANSWER = 20_000;
/** A connection that lasted as long has proven itself: the next failure is a first one. */
const PROVEN = 10_000;

type Result = Extract<ServerFrame, { type: 'result' | 'problem' }>;
type Waiting = {
  readonly resolve: (data: unknown) => void;
  readonly reject: (problem: Problem) => void;
  readonly timer: ReturnType<typeof setTimeout>;
};
type RefFrame = Extract<ClientFrame, { ref?: number }>;
/** A frame that is answered, before it has its ref. */
export type Asking = RefFrame extends infer One ? (One extends RefFrame ? Omit<One, 'ref'> : never) : never;

export type LiveOptions = {
  readonly open: (handlers: WireHandlers) => Wire;
  /** Called before each attempt; what it throws with a status 401 ends all attempts. */
  readonly prepare: () => Promise<void>;
  readonly hello: () => ClientFrame;
  readonly onFrame: (frame: Frame) => void;
  /** `wasLive`: whether it had told all that was asked for. */
  readonly onEnd: (wasLive: boolean) => void;
  readonly onStatus: (status: Connection) => void;
  /** From 0 to 1. */
  readonly random: () => number;
};

export type Live = ReturnType<typeof createLive>;

export function createLive({ open, prepare, hello, onFrame, onEnd, onStatus, random }: LiveOptions) {
  const waiting = new Map<number, Waiting>();
  let refs = 0;
  /** The loop of attempts that runs; another one after a stop and a start. */
  let loop: { isOver: boolean } | null = null;
  let isLive = false;
  let wire: Wire | null = null;
  let wake: (() => void) | null = null;

  function answer(frame: Result): void {
    const one = frame.ref === undefined ? undefined : waiting.get(frame.ref);
    if (!one || frame.ref === undefined) return;
    waiting.delete(frame.ref);
    clearTimeout(one.timer);
    if (frame.type === 'result') one.resolve(frame.data);
    else one.reject(new Problem(frame.problem));
  }

  function abandon(): void {
    const problem = localProblem('offline', 'The connection ended before the answer');
    for (const { reject, timer } of waiting.values()) {
      clearTimeout(timer);
      reject(problem);
    }
    waiting.clear();
  }

  /** One connection, until its end. @returns when to come back: a window in ms, null: not at all, undefined: as usual */
  function connect(): Promise<readonly [number, number] | null | undefined> {
    return new Promise((resolve) => {
      let retryAfter: readonly [number, number] | null | undefined;
      let heardAt = Date.now();
      const opened = open({
        onOpen: () => opened.send(hello()),
        onFrame: (frame) => {
          heardAt = Date.now();
          if (frame.type === 'beat') opened.send({ type: 'beat' });
          else if (frame.type === 'bye') retryAfter = frame.retryAfter;
          else if (frame.type === 'result' || frame.type === 'problem') answer(frame);
          else hear(frame);
        },
        onClose: () => {
          clearInterval(watch);
          wire = null;
          onEnd(isLive);
          isLive = false;
          abandon();
          resolve(retryAfter);
        },
      });
      wire = opened;
      const watch = setInterval(() => {
        if (Date.now() - heardAt > (isLive ? SILENCE : OPENING)) opened.close();
      }, CHECK);
    });
  }

  function hear(frame: Frame): void {
    if (frame.type === 'live') {
      isLive = true;
      onStatus({ status: 'live', retryAt: null });
    }
    onFrame(frame);
  }

  /** Waits, unless something wakes it. */
  async function pause(ms: number): Promise<void> {
    onStatus({ status: 'waiting', retryAt: Date.now() + ms });
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    wake = null;
  }

  /** @returns how long to wait, in ms; null: do not come back */
  async function attempt(loop: { isOver: boolean }, failures: number): Promise<number | null> {
    const delay = backoff(failures, random);
    try {
      await prepare();
      if (loop.isOver) return null;
      const window = await connect();
      return window === null ? null : window ? within(window, random) : delay;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      return error.status === 401 ? null : delay + (error.retryAfter ?? 0) * 1_000;
    }
  }

  async function run(own: { isOver: boolean }): Promise<void> {
    for (let failures = 0; ; ) {
      onStatus({ status: 'connecting', retryAt: null });
      const beganAt = Date.now();
      const delay = await attempt(own, failures);
      if (own.isOver) return;
      if (delay === null) break;
      failures = Date.now() - beganAt > PROVEN ? 0 : failures + 1;
      await pause(delay);
      if (own.isOver) return;
    }
    loop = null;
    onStatus({ status: 'signed-out', retryAt: null });
  }

  return {
    /** Whether there is a connection that answers. */
    get canAsk(): boolean {
      return isLive && (wire?.canAsk ?? false);
    },

    start: (): void => {
      if (loop) return;
      loop = { isOver: false };
      void run(loop);
    },

    stop: (): void => {
      if (!loop) return;
      loop.isOver = true;
      loop = null;
      wire?.close();
      wake?.();
      onStatus({ status: 'stopped', retryAt: null });
    },

    /** Ends a pause between attempts: the network is back, or somebody looks. */
    hurry: (): void => wake?.(),

    /** Sends a frame; without a connection it is dropped. */
    tell: (frame: ClientFrame): void => wire?.send(frame),

    /** @throws Problem, `offline` if there is no connection or it ends before the answer */
    ask: <Answer>(frame: Asking): Promise<Answer> => {
      const sender = isLive ? wire : null;
      if (!sender) return Promise.reject(localProblem('offline', 'There is no connection'));
      refs += 1;
      const ref = refs;
      return new Promise<unknown>((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting.delete(ref);
          reject(localProblem('timeout', 'The server did not answer in time'));
        }, ANSWER);
        waiting.set(ref, { resolve, reject, timer });
        sender.send({ ...frame, ref });
      }) as Promise<Answer>;
    },
  };
}
