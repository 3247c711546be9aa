/** The people who are watched, and those who are typing. */
import type { ClientFrame } from './events.ts';
import { endTyping } from './signals.ts';
import type { Store } from './store.ts';

/** The server's bound. */
const MAX_WATCHED = 500;
/** Interval at which own typing is sent, in ms. */
const TYPING = 3_000;
/** Interval at which others' typing is checked for its end, in ms. */
const CHECK = 1_000;

export type Presence = ReturnType<typeof createPresence>;

export function createPresence({ store, tell: send }: { store: Store; tell: (frame: ClientFrame) => void }) {
  const watches = new Set<readonly string[]>();
  const sentAt = new Map<string, number>();
  let isScheduled = false;
  let timer: ReturnType<typeof setInterval> | null = null;

  function watchAll(): void {
    isScheduled = false;
    const people = [...new Set([...watches].flat())].slice(0, MAX_WATCHED);
    send({ type: 'watch', people });
  }

  /** Changes until the end of the tick are sent together. */
  function schedule(): void {
    if (isScheduled) return;
    isScheduled = true;
    queueMicrotask(watchAll);
  }

  function check(): void {
    store.update((state) => endTyping(state, Date.now()));
    if (Object.keys(store.confirmed.typing).length > 0 || timer === null) return;
    clearInterval(timer);
    timer = null;
  }

  return {
    watch: (people: readonly string[]): (() => void) => {
      const own = [...people];
      watches.add(own);
      schedule();
      return () => {
        if (watches.delete(own)) schedule();
      };
    },

    /** A new connection knows nothing of it. */
    resume: (): void => {
      if (watches.size > 0) watchAll();
    },

    typing: (room: string): void => {
      const now = Date.now();
      if (now - (sentAt.get(room) ?? 0) < TYPING) return;
      sentAt.set(room, now);
      send({ type: 'typing', room });
    },

    /** Somebody is typing: their time ends. */
    expire: (): void => {
      timer ??= setInterval(check, CHECK);
    },

    stop: (): void => {
      if (timer !== null) clearInterval(timer);
      timer = null;
    },
  };
}
