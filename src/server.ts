/** The composition root: builds every part from the settings, wires them by hand, and takes them down again. */
import { mkdir, readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Config } from './config.ts';
import { actOnEvents, createCore } from './core/core.ts';
import { type Event, eventLog, KEPT_EVENTS, type KoineBroker, type Notice } from './core/events.ts';
import { readParcel } from './core/parcels.ts';
import { createDialects } from './dialects/index.ts';
import { DEFAULT_AVATAR, serveFiles } from './files.ts';
import { openGateway } from './gateway.ts';
import { answerHeaders } from './headers.ts';
import { createHttp } from './http.ts';
import { MemoryBroker } from './hub/broker-memory.ts';
import { RedisBroker } from './hub/broker-redis.ts';
import { Hub } from './hub/hub.ts';
import { createLimits } from './limits.ts';
import { createHealth } from './operations/health.ts';
import { createLogger } from './operations/log.ts';
import { createMetrics } from './operations/metrics.ts';
import { requestIds } from './operations/request-id.ts';
import { serveOperations } from './operations/routes.ts';
import { openTracing, type Tracing } from './operations/tracing.ts';
import type { Redis } from './redis.ts';
import { keptSecret } from './secrets.ts';
import type { Blobs } from './store/blobs.ts';
import { openDiskBlobs } from './store/blobs-disk.ts';
import { countConnections, findDatabaseName, openDatabase, requireVersion, type Sql } from './store/database.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './store/embedded/embedded-postgres.ts';
import { isMigrated, migrate } from './store/migrate.ts';
import { openSpool } from './store/spool.ts';
import { type Trust, trustedProxies } from './trusted-proxies.ts';

export type KoineServer = {
  readonly url: string;
  /** What it runs on, for the start line. */
  readonly parts: { database: string; broker: string; files: string };
  /** Finishes what was begun, says goodbye to every socket, and stops what it started. */
  close(): Promise<void>;
};

/** How long a request may take to end when the server stops, in ms. */
const REQUEST_DEADLINE = 5_000;
/** Connections that may wait to be taken. Of all that come back at once, those beyond wait for a second or three in TCP. */
const BACKLOG = 4_096;
/** What is over is forgotten this often, in ms. */
const PRUNE_INTERVAL = 3_600_000;
/** So often what is left behind of uploads is looked for, in ms. */
const SWEEP_INTERVAL = 3_600_000;

/** @throws an Error whose message is one clear line, having undone what it had begun */
export async function startServer(config: Config): Promise<KoineServer> {
  const undo: (() => Promise<unknown> | unknown)[] = [];
  async function close(): Promise<void> {
    for (const step of undo.splice(0).reverse()) await step();
  }
  try {
    return { ...(await build(config, (step) => undo.push(step))), close };
  } catch (error) {
    await close().catch(() => {});
    throw error;
  }
}

async function build(config: Config, onClose: (step: () => Promise<unknown> | unknown) => void) {
  const logger = createLogger(config.logLevel);
  const version = await ownVersion();
  const trusts = trustedProxies(config.trustProxy);
  const tracing = await startTracing(config, { version, trusts }, onClose);
  await makeDataDir(config.dataDir);
  const database = await prepareDatabase(config, logger, onClose);
  const secret = config.tokens.secret;
  const tokenSecret = secret ? new TextEncoder().encode(secret) : await keptSecret(config.dataDir, 'jwt');

  const redis = await openRedis(config, logger, onClose);
  const hub = new Hub<Event, Notice>(await openBroker(redis, database.sql, logger), eventLog(database.sql), {
    ...config.sockets,
    keep: KEPT_EVENTS,
  });
  let url = '';
  const blobs = await openBlobs(config, () => url, onClose);
  const limits = createLimits(config);
  const core = createCore(database.sql, hub, {
    rates: limits.rates,
    tokenSecret,
    tokenTtl: config.tokens.ttl,
    tokenPairs: config.tokenPairs,
    issuer: config.issuer,
    localAccounts: config.localAccounts,
    passwordCost: config.passwords,
    messageLength: config.messageLength,
    postLength: config.postLength,
    titleLength: config.titleLength,
    commentLength: config.commentLength,
    bioLength: config.bioLength,
    hideEmails: config.hideEmails,
    media: {
      blobs,
      spool: await openSpool(join(config.dataDir, 'tmp')),
      limits: config.uploads,
      defaultAvatarUrl: () => `${url}${DEFAULT_AVATAR}`,
    },
  });
  await actOnEvents(hub);

  const health = createHealth({
    database: () => isMigrated(database.sql),
    broker: () => redis === null || redis.client !== null,
  });
  const metrics =
    config.metricsToken === undefined
      ? null
      : createMetrics({
          version,
          health,
          hub,
          load: core.load,
          sockets: () => gateway.counts,
          connections: () => countConnections(database.sql).catch(() => null),
          connectionLimit: config.database.connections,
        });
  if (tracing) for (const lane of core.load.lanes) lane.onCommitted = tracing.committed;

  const dialects = createDialects(core, config);
  if (config.issuer !== undefined && config.issuer.audience === undefined)
    logger.warn('JWT_AUDIENCE is not set: tokens that were issued for other programs are taken as well');
  if (config.openDialects.length > 0)
    logger.warn(`OPEN_DIALECTS: ${config.openDialects.join(', ')} takes callers without a token at their word`);
  // Fastify would announce the address as well; the start line does that.
  const httpLogger = logger.isLevelEnabled('info') ? logger.child({}, { level: 'warn' }) : logger;
  const ids = requestIds(trusts);
  const app = createHttp({
    logger: httpLogger,
    trustProxy: config.trustProxy,
    dialects,
    version,
    publicUrl: config.publicUrl,
    corsOrigins: config.corsOrigins,
    limits,
    requestIds: ids,
    watch: { logger, level: config.requestLog ? 'info' : 'debug', metrics, tracing },
  });
  void app.register(async (scope) => serveOperations(scope, { health, metrics, token: config.metricsToken ?? '' }));
  void app.register(async (scope) => serveFiles(scope, config.s3 === undefined ? filesFolder(config) : null));
  const gateway = openGateway({
    server: app.server,
    dialects,
    connect: (ws, socket) => hub.connect(ws, socket),
    limits,
    headers: answerHeaders(config.publicUrl),
    logger,
    requestIds: ids,
  });
  onClose(async () => {
    health.stopping();
    gateway.close();
    await core.flush();
    // Fastify waits for every connection; those of sockets end with the hub, and who is in the middle of a request, with it.
    const cut = setTimeout(() => app.server.closeAllConnections(), REQUEST_DEADLINE);
    await Promise.all([app.close(), hub.closeConnections()]);
    clearTimeout(cut);
    // What the last requests left to be done later; that nobody is here any more.
    await core.flush();
    await core.close();
    await hub.close();
  });
  const pruning = setInterval(() => void core.prune().catch((err) => logger.warn({ err })), PRUNE_INTERVAL);
  onClose(() => clearInterval(pruning.unref()));
  const sweep = () => void core.media.sweep().catch((err) => logger.warn({ err }, 'the sweep of files was cut short'));
  sweep();
  const sweeping = setInterval(sweep, SWEEP_INTERVAL);
  onClose(() => clearInterval(sweeping.unref()));

  await app.listen({ host: config.host, port: config.port, backlog: BACKLOG });
  const { port } = app.server.address() as AddressInfo;
  const shownHost = config.host.includes(':') ? `[${config.host}]` : config.host;
  url = config.publicUrl ?? `http://${shownHost}:${port}`;
  return { url, parts: { database: database.name, broker: brokerName(config), files: blobs.place } };
}

