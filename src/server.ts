/** The composition root: builds every part from the settings, wires them by hand, and shuts them down. */

import { randomUUID } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Config } from './config/config.ts';
import { deriveKey, loadOrCreateSecret } from './config/secrets.ts';
import { version } from './config/version.ts';
import { createShowPerson } from './core/accounts/accounts.ts';
import type { Core } from './core/core.ts';
import { actOnEvents, createCore } from './core/create-core.ts';
import { withinDisk } from './core/disk-guard.ts';
import type { DeliveryCounts } from './core/due-work.ts';
import { eventLog } from './core/events/event-log.ts';
import { authorOf, type Event, KEPT_EVENTS, type KoineBroker, readBatch, removedBy } from './core/events/events.ts';
import type { Signal } from './core/events/signals.ts';
import { startMailLane } from './core/mail/mail-lane.ts';
import { openPushTransport } from './core/push/push-transport.ts';
import { startPush } from './core/push/start-push.ts';
import { createVapid } from './core/push/vapid.ts';
import { revisedBy } from './core/rooms/kept-messages.ts';
import { startIndexer } from './core/search/indexer.ts';
import { createDialects } from './dialects/index.ts';
import { createEventTexts } from './dialects/koine/events.ts';
import { createPresenter } from './dialects/koine/present.ts';
import { createHookForms } from './dialects/shared/hooks/forms.ts';
import { createHttp } from './http/app.ts';
import { openGateway } from './http/gateway.ts';
import { answerHeaders } from './http/headers.ts';
import { DEFAULT_AVATAR, serveFiles } from './http/static-files.ts';
import { readWebClient } from './http/web-client.ts';
import { MemoryBroker } from './hub/brokers/memory.ts';
import { RedisBroker } from './hub/brokers/redis.ts';
import type { Channel } from './hub/brokers/relay.ts';
import { WorkersBroker } from './hub/brokers/workers.ts';
import { Hub } from './hub/hub.ts';
import { redisShare } from './limits/buckets-redis.ts';
import { createLimits, type SharedRates } from './limits/limits.ts';
import { onceAMinute } from './limits/once-a-minute.ts';
import { createOutgoing } from './limits/outgoing.ts';
import { RedisRates } from './limits/rates-redis.ts';
import { trustedProxies } from './limits/trusted-proxies.ts';
import { watchDisk } from './operations/disk.ts';
import { checkFiles } from './operations/files-check.ts';
import { createHealth } from './operations/health.ts';
import { createLogger } from './operations/log.ts';
import { createMetrics } from './operations/metrics.ts';
import { RequestTally, startRecorder } from './operations/recorder.ts';
import { requestIds } from './operations/request-id.ts';
import { serveOperations } from './operations/routes.ts';
import { openTracing, type Tracing, type TracingParts } from './operations/tracing.ts';
import { type MetricsChannel, metricsOfAll } from './operations/worker-metrics.ts';
import {
  buildWithClose,
  type Installation,
  type OnClose,
  type PreparedDatabase,
  prepareInstallation,
} from './process/installation.ts';
import { setupUrl } from './process/setup-url.ts';
import { countConnections, findDatabaseName, openDatabase, SERVER_SILENCE, type Sql } from './store/database.ts';
import { isWritable } from './store/database-checks.ts';
import { isMigrated } from './store/migrate.ts';
import { filesFolder, openBlobs, s3Origins } from './store/open-blobs.ts';
import { createBlobPartials } from './store/partials-blobs.ts';
import { openDiskPartials } from './store/partials-disk.ts';
import type { Redis } from './store/redis.ts';
import { openSpool } from './store/spool.ts';
import type { SpoolLimits } from './store/spool-budget.ts';

/** Facts for the start message. */
export type ServerParts = { workers: number; listensOn: string; database: string; broker: string; files: string };

/** The role of one of several servers on this machine. A single server has none, and does everything itself. */
export type WorkerRole = {
  readonly database: PreparedDatabase;
  /** The channel to the other workers. */
  readonly channel: Channel;
  readonly metricsChannel: MetricsChannel;
  readonly number: number;
  /** Its node id, and those of ended workers whose presence entries may still exist. */
  readonly node: string;
  readonly ended: readonly string[];
  /** Whether it runs the scheduled jobs of the installation. */
  readonly scheduledJobs: boolean;
};

