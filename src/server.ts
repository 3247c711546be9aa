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
import { authorOf, type Event, KEPT_EVENTS, removedBy } from './core/events/events.ts';
import type { Signal } from './core/events/signals.ts';
import { createVapid } from './core/push/vapid.ts';
import { revisedBy } from './core/rooms/kept-messages.ts';
import { startIndexer } from './core/search/indexer.ts';
import { createDialects } from './dialects/index.ts';
import { createEventTexts } from './dialects/koine/events/event-texts.ts';
import { createPresenter } from './dialects/koine/present.ts';
import { createHookForms } from './dialects/shared/hooks/forms.ts';
import { createHttp } from './http/app.ts';
import { openGateway } from './http/gateway.ts';
import { answerHeaders } from './http/headers.ts';
import { DEFAULT_AVATAR, serveFiles } from './http/static-files.ts';
import { readWebClient } from './http/web-client.ts';
import type { Channel } from './hub/brokers/relay.ts';
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
import { createMetrics, type MetricsParts } from './operations/metrics.ts';
import { RequestTally, startRecorder } from './operations/recorder.ts';
import { requestIds } from './operations/request-id.ts';
import { serveOperations } from './operations/routes.ts';
import { openTracing, type Tracing, type TracingParts } from './operations/tracing.ts';
import { type MetricsChannel, metricsOfAll } from './operations/worker-metrics.ts';
import { brokerName, openBroker, openRedis } from './process/brokers.ts';
import { startDeliveries } from './process/deliveries.ts';
import {
  buildWithClose,
  type Installation,
  type OnClose,
  type PreparedDatabase,
  prepareInstallation,
} from './process/installation.ts';
import { startScheduledJobs } from './process/scheduled-jobs.ts';
import { setupUrl } from './process/setup-url.ts';
import type { Blobs } from './store/blobs.ts';
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
/** Interval of measurements, in ms. */
const RECORD_INTERVAL = 60_000;
/** Interval between two looks for outgoing hooks to which something is due, in ms. */
const HOOK_INTERVAL = 2_000;

/** @throws an Error with a one-line message; completed steps are rolled back */
export function startServer(config: Config, role: WorkerRole | null = null): Promise<KoineNode> {
  return buildWithClose((onClose) => build(config, role, onClose));
}

/** The address for clients, which is known once the server listens. */
type Address = { url: string };