/** Null where there is to be none. */
export async function openRedis(
  { redisUrl }: Pick<Config, 'redisUrl'>,
  logger: Logger,
  onClose: (step: () => Promise<unknown> | unknown) => void,
): Promise<Redis | null> {
  if (redisUrl === undefined) return null;
  // Loaded only where it is used.
  const { Redis } = await import('./redis.ts');
  const redis = await Redis.open(redisUrl, logger);
  onClose(() => redis.close());
  return redis;
}

/** Nodes hear each other if they share a database: two installations on one Redis are none of each other's business. */
export async function openBroker(redis: Redis | null, sql: Sql, logger: Logger): Promise<KoineBroker> {
  if (redis === null) return new MemoryBroker();
  const warn = (message: string) => logger.warn(message);
  return new RedisBroker<Event, Notice>(redis, { name: await findDatabaseName(sql), read: readParcel, warn });
}

function brokerName({ redisUrl }: Config): string {
  return redisUrl === undefined ? 'in memory' : `Redis at ${new URL(redisUrl).host}`;
}

async function startTracing(
  config: Config,
  about: { version: string; trusts: Trust },
  onClose: (step: () => Promise<unknown> | unknown) => void,
): Promise<Tracing | null> {
  if (config.tracing === undefined) return null;
  const tracing = await openTracing(config.tracing, about);
  onClose(() => tracing.close());
  return tracing;
}

async function openBlobs(
  config: Config,
  base: () => string,
  onClose: (step: () => Promise<unknown> | unknown) => void,
): Promise<Blobs> {
  if (config.s3 === undefined) return openDiskBlobs(filesFolder(config), base);
  // Loaded only where it is used: it is larger than all the rest.
  const { openS3Blobs } = await import('./store/blobs-s3.ts');
  const blobs = openS3Blobs(config.s3);
  onClose(() => blobs.close());
  return blobs;
}

function filesFolder(config: Config): string {
  return join(config.dataDir, 'files');
}

async function ownVersion(): Promise<string> {
  const text = await readFile(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/** `ECONNREFUSED` and friends come with no message, or one that names every address tried. */
function reasonOf(error: unknown): string {
  const { message, code } = error as Error & { code?: string };
  return message || code || 'unknown reason';
}

async function makeDataDir(path: string): Promise<void> {
  try {
    await mkdir(join(path, 'files'), { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new Error(`DATA_DIR ${path} cannot be written to (${(error as NodeJS.ErrnoException).code})`);
  }
}

type Database = { sql: Sql; name: string };

async function prepareDatabase(
  config: Config,
  logger: Logger,
  onClose: (step: () => Promise<unknown> | unknown) => void,
): Promise<Database> {
  const { url, connections } = config.database;
  const embedded = url === undefined ? await startEmbedded(config, logger, onClose) : null;
  const sql = openDatabase(embedded?.connection ?? (url as string), connections);
  onClose(() => sql.end({ timeout: 5 }));
  try {
    await requireVersion(sql);
    await migrate(sql);
  } catch (error) {
    const which = embedded ? 'the embedded database' : 'the database of DATABASE_URL';
    throw new Error(`${which} cannot be used: ${reasonOf(error)}`, { cause: error });
  }
  return {
    sql,
    name: embedded ? `embedded PostgreSQL ${embedded.version}` : `PostgreSQL at ${new URL(url as string).host}`,
  };
}

async function startEmbedded(
  config: Config,
  logger: Logger,
  onClose: (step: () => Promise<unknown> | unknown) => void,
): Promise<EmbeddedPostgres> {
  const embedded = await startEmbeddedPostgres(join(config.dataDir, 'postgres'), {
    onTrouble: (message) => logger.error(message),
  });
  onClose(() => embedded.stop());
  return embedded;
}