export type KoineServer = {
  /** The URL for clients. */
  readonly url: string;
  /** The page that makes the owner's account; null: there is an owner, or no such page. */
  readonly setupUrl: string | null;
  readonly parts: ServerParts;
  /** Shuts down gracefully: completes accepted work, closes every socket, stops every part. */
  close(): Promise<void>;
};

export type KoineNode = KoineServer & {
  /** Removes the presence entries of nodes that are known to have ended. */
  expireNodes(nodes: readonly string[]): Promise<void>;
};

/** How long a request may take to finish during shutdown, in ms. */
const REQUEST_DEADLINE = 5_000;
/**
 * Accept backlog, capped by the kernel (net.core.somaxconn). After a mass reconnect, connections beyond it are retried
 * by TCP after 1, 3, 7, 15 s.
 */
const BACKLOG = 65_535;
/** Interval of the job that deletes expired rows, in ms. */
const PRUNE_INTERVAL = 3_600_000;
/** Interval of measurements, in ms. */
const RECORD_INTERVAL = 60_000;
/** Interval between two looks for outgoing hooks to which something is due, in ms. */
const HOOK_INTERVAL = 2_000;
/** Interval of the job that deletes files of abandoned uploads, in ms. */
const SWEEP_INTERVAL = 3_600_000;

/** @throws an Error with a one-line message; completed steps are rolled back */
export function startServer(config: Config, role: WorkerRole | null = null): Promise<KoineNode> {
  return buildWithClose((onClose) => build(config, role, onClose));
}

