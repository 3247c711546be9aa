/** The state of the last run, so that a start shows it at once. */
import { mapEntries } from './records.ts';
import { EMPTY, type State } from './state.ts';
import type { Storage } from './storage.ts';
import type { Store } from './store.ts';
import { lastItems } from './timelines.ts';

const KEY = 'state';
/** A cache of another version is ignored. */
const VERSION = 4;
/** In ms; the first state of a run is kept sooner, as there may be none yet. */
const DELAY = 1_000;
const FIRST_DELAY = 200;
/** The part of each list that is kept. */
const MESSAGES = 60;
const WINDOWS = 30;
const POSTS = 200;

export type Cache = ReturnType<typeof createCache>;

export function createCache(store: Store, storage: Storage) {
  let timer: ReturnType<typeof setTimeout> | null = null;
  let end: (() => void) | null = null;
  let delay = FIRST_DELAY;

  async function save(): Promise<void> {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (store.confirmed.epoch === null) return;
    delay = DELAY;
    // A full disk costs only the quick start.
    await storage.set(KEY, { version: VERSION, state: kept(store.confirmed) }).catch(() => {});
  }

  return {
    /** Shows what was kept, if nothing is known yet. */
    restore: async (): Promise<void> => {
      const known = (await storage.get(KEY).catch(() => undefined)) as { version: number; state: State } | undefined;
      if (known?.version !== VERSION) return;
      store.update((state) =>
        state.epoch === null ? { ...EMPTY, ...known.state, connection: state.connection } : state,
      );
    },

    /** Keeps the state from now on, a moment after it has changed. */
    start: (): void => {
      end ??= store.subscribe(() => {
        timer ??= setTimeout(() => void save(), delay);
      });
    },

    stop: async (): Promise<void> => {
      end?.();
      end = null;
      await save();
    },

    /** Deletes the cache at sign-out. */
    clear: async (): Promise<void> => {
      if (timer !== null) clearTimeout(timer);
      timer = null;
      await storage.delete(KEY);
    },
  };
}

/** The state without fields that are transient or stored elsewhere, and with the newest part of each list. */
function kept(state: State): State {
  const windows = Object.entries(state.timelines).slice(-WINDOWS);
  return {
    ...state,
    connection: EMPTY.connection,
    outgoing: {},
    outgoingPosts: [],
    typing: {},
    readers: {},
    timelines: mapEntries(Object.fromEntries(windows), (timeline) => lastItems(timeline, MESSAGES)),
    // A part of a list has no cursor: long lists are read again.
    feeds: Object.fromEntries(Object.entries(state.feeds).filter(([, { ids }]) => ids.length <= POSTS)),
    threads: {},
  };
}
