/** The composition root: builds every part from the settings, wires them by hand, and takes them down again. */

import { randomUUID } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Config } from './config/config.ts';
import { derivedKey, keptSecret } from './config/secrets.ts';
import { version } from './config/version.ts';
import { createShowPerson } from './core/accounts/accounts.ts';
import type { Core } from './core/core.ts';
import { actOnEvents, createCore } from './core/create-core.ts';
import { withinDisk } from './core/disk-guard.ts';
import { eventLog } from './core/events/event-log.ts';
import { type Event, KEPT_EVENTS, type KoineBroker, readParcel } from './core/events/events.ts';
import { createDialects } from './dialects/index.ts';
import { createHttp } from './http/app.ts';
import { openGateway } from './http/gateway.ts';
import { answerHeaders } from './http/headers.ts';
import { DEFAULT_AVATAR, serveFiles } from './http/static-files.ts';
import { MemoryBroker } from './hub/brokers/memory.ts';
import { RedisBroker } from './hub/brokers/redis.ts';
import type { Line } from './hub/brokers/relay.ts';
import { WorkersBroker } from './hub/brokers/workers.ts';
import { Hub } from './hub/hub.ts';
import { redisShare } from './limits/buckets-redis.ts';
import { createLimits, type SharedRates } from './limits/limits.ts';
import { onceAMinute } from './limits/once-a-minute.ts';
import { RedisRates } from './limits/rates-redis.ts';
import { trustedProxies } from './limits/trusted-proxies.ts';
import { watchDisk } from './operations/disk.ts';
import { checkFiles } from './operations/files-check.ts';
import { createHealth } from './operations/health.ts';
import { createLogger } from './operations/log.ts';
import { createMetrics } from './operations/metrics.ts';
import { requestIds } from './operations/request-id.ts';
import { serveOperations } from './operations/routes.ts';
import { openTracing, type Tracing, type TracingParts } from './operations/tracing.ts';
import { type MetricsLine, metricsOfAll } from './operations/worker-metrics.ts';
import { buildWithClose, type OnClose, type PreparedDatabase, prepareInstallation } from './process/installation.ts';
import { countConnections, findDatabaseName, openDatabase, SERVER_SILENCE, type Sql } from './store/database.ts';
import { isWritable } from './store/database-checks.ts';
import { isMigrated } from './store/migrate.ts';
import { filesFolder, openBlobs } from './store/open-blobs.ts';
import type { Redis } from './store/redis.ts';
import { openSpool } from './store/spool.ts';
import type { SpoolLimits } from './store/spool-budget.ts';

/** What it runs on, for the start line. */
export type ServerParts = { workers: number; listensOn: string; database: string; broker: string; files: string };

/** What one of several servers on this machine is given. One that is alone sees to all of it itself. */
export type WorkerRole = {
  readonly database: PreparedDatabase;
  /** Leads to the other workers. */
  readonly line: Line;
  readonly metricsLine: MetricsLine;
  readonly number: number;
  /** The id that it has among the nodes, and those of workers that ended, whose people may still be in the lobby. */
  readonly node: string;
  readonly ended: readonly string[];
  /** Whether it does what is done once for all. */
  readonly chores: boolean;
};

export type KoineServer = {
  /** Where clients find it. */
  readonly url: string;
  readonly parts: ServerParts;
  /** Finishes what was begun, says goodbye to every socket, and stops what it started. */
  close(): Promise<void>;
};

/** One of several nodes. */
export type KoineNode = KoineServer & {
  /** Takes the people of other nodes, which are known to be dead, out of the lobby. */
  endNodes(nodes: readonly string[]): Promise<void>;
};

/** How long a request may take to end when the server stops, in ms. */
const REQUEST_DEADLINE = 5_000;
/**
 * Connections that may wait to be taken, as far as the kernel allows (net.core.somaxconn). Of all that come back at once,
 * those beyond try again by TCP's clock: after 1, 3, 7, 15 s.
 */
const BACKLOG = 65_535;
/** What is over is forgotten this often, in ms. */
const PRUNE_INTERVAL = 3_600_000;
/** So often what is left behind of uploads is looked for, in ms. */
const SWEEP_INTERVAL = 3_600_000;

/** @throws an Error whose message is one clear line, having undone what it had begun */
export function startServer(config: Config, role: WorkerRole | null = null): Promise<KoineNode> {
  return buildWithClose((onClose) => build(config, role, onClose));
}

