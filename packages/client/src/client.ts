/** The client: its parts, put together. */
import { createCache } from './cache.ts';
import { botCommands } from './commands/bots.ts';
import { communityCommands } from './commands/community.ts';
import { credentialCommands } from './commands/credentials.ts';
import { feedCommands } from './commands/feed.ts';
import { fileCommands } from './commands/files.ts';
import { hookCommands } from './commands/hooks.ts';
import { messageCommands } from './commands/messages.ts';
import { moderationCommands } from './commands/moderation.ts';
import { notificationCommands } from './commands/notifications.ts';
import { peopleCommands } from './commands/people.ts';
import { roomCommands } from './commands/rooms.ts';
import { searchCommands } from './commands/search.ts';
import { sessionCommands } from './commands/session.ts';
import { createHandlers } from './handlers.ts';
import { createHearing } from './hearing.ts';
import { createLive } from './live.ts';
import { createOutbox } from './outbox.ts';
import { withoutArrived } from './outgoing-messages.ts';
import { createPolling } from './polling.ts';
import { createPresence } from './presence.ts';
import { localProblem, Problem } from './problem.ts';
import { type CallOptions, createRest, type Fetch, type Method } from './rest.ts';
import { type Connection, EMPTY, type State } from './state.ts';
import { memoryStorage, type Storage } from './storage.ts';
import { createStore } from './store.ts';
import { createSyncing } from './sync.ts';
import { openShared, type TabPlatform, tabPlatform } from './tabs.ts';
import { typedCalls } from './typed.ts';
import { openSocket, type SocketClass, type WireHandlers } from './wire.ts';

export type ClientOptions = {
  /** The address of the server, as `https://koine.example`. Empty (the default): the page's own. */
  readonly url?: string;
  /** The token of a session, or an access token. Without one, the browser's cookie counts. */
  readonly token?: string;
  readonly fetch?: Fetch;
  /** The default: the global one. With null or without one (Node.js 20), events come by long polling. */
  readonly WebSocket?: SocketClass | null;
  /** For what is to outlive the program: the outbox, and the state as it was last. The default: in memory. */
  readonly storage?: Storage;
  /**
   * Whether tabs of a browser share one connection: `true` where the browser can (Web Locks, BroadcastChannel), or what stands for these.
   * The default: each has its own.
   */
  readonly tabs?: boolean | TabPlatform;
  /** Runs its argument soon; listeners are called once for all changes until then. The default: as a microtask. */
  readonly schedule?: (run: () => void) => void;
  /** From 0 to 1, for times of waiting. */
  readonly random?: () => number;
};

export type Client = ReturnType<typeof createClient>;

