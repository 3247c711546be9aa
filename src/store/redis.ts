/**
 * The connection to Redis: made again by itself whenever it breaks, and given up on when it stops answering. While it
 * is away there is no client, and what would be asked of Redis is left undone: nobody waits for it.
 */
import { createClient } from '@redis/client';
import type { Logger } from 'pino';

export type RedisClient = ReturnType<typeof newClient>;

const CONNECT_DEADLINE = 2_000;
/** The longest wait between two attempts to connect, in ms. */
const RETRY = 1_000;
const PING_INTERVAL = 1_000;
/** Pings without an answer after which the connection counts as dead. */
const MAX_UNANSWERED = 3;
/** How long the start waits for the first connection, in ms. */
const START_DEADLINE = 2_000;

export class Redis {
  readonly #url: string;
  readonly #logger: Logger;
  readonly #onReady: (() => void)[] = [];
  readonly #heartbeat: NodeJS.Timeout;
  #client: RedisClient;
  #unanswered = 0;
  #away = false;
  #closed = false;

  private constructor(url: string, logger: Logger) {
    this.#url = url;
    this.#logger = logger;
    this.#client = this.#connect();
    this.#heartbeat = setInterval(() => this.#beat(), PING_INTERVAL).unref();
  }

  /** Waits a moment for Redis. One that is away keeps nothing from starting: it is used as soon as it is there. */
  static async open(url: string, logger: Logger): Promise<Redis> {
    const redis = new Redis(url, logger);
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, START_DEADLINE);
      redis.#client.once('ready', () => {
        clearTimeout(timer);
        resolve();
      });
      redis.#client.once('error', () => {
        clearTimeout(timer);
        resolve();
      });
    });
    return redis;
  }

  /** Null while Redis is away. Commands may fail all the same, when the connection breaks before the answer. */
  get client(): RedisClient | null {
    return this.#client.isReady ? this.#client : null;
  }

  /** Calls back each time that a connection has been made, and at once where there is one. */
  onReady(listener: () => void): void {
    this.#onReady.push(listener);
    if (this.client !== null) listener();
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#heartbeat);
    this.#client.destroy();
  }

  #connect(): RedisClient {
    const client = newClient(this.#url);
    client.on('ready', () => {
      if (this.#away) this.#logger.info('Redis is back');
      this.#away = false;
      this.#unanswered = 0;
      for (const listener of this.#onReady) listener();
    });
    client.on('error', (error: Error) => this.#failed(error));
    // It keeps trying, and reports each failure as an error event.
    client.connect().catch(() => {});
    return client;
  }

  /** Said once, however often it is tried again. */
  #failed(error: Error): void {
    if (this.#away || this.#closed) return;
    this.#away = true;
    const reason = error.message || (error as NodeJS.ErrnoException).code;
    this.#logger.warn(`Redis is away, nodes hear of each other by way of the database: ${reason}`);
  }

  /** A connection may be open and yet lead nowhere: a machine that lost its power says no goodbye. */
  #beat(): void {
    if (!this.#client.isReady) return;
    if (this.#unanswered >= MAX_UNANSWERED) {
      this.#failed(new Error('it does not answer'));
      this.#client.destroy();
      this.#client = this.#connect();
      return;
    }
    this.#unanswered += 1;
    const asked = this.#client;
    asked.ping().then(
      () => {
        if (asked === this.#client) this.#unanswered = 0;
      },
      () => {},
    );
  }
}

function newClient(url: string) {
  return createClient({
    url,
    RESP: 3,
    // A command that cannot be sent now fails now.
    disableOfflineQueue: true,
    disableClientInfo: true,
    maintNotifications: 'disabled',
    name: 'koine',
    socket: {
      connectTimeout: CONNECT_DEADLINE,
      reconnectStrategy: (retries) => Math.min(20 * 2 ** retries, RETRY) * (0.5 + Math.random() / 2),
    },
  });
}