async function build(config: Config, role: WorkerRole | null, onClose: OnClose) {
  const logger = createLogger(config.logLevel);
  const writeOnce = onceAMinute((line) => logger.warn(line));
  const trusts = trustedProxies(config.trustProxy);
  const tracing = await startTracing(config, { version, trusts, write: writeOnce }, onClose);
  const scheduledJobs = role?.scheduledJobs ?? true;
  const database: Installation = role
    ? { ...role.database, setupCode: null }
    : await prepareInstallation(config, logger, onClose);
  const sql = openDatabase(database.target, config.database.connections, {
    silence: SERVER_SILENCE,
    storagePerAccount: config.limits.storagePerAccount,
  });
  onClose(() => sql.end({ timeout: 5 }));
  const secret = config.tokens.secret;
  const tokenSecret = secret ? new TextEncoder().encode(secret) : await loadOrCreateSecret(config.dataDir, 'jwt');

  const redis = await openRedis(config, logger, onClose);
  const broker = await openBroker(redis, sql, { logger, secret: tokenSecret, channel: role?.channel });
  const hub = new Hub<Event, Signal>(broker, eventLog(sql, createShowPerson(config)), {
    ...config.sockets,
    keep: KEPT_EVENTS,
    removes: removedBy,
    authorOf,
    revises: revisedBy,
  });
  let url = '';
  const blobs = await openBlobs(config, () => url, onClose);
  const limits = createLimits(config, { shared: await openRates(redis, sql, logger), write: writeOnce });
  // Log once, not per worker.
  const onceLogger = scheduledJobs ? logger : createLogger('silent');
  const disk = await watchDisk(
    config.dataDir,
    config.diskReserve,
    onceAMinute((line) => onceLogger.warn(line)),
  );
  onClose(() => disk.close());
  const spool = await openSpool(join(config.dataDir, 'tmp'), spoolLimits(config));
  const mailKey = deriveKey(tokenSecret, 'links in mail');
  const outgoing = createOutgoing(config.outgoingNetworks);
  const vapid = createVapid(deriveKey(tokenSecret, 'web push'));
  const unguarded = createCore(sql, hub, {
    node: role?.node ?? randomUUID(),
    rates: limits.rates,
    tokenSecret,
    networkKey: deriveKey(tokenSecret, 'known networks'),
    sealKey: deriveKey(tokenSecret, 'seal'),
    eventText: (stream, event) => eventTexts(stream).event(event),
    tokenTtl: config.tokens.ttl,
    tokenPairs: config.tokenPairs,
    issuer: config.issuer,
    providers: config.providers,
    mailKey: config.mail === undefined ? null : mailKey,
    outgoing,
    pushKey: config.push === undefined ? null : vapid.publicKey,
    emailRequired: config.emailRequired,
    deletionGrace: config.deletionGrace,
    shown: config.shown,
    registration: config.registration,
    localAccounts: config.localAccounts,
    passwordCost: config.passwords,
    messageLength: config.messageLength,
    postLength: config.postLength,
    titleLength: config.titleLength,
    commentLength: config.commentLength,
    bioLength: config.bioLength,
    hideEmails: config.hideEmails,
    reportDays: config.reportDays,
    auditDays: config.auditDays,
    sockets: config.sockets,
    storagePerAccount: config.limits.storagePerAccount,
    partials:
      config.s3 === undefined
        ? await openDiskPartials(join(config.dataDir, 'uploads'))
        : createBlobPartials(blobs, spool),
    media: {
      blobs,
      spool,
      limits: config.uploads,
      privateUrl: (uid) => `${url}/v1/files/${uid}`,
      defaultAvatarUrl: () => `${url}${DEFAULT_AVATAR}`,
    },
  });
  // A remote database has its own disk; only its errors tell that it is full.
  const rows = config.database.url === undefined ? disk.requireSpace : () => {};
  const core = withinDisk(unguarded, { rows, pictures: disk.requireSpace });
  const eventTexts = createEventTexts(createPresenter(core));
  await actOnEvents(hub, core);
  const indexer = startIndexer(sql, hub, () =>
    writeOnce('search', 'search misses what was written last; it is indexed later'),
  );

  const deliveries: Record<string, DeliveryCounts> = {};
  if (config.push !== undefined) {
    const contact = () => (url.startsWith('https:') ? url : null);
    const transport = openPushTransport(outgoing, config.push.patience);
    const push = startPush(sql, hub, {
      ...config.push,
      transport,
      vapid,
      contact,
      pictureUrl: (key) => blobs.url(key),
      warn: writeOnce,
    });
    deliveries.push = push.counts;
    onClose(() => push.stop());
  }
  if (config.mail !== undefined) {
    const { server, from, interval } = config.mail;
    const { openMailTransport } = await import('./store/mail-transport.ts');
    const transport = openMailTransport(server);
    const lane = startMailLane(sql, { transport, from, key: mailKey, url: () => url, interval, warn: writeOnce });
    deliveries.mail = lane.counts;
    onClose(() => lane.stop());
  }

  const files = checkFiles(blobs, onceLogger);
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
          deliveries,
          load: { ...core.load, queues: { ...core.load.queues, search: indexer.waiting } },
          sockets: () => gateway.counts,
          connections: () => countConnections(sql).catch(() => null),
          connectionLimit: config.database.connections,
        });
  if (tracing) for (const lane of core.load.lanes) lane.onCommitted = tracing.committed;

  const tally = new RequestTally();
  const dialects = createDialects(core, config);
  if (scheduledJobs) warnOfRiskySettings(config, logger);
  // Fastify would log the address as well; the start message does that.
  const httpLogger = logger.isLevelEnabled('info') ? logger.child({}, { level: 'warn' }) : logger;
  const ids = requestIds(trusts);
  const app = createHttp({
    logger: httpLogger,
    trusts,
    dialects,
    hookForms: createHookForms(core, config),
    version,
    publicUrl: config.publicUrl,
    corsOrigins: config.corsOrigins,
    limits,
    requestIds: ids,
    writeOnce,
    watch: { logger, level: config.requestLog ? 'info' : 'debug', metrics, tally, tracing },
    webClient: config.webClient ? readWebClient() : null,
    filesOrigins: config.s3 === undefined ? [] : s3Origins(config.s3),
  });
  const scraped = metrics && role ? metricsOfAll(metrics, role.metricsChannel) : metrics;
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
    // Fastify waits for every connection: sockets end with the hub, open requests when their deadline passes.
    const cut = setTimeout(() => app.server.closeAllConnections(), REQUEST_DEADLINE);
    await Promise.all([app.close(), hub.closeConnections()]);
    clearTimeout(cut);
    // Completes deferred work of the last requests, and removes the presence entries of this node.
    await core.flush();
    await indexer.close();
    await core.close();
    await hub.close();
  });
  if (scheduledJobs) startScheduledJobs(core, logger, onClose);
  const { load, administration } = core;
  const measured = { tally, load, hub, sockets: () => gateway.counts };
  onClose(startRecorder({ ...measured, record: administration.record, interval: RECORD_INTERVAL }));
  const hookLane = core.serveHooks({ interval: HOOK_INTERVAL, warn: writeOnce });
  onClose(() => hookLane.stop());

  // If this fails, the leases of those nodes expire.
  if (role?.ended.length) await core.expireNodes(role.ended).catch(() => {});
  await app.listen({ host: await listeningAddress(config.host), port: config.port, backlog: BACKLOG });
  const { port } = app.server.address() as AddressInfo;
  const shownHost = config.host.includes(':') ? `[${config.host}]` : config.host;
  const listensOn = `http://${shownHost}:${port}`;
  url = config.publicUrl ?? listensOn;
  const parts = { workers: 1, listensOn, database: database.name, broker: brokerName(config), files: blobs.place };
  return { url, setupUrl: setupUrl(config, url, database.setupCode), parts, expireNodes: core.expireNodes };
}

