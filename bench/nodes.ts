// Koine nodes that share a database, and optionally a Redis.
import { type Database, startDatabase } from './postgres.ts';
import { type Redis, startRedis } from './redis.ts';
import { type Server, signUp } from './servers.ts';
import type { Stage } from './suite.ts';

/** `countsStatements`: of the database. */
interface Sharing {
  redis: boolean;
  countsStatements?: boolean;
}

/** Signs tokens. */
export const SECRET = 'a secret of the benchmark, long enough';

export class Nodes {
  readonly database: Database;
  readonly #stage: Stage;
  readonly #redis: Redis | null;
  readonly #running = new Set<Server>();

  private constructor(stage: Stage, database: Database, redis: Redis | null) {
    this.#stage = stage;
    this.database = database;
    this.#redis = redis;
  }

  static async open(stage: Stage, { redis, countsStatements = false }: Sharing): Promise<Nodes> {
    // Fails early if there is no Redis.
    const broker = redis ? await startRedis(stage.processes) : null;
    return new Nodes(stage, await startDatabase(stage.servers.workDir, { countsStatements }), broker);
  }

  /** Starts one more node. `alone`: without Redis. `workers`: processes that it consists of. */
  async start(place: { port?: number; alone?: boolean; workers?: number } = {}): Promise<Server> {
    const { servers } = this.#stage;
    const env = {
      DATABASE_URL: this.database.url,
      JWT_SECRET: SECRET,
      ...(this.#redis && !place.alone ? { REDIS_URL: this.#redis.url } : {}),
      ...(place.workers && { WORKERS: String(place.workers) }),
    };
    const server = await servers.start('koine', await servers.newDataDir(), {
      env,
      ...(place.port && { port: place.port }),
    });
    this.#running.add(server);
    return { ...server, watch: { ...server.watch, database: this.database.pid } };
  }

  /**
   * Tokens of new accounts, created by a node that is stopped afterwards, so that no measured node has hashing in its
   * memory.
   */
  async accounts(count: number): Promise<string[]> {
    this.#stage.note(`making ${count} accounts`);
    const server = await this.start();
    try {
      return await signUp(server.port, count);
    } finally {
      await server.stop();
    }
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#running].map((server) => server.stop()));
    await this.database.stop();
    await this.#redis?.stop();
  }
}