async function build(config: Config, role: WorkerRole | null, onClose: OnClose) {
  const logger = createLogger(config.logLevel);
  const writeOnce = onceAMinute((line) => logger.warn(line));
  const trusts = trustedProxies(config.trustProxy);
  const tracing = await startTracing(config, { version, trusts, write: writeOnce }, onClose);
  const chores = role?.chores ?? true;
  const database = role?.database ?? (await prepareInstallation(config, logger, onClose));
  const sql = openDatabase(database.target, config.database.connections, {
    silence: SERVER_SILENCE,
    storagePerAccount: config.limits.storagePerAccount,
  });
  onClose(() => sql.end({ timeout: 5 }));
  const secret = config.tokens.secret;
  const tokenSecret = secret ? new TextEncoder().encode(secret) : await keptSecret(config.dataDir, 'jwt');

  const redis = await openRedis(config, logger, onClose);
  const broker = await openBroker(redis, sql, { logger, secret: tokenSecret, line: role?.line });
  const hub = new Hub<Event>(broker, eventLog(sql, createShowPerson(config)), {
    ...config.sockets,
    keep: KEPT_EVENTS,
  });
  let url = '';
  const blobs = await openBlobs(config, () => url, onClose);
  const limits = createLimits(config, { shared: await openRates(redis, sql, logger), write: writeOnce });
  // One line for all workers.
  const told = chores ? logger : createLogger('silent');
  const disk = await watchDisk(
    config.dataDir,
    config.diskReserve,
    onceAMinute((line) => told.warn(line)),
  );
  onClose(() => disk.close());
  const unguarded = createCore(sql, hub, {
    node: role?.node ?? randomUUID(),
    rates: limits.rates,
    tokenSecret,
    networkKey: derivedKey(tokenSecret, 'known networks'),
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
    storagePerAccount: config.limits.storagePerAccount,
    media: {
      blobs,
      spool: await openSpool(join(config.dataDir, 'tmp'), spoolLimits(config)),
      limits: config.uploads,
      defaultAvatarUrl: () => `${url}${DEFAULT_AVATAR}`,
    },
  });
  // A database elsewhere has a disk of its own, of which only its errors tell.
  const rows = config.database.url === undefined ? disk.requireSpace : () => {};
  const core = withinDisk(unguarded, { rows, pictures: disk.requireSpace });
  await actOnEvents(hub, core.sessions);

  const files = checkFiles(blobs, told);
  const health = createHealth({
    database: async () => (await isMigrated(sql)) && isWritable(sql),
    broker: () => redis === null || redis.client !== null,
    files: files.up,
    disk: () => !disk.low,
  });
  const metrics =
    config.metricsToken === undefined
      ? null
      : createMetrics({
          version,
          worker: role?.number ?? null,
          health,
          hub,
          load: core.load,
          sockets: () => gateway.counts,
          connections: () => countConnections(sql).catch(() => null),
          connectionLimit: config.database.connections,
        });
  if (tracing) for (const lane of core.load.lanes) lane.onCommitted = tracing.committed;

  const dialects = createDialects(core, config);
  if (chores) warnOf(config, logger);
  // Fastify would announce the address as well; the start line does that.
  const httpLogger = logger.isLevelEnabled('info') ? logger.child({}, { level: 'warn' }) : logger;
  const ids = requestIds(trusts);
  const app = createHttp({
    logger: httpLogger,
    trusts,
    dialects,
    version,
    publicUrl: config.publicUrl,
    corsOrigins: config.corsOrigins,
    limits,
    requestIds: ids,
    writeOnce,
    watch: { logger, level: config.requestLog ? 'info' : 'debug', metrics, tracing },
  });
  const scraped = metrics && role ? metricsOfAll(metrics, role.metricsLine) : metrics;
  const token = config.metricsToken ?? '';
  void app.register(async (scope) => serveOperations(scope, { health, metrics: scraped, token }));
  void app.register(async (scope) => serveFiles(scope, config.s3 === undefined ? filesFolder(config) : null));
  const gateway = openGateway({
    server: app.server,
    dialects,
    connect: (ws, socket, how) => hub.connect(ws, socket, how),
    limits,
    headers: answerHeaders(config.publicUrl),
    logger,
    writeOnce,
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
  if (chores) keepInOrder(core, logger, onClose);

  // What fails here is done when the lease has run out.
  if (role?.ended.length) await core.endNodes(role.ended).catch(() => {});
  await app.listen({ host: await listeningAddress(config.host), port: config.port, backlog: BACKLOG });
  const { port } = app.server.address() as AddressInfo;
  const shownHost = config.host.includes(':') ? `[${config.host}]` : config.host;
  const listensOn = `http://${shownHost}:${port}`;
  url = config.publicUrl ?? listensOn;
  const parts = { workers: 1, listensOn, database: database.name, broker: brokerName(config), files: blobs.place };
  return { url, parts, endNodes: core.endNodes };
}

/** For `localhost`, Fastify would open one more server for its other address, to which none of the limits here apply. */
async function listeningAddress(host: string): Promise<string> {
  return host === 'localhost' ? (await lookup(host, { order: 'ipv4first' })).address : host;
}

/** One form as large as it may be always has a place. */
function spoolLimits({ uploads: { files, bytes, spool } }: Config): SpoolLimits {
  return { bytes: Math.max(spool, files * bytes), bytesPerOwner: files * bytes };
}

/** What is allowed, and may not have been meant. */
function warnOf({ issuer, openDialects }: Config, logger: Logger): void {
  if (process.getuid?.() === 0) logger.warn('Koine runs as root: a user of its own needs DATA_DIR and nothing else');
  if (issuer !== undefined && issuer.audience === undefined)
    logger.warn('JWT_AUDIENCE is not set: tokens that were issued for other programs are taken as well');
  if (openDialects.length > 0)
    logger.warn(`OPEN_DIALECTS: ${openDialects.join(', ')} takes callers without a token at their word`);
}

/** What is done now and then, and once for all nodes of a machine. */
function keepInOrder(core: Core, logger: Logger, onClose: OnClose): void {
  let closing = false;
  const warn = (text: string) => (err: unknown) => {
    if (!closing) logger.warn({ err }, text);
  };
  const prune = () => void core.prune().catch(warn('what is over was not deleted; the next attempt is in an hour'));
  const sweep = () => void core.media.sweep().catch(warn('the sweep of files was cut short; the next is in an hour'));
  sweep();
  const timers = [setInterval(prune, PRUNE_INTERVAL).unref(), setInterval(sweep, SWEEP_INTERVAL).unref()];
  onClose(() => {
    closing = true;
    for (const timer of timers) clearInterval(timer);
  });
}

/** Null where there is to be none. */
export async function openRedis(
  { redisUrl }: Pick<Config, 'redisUrl'>,
  logger: Logger,
  onClose: OnClose,
): Promise<Redis | null> {
  if (redisUrl === undefined) return null;
  // Loaded only where it is used.
  const { Redis } = await import('./store/redis.ts');
  const redis = await Redis.open(redisUrl, logger);
  onClose(() => redis.close());
  return redis;
}

type BrokerParts = { logger: Logger; secret: Uint8Array; line?: Line | undefined };

/** Nodes hear each other if they share a database and a secret: installations that share a Redis do not. */
export async function openBroker(
  redis: Redis | null,
  sql: Sql,
  { logger, secret, line }: BrokerParts,
): Promise<KoineBroker> {
  const warn = (message: string) => logger.warn(message);
  if (redis === null) return line ? new WorkersBroker<Event>(line, warn) : new MemoryBroker();
  const key = derivedKey(secret, 'messages between nodes');
  return new RedisBroker<Event>(redis, { name: await findDatabaseName(sql), key, read: readParcel, warn });
}

/** Undefined: those of this process alone. */
async function openRates(redis: Redis | null, sql: Sql, logger: Logger): Promise<SharedRates | undefined> {
  if (redis === null) return undefined;
  const installation = await findDatabaseName(sql);
  const warn = (message: string) => logger.warn(message);
  const keysOf = (name: string) => `koine:${installation}:rates:${name}`;
  return {
    rates: (name, rate) => new RedisRates(redis, { name: keysOf(name), rate, warn }),
    share: (name, rate) => redisShare(redis, { name: keysOf(name), rate, warn }),
  };
}

function brokerName({ redisUrl, workers }: Config): string {
  if (redisUrl !== undefined) return `Redis at ${new URL(redisUrl).host}`;
  return workers === 1 ? 'in memory' : 'between the workers';
}

async function startTracing(config: Config, about: TracingParts, onClose: OnClose): Promise<Tracing | null> {
  if (config.tracing === undefined) return null;
  const tracing = await openTracing(config.tracing, about);
  onClose(() => tracing.close());
  return tracing;
}