/** For `localhost`, Fastify would open a second server for the other address, without the limits set here. */
async function listeningAddress(host: string): Promise<string> {
  return host === 'localhost' ? (await lookup(host, { order: 'ipv4first' })).address : host;
}

/** A single form, or file, of the maximum size always fits. */
function spoolLimits({ uploads: { files, bytes, fileBytes, spool } }: Config): SpoolLimits {
  const most = Math.max(files * bytes, fileBytes);
  return { bytes: Math.max(spool, most), bytesPerOwner: most };
}

/** Warns of settings that are valid but may be unintended. */
function warnOfRiskySettings({ issuer, openDialects }: Config, logger: Logger): void {
  if (process.getuid?.() === 0)
    logger.warn('Koine runs as root: run it as a user of its own that owns DATA_DIR and nothing else');
  if (issuer !== undefined && issuer.audience === undefined)
    logger.warn('JWT_AUDIENCE is not set: tokens that were issued for other applications are accepted as well');
  if (openDialects.length > 0)
    logger.warn(`OPEN_DIALECTS: ${openDialects.join(', ')} trusts the account id that a caller without a token sends`);
}

/** Scheduled jobs, run by one node of a machine. */
function startScheduledJobs(core: Core, logger: Logger, onClose: OnClose): void {
  let closing = false;
  const warn = (text: string) => (err: unknown) => {
    if (!closing) logger.warn({ err }, text);
  };
  const prune = () => void core.prune().catch(warn('expired rows were not deleted; the next attempt is in an hour'));
  const sweep = () =>
    void Promise.all([core.media.sweep(), core.uploads.sweep()]).catch(
      warn('the sweep of abandoned files failed; the next attempt is in an hour'),
    );
  const resume = () =>
    void core.moderation
      .resumeCleanups()
      .catch(warn('a cleanup of a moderator did not go on; the next attempt is in an hour'));
  sweep();
  resume();
  const timers = [setInterval(prune, PRUNE_INTERVAL).unref(), setInterval(sweep, SWEEP_INTERVAL).unref()];
  onClose(() => {
    closing = true;
    for (const timer of timers) clearInterval(timer);
  });
}

/** Null without REDIS_URL. */
export async function openRedis(
  { redisUrl }: Pick<Config, 'redisUrl'>,
  logger: Logger,
  onClose: OnClose,
): Promise<Redis | null> {
  if (redisUrl === undefined) return null;
  // Loaded only when used.
  const { Redis } = await import('./store/redis.ts');
  const redis = await Redis.open(redisUrl, logger);
  onClose(() => redis.close());
  return redis;
}

type BrokerParts = { logger: Logger; secret: Uint8Array; channel?: Channel | undefined };

/** Nodes exchange events if they share a database and a secret; other installations may use the same Redis. */
export async function openBroker(
  redis: Redis | null,
  sql: Sql,
  { logger, secret, channel }: BrokerParts,
): Promise<KoineBroker> {
  const warn = (message: string) => logger.warn(message);
  if (redis === null) return channel ? new WorkersBroker<Event, Signal>(channel, warn) : new MemoryBroker();
  const key = deriveKey(secret, 'messages between nodes');
  return new RedisBroker<Event, Signal>(redis, { name: await findDatabaseName(sql), key, read: readBatch, warn });
}

/** Undefined: rate limits are counted by this process alone. */
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
