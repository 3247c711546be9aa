/** The client: the state, what changes it, and how it is told. */
import { absorbSync } from './absorb.ts';
import { feedCommands } from './commands/feed.ts';
import { fileCommands } from './commands/files.ts';
import { messageCommands } from './commands/messages.ts';
import { notificationCommands } from './commands/notifications.ts';
import { peopleCommands } from './commands/people.ts';
import { roomCommands } from './commands/rooms.ts';
import { sessionCommands } from './commands/session.ts';
import type { LiveEvent } from './events.ts';
import { type CallOptions, createRest, type Fetch, type Method } from './rest.ts';
import type { Sync } from './shapes.ts';
import { EMPTY, type State } from './state.ts';
import { createStore } from './store.ts';

export type ClientOptions = {
  /** The address of the server, as `https://koine.example`. Empty (the default): the page's own. */
  readonly url?: string;
  /** Of a session or an access token. Without one, the browser's cookie counts. */
  readonly token?: string;
  readonly fetch?: Fetch;
  /** Runs its argument soon; changes until then are told together. The default: as a microtask. */
  readonly schedule?: (run: () => void) => void;
};

/** An event, with its room if its stream is one. */
export type ClientEvent<Type extends LiveEvent['type'] = LiveEvent['type']> = Extract<LiveEvent, { type: Type }> & {
  readonly room: string;
};

export type Client = ReturnType<typeof createClient>;

export function createClient(options: ClientOptions = {}) {
  const fetch = options.fetch ?? ((url, init) => globalThis.fetch(url, init));
  const store = createStore(EMPTY, options.schedule ?? queueMicrotask);
  const rest = createRest(options.url ?? '', options.token ?? null, fetch);
  const parts = { rest, store };
  const handlers = new Map<string, Set<(event: ClientEvent) => void>>();

  return {
    /** What is known, with changes that the server has not confirmed yet. Immutable. */
    get state(): State {
      return store.state;
    },

    /**
     * Calls the listener after the state, a part of it, or an entry of a part has changed: `subscribe(listener)`,
     * `subscribe('me', listener)`, `subscribe('people', id, listener)`. @returns a function that ends it
     */
    subscribe: store.subscribe,

    /** Calls the handler with each new event of the type. @returns a function that ends it */
    on: <Type extends LiveEvent['type']>(type: Type, handler: (event: ClientEvent<Type>) => void): (() => void) => {
      const set = handlers.get(type) ?? new Set();
      handlers.set(type, set);
      set.add(handler as (event: ClientEvent) => void);
      return () => set.delete(handler as (event: ClientEvent) => void);
    },

    /** Reads the start of everything, then stays connected until `stop`. @throws Problem */
    start: async (): Promise<void> => {
      await store.read(async () => (await rest.call<Sync>('GET', '/v1/sync')).body, absorbSync);
    },

    stop: (): void => {},

    /** Any call of the API, as its documentation describes it. @throws Problem */
    call: async <Body>(method: Method, path: string, callOptions?: CallOptions): Promise<Body> =>
      (await rest.call<Body>(method, path, callOptions)).body,

    session: sessionCommands(parts),
    rooms: roomCommands(parts),
    messages: messageCommands(parts),
    feed: feedCommands(parts),
    people: peopleCommands(parts),
    notifications: notificationCommands(parts),
    files: fileCommands(parts),
  };
}