async function build(config: Config, role: WorkerRole | null, onClose: OnClose) {
  const ground = await openGround(config, role, onClose);
  const { logger, sql, hub, writeOnce } = ground;
  const address: Address = { url: '' };
  const blobs = await openBlobs(config, () => address.url, onClose);
  const { core, deliveries } = await composeCore(config, role, ground, { blobs, address }, onClose);
  await actOnEvents(hub, core);
  const indexer = startIndexer(sql, hub, () =>
    writeOnce('search', 'search misses what was written last; it is indexed later'),
  );
  const load = { ...core.load, queues: { ...core.load.queues, search: indexer.waiting } };
  const { app, sockets, tally, stopping } = serve(config, role, ground, { core, blobs, deliveries, load });
  onClose(async () => {
    stopping();
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
  if (ground.scheduledJobs) {
    warnOfRiskySettings(config, logger);
    startScheduledJobs(core, logger, onClose);
  }
  const { record } = core.administration;
  onClose(startRecorder({ tally, load: core.load, hub, sockets, record, interval: RECORD_INTERVAL }));
  const hookLane = core.serveHooks({ interval: HOOK_INTERVAL, warn: writeOnce });
  onClose(() => hookLane.stop());

  // If this fails, the leases of those nodes expire.
  if (role?.ended.length) await core.expireNodes(role.ended).catch(() => {});
  await app.listen({ host: await listeningAddress(config.host), port: config.port, backlog: BACKLOG });
  const { port } = app.server.address() as AddressInfo;
  const shownHost = config.host.includes(':') ? `[${config.host}]` : config.host;
  const listensOn = `http://${shownHost}:${port}`;
  address.url = config.publicUrl ?? listensOn;
  const { name, setupCode } = ground.database;
  const parts = { workers: 1, listensOn, database: name, broker: brokerName(config), files: blobs.place };
  return { url: address.url, setupUrl: setupUrl(config, address.url, setupCode), parts, expireNodes: core.expireNodes };
}

type Ground = Awaited<ReturnType<typeof openGround>>;

/** The parts that all others use: the log, the database, the disk, the hub, the limits. */
async function openGround(config: Config, role: WorkerRole | null, onClose: OnClose) {
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
  onClose(() => sql.end());
  const given = config.tokens.secret;
  const secret = given ? new TextEncoder().encode(given) : await loadOrCreateSecret(config.dataDir, 'jwt');
  const redis = await openRedis(config, logger, onClose);
  const broker = await openBroker(redis, sql, { logger, secret, channel: role?.channel });
  const hub = new Hub<Event, Signal>(broker, eventLog(sql, createShowPerson(config)), {
    ...config.sockets,
    keep: KEPT_EVENTS,
    removes: removedBy,
    authorOf,
    revises: revisedBy,
  });
  const limits = createLimits(config, { shared: await openRates(redis, sql, logger), write: writeOnce });
  // Log once, not per worker.
  const onceLogger = scheduledJobs ? logger : createLogger('silent');
  const writeDisk = onceAMinute((line) => onceLogger.warn(line));
  const disk = await watchDisk(config.dataDir, config.diskReserve, writeDisk);
  onClose(() => disk.close());
  return {
    ...{ logger, onceLogger, writeOnce, trusts, tracing, scheduledJobs, database },
    ...{ sql, secret, redis, hub, limits, disk },
  };
}

/** Core, as it may be used while the disk has room, and what it has sent. */
async function composeCore(
  config: Config,
  role: WorkerRole | null,
  { sql, hub, secret, limits, disk, writeOnce }: Ground,
  { blobs, address }: { readonly blobs: Blobs; readonly address: Address },
  onClose: OnClose,
) {
  const url = () => address.url;
  const spool = await openSpool(join(config.dataDir, 'tmp'), spoolLimits(config));
  const partials =
    config.s3 === undefined
      ? await openDiskPartials(join(config.dataDir, 'uploads'))
      : createBlobPartials(blobs, spool);
  const mailKey = deriveKey(secret, 'links in mail');
  const outgoing = createOutgoing(config.outgoingNetworks);
  const vapid = createVapid(deriveKey(secret, 'web push'));
  const unguarded = createCore(sql, hub, {
    ...config,
    node: role?.node ?? randomUUID(),
    rates: limits.rates,
    tokenSecret: secret,
    networkKey: deriveKey(secret, 'known networks'),
    sealKey: deriveKey(secret, 'seal'),
    eventText: (stream, event) => eventTexts(stream).event(event),
    tokenTtl: config.tokens.ttl,
    mailKey: config.mail === undefined ? null : mailKey,
    outgoing,
    pushKey: config.push === undefined ? null : vapid.publicKey,
    passwordCost: config.passwords,
    storagePerAccount: config.limits.storagePerAccount,
    partials,
    media: {
      blobs,
      spool,
      limits: config.uploads,
      privateUrl: (uid) => `${url()}/v1/files/${uid}`,
      defaultAvatarUrl: () => `${url()}${DEFAULT_AVATAR}`,
    },
  });
  // A remote database has its own disk; only its errors show that it is full.
  const rows = config.database.url === undefined ? disk.requireSpace : () => {};
  const core = withinDisk(unguarded, { rows, pictures: disk.requireSpace });
  const eventTexts = createEventTexts(createPresenter(core));
  const pictureUrl = (key: string) => blobs.url(key);
  const senders = { outgoing, vapid, mailKey, pictureUrl, url, writeOnce };
  return { core, deliveries: await startDeliveries(sql, hub, config, senders, onClose) };
}

type Served = {
  readonly core: Core;
  readonly blobs: Blobs;
  readonly deliveries: Readonly<Record<string, DeliveryCounts>>;
  readonly load: MetricsParts['load'];
};

/** HTTP and WebSocket, which answer once the app listens. `stopping`: no further sockets; readiness says so. */
function serve(config: Config, role: WorkerRole | null, ground: Ground, { core, blobs, deliveries, load }: Served) {
  const { logger, onceLogger, writeOnce, trusts, tracing, sql, redis, hub, limits, disk } = ground;
  const files = checkFiles(blobs, onceLogger);
  const health = createHealth({
    database: async () => (await isMigrated(sql)) && isWritable(sql),
    broker: () => redis === null || redis.client !== null,
    files: files.up,
    disk: () => !disk.low,
  });
  const sockets = () => gateway.counts;
  const metrics =
    config.metricsToken === undefined
      ? null
      : createMetrics({
          ...{ version, health, hub, deliveries, load, sockets },
          worker: role?.number ?? null,
          connections: () => countConnections(sql).catch(() => null),
          connectionLimit: config.database.connections,
        });
  if (tracing) for (const lane of core.load.lanes) lane.onCommitted = tracing.committed;

  const tally = new RequestTally();
  const dialects = createDialects(core, config);
  const ids = requestIds(trusts);
  const app = createHttp({
    // Fastify would log the address as well; the start message does that.
    logger: logger.isLevelEnabled('info') ? logger.child({}, { level: 'warn' }) : logger,
    ...{ trusts, dialects, version, limits, writeOnce },
    hookForms: createHookForms(core, config),
    publicUrl: config.publicUrl,
    corsOrigins: config.corsOrigins,
    requestIds: ids,
    watch: { logger, level: config.requestLog ? 'info' : 'debug', metrics, tally, tracing },
    webClient: config.webClient ? readWebClient() : null,
    filesOrigins: config.s3 === undefined ? [] : s3Origins(config.s3),
  });
  const scraped = metrics && role ? metricsOfAll(metrics, role.metricsChannel) : metrics;
  const token = config.metricsToken ?? '';
  void app.register(async (scope) => serveOperations(scope, { health, metrics: scraped, token }));
  void app.register(async (scope) => serveFiles(scope, config.s3 === undefined ? filesFolder(config) : null));
  const gateway = openGateway({
    ...{ dialects, limits, logger, writeOnce },
    server: app.server,
    connect: (ws, socket, how) => hub.connect(ws, socket, how),
    headers: answerHeaders(config.publicUrl),
    requestIds: ids,
  });
  const stopping = () => {
    health.stopping();
    gateway.close();
  };
  return { app, sockets, tally, stopping };
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

async function startTracing(config: Config, about: TracingParts, onClose: OnClose): Promise<Tracing | null> {
  if (config.tracing === undefined) return null;
  const tracing = await openTracing(config.tracing, about);
  onClose(() => tracing.close());
  return tracing;
}