export function createClient(options: ClientOptions = {}) {
  const { url = '', token = null, storage = memoryStorage(), random = Math.random } = options;
  const store = createStore(EMPTY, options.schedule ?? queueMicrotask);
  const rest = createRest(url, token, options.fetch ?? ((address, init) => globalThis.fetch(address, init)));
  const { WebSocket = (globalThis as { WebSocket?: SocketClass }).WebSocket } = options;
  const polling = createPolling(rest, (stream) => syncing.untilFound(stream));
  const handlers = createHandlers();
  /** The last start; null: it was stopped. */
  let run: object | null = null;
  const parts = { rest, store };
  const commands = {
    rooms: roomCommands(parts),
    feed: feedCommands(parts),
    people: peopleCommands(parts),
    notifications: notificationCommands(parts),
    search: searchCommands(parts),
    community: communityCommands(parts),
    credentials: credentialCommands(parts),
    bots: botCommands(parts),
    hooks: hookCommands(parts),
    moderation: moderationCommands(parts),
  };
  const tabs = options.tabs === true ? tabPlatform() : options.tabs || null;
  const open = (on: WireHandlers) =>
    WebSocket ? openSocket(WebSocket, { url: rest.url, token: rest.token }, on) : polling.open(on);
  const live = createLive({
    open: (on) => (tabs ? openShared(tabs, `koine ${rest.url} ${store.confirmed.me?.id}`, open, on) : open(on)),
    prepare: async () => {
      // Positions of another run are no cursor.
      if (!WebSocket && !polling.isBegun) syncing.restart();
      await syncing.prepare();
      if (run !== null) await outbox.start(store.confirmed.me?.id ?? '');
    },
    hello: () => {
      const { epoch, positions } = store.confirmed;
      return { type: 'hello', epoch: epoch ?? '', have: positions, heads: true };
    },
    onFrame: (frame) => hear(frame),
    onEnd: (wasLive) => {
      if (!wasLive) syncing.doubt();
    },
    onStatus: (connection) => store.update((state) => ({ ...state, connection })),
    random,
  });
  const syncing = createSyncing({
    ...parts,
    ...commands,
    tell: live.tell,
    onSync: ({ cursor }) => polling.begin(cursor),
  });
  const outbox = createOutbox({ ...parts, live, storage, random });
  store.subscribe('positions', () => store.update(withoutArrived));
  const presence = createPresence({ store, tell: live.tell });
  const cache = createCache(store, storage);

  const hear = createHearing({ store, handlers, presence, outbox, syncing });

  /** Resolves when the connection is live; rejects when it will not be. */
  function untilLive(): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = store.subscribe('connection', () => {
        const problem = endOf(store.state.connection);
        if (problem === undefined) return;
        end();
        if (problem === null) resolve();
        else reject(problem);
      });
    });
  }

  async function restore(): Promise<void> {
    await cache.restore();
    const { me } = store.confirmed;
    if (me) await outbox.load(me.id).catch(() => {});
  }

  async function stop(): Promise<void> {
    run = null;
    live.stop();
    outbox.stop();
    syncing.stop();
    presence.stop();
    await cache.stop();
  }

  return {
    /** The known state, with changes that the server has not confirmed yet. Immutable. */
    get state(): State {
      return store.state;
    },

    /**
     * Calls the listener after the state, a part of it, or an entry of a part has changed: `subscribe(listener)`,
     * `subscribe('me', listener)`, `subscribe('people', id, listener)`. @returns a function that ends it
     */
    subscribe: store.subscribe,

    /** The token of the session, after signing in or up; null: the browser's cookie. */
    get token(): string | null {
      return rest.token;
    },

    /** Calls the handler with each new event of the type. @returns a function that ends it */
    on: handlers.on,

    /** Shows the state that the storage has, and what waits to be sent. `start` does it too. */
    restore,

    /**
     * Connects, and stays connected until `stop`: the connection is opened again after its end. Resolves when all is up to date.
     * @throws Problem `unauthenticated`: the credentials are not accepted; `closed`: it was stopped before
     */
    start: async (): Promise<void> => {
      const own = {};
      run = own;
      await restore();
      if (run !== own) throw STOPPED;
      cache.start();
      const isReady = untilLive();
      live.start();
      await isReady;
    },

    /** Ends the connection, and keeps the state in the storage. */
    stop,

    /** Ends a pause between attempts to connect: the network is back, or somebody looks. */
    connectNow: live.hurry,

    /** A call of the API by its path, as `/v1/rooms/{roomId}`; what it takes and answers has types. @throws Problem */
    request: typedCalls(rest),

    /** Any call, also of a server that is newer than this package. @throws Problem */
    call: async <Body>(method: Method, path: string, callOptions?: CallOptions): Promise<Body> =>
      (await rest.call<Body>(method, path, callOptions)).body,

    ...commands,
    rooms: {
      ...commands.rooms,
      /** Tells the others of the room that one is typing; at most every 3 s. */
      typing: presence.typing,
    },
    session: sessionCommands({
      ...parts,
      /** Nothing of the account stays. */
      forget: async () => {
        await stop();
        store.update(() => EMPTY);
        await cache.clear();
        await outbox.clear();
      },
    }),
    messages: { ...messageCommands(parts), ...outbox.messages },
    feed: { ...commands.feed, ...outbox.posts },
    files: fileCommands(parts),
    /** Declares the people who matter now: `state.people` shows their presence and looks. @returns a function that ends it */
    watch: presence.watch,
  };
}

const NOT_ACCEPTED = new Problem({
  ...{ type: 'about:blank', title: 'The credentials are not accepted', status: 401, code: 'unauthenticated' },
});

const STOPPED = localProblem('closed', 'The client was stopped');

/** @returns null: live; undefined: not decided */
function endOf({ status }: Connection): Problem | null | undefined {
  if (status === 'live') return null;
  if (status === 'signed-out') return NOT_ACCEPTED;
  return status === 'stopped' ? STOPPED : undefined;
}
