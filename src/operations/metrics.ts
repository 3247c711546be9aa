/**
 * Prometheus metrics. Parts of the server count in plain numbers; on a scrape they are converted here, in a registry
 * per server.
 */
import { collectDefaultMetrics, Histogram, Registry } from 'prom-client';
import type { DeliveryCounts } from '../core/due-work.ts';
import type { Load } from '../core/load.ts';
import { withinDeadline } from '../deadline.ts';
import type { Distribution } from '../distribution.ts';
import type { Hub } from '../hub/hub.ts';
import type { Health } from './health.ts';
import { createMeters, type Meters, type Sample } from './meters.ts';
import type { SocketCounts } from './socket-counts.ts';

export type Metrics = {
  readonly contentType: string;
  text(): Promise<string>;
  /** The metrics as JSON, to be merged by another process. */
  json(): Promise<string>;
  /** `route`: the template, never the path. */
  answered(labels: { dialect: string; method: string; route: string; status: string }, seconds: number): void;
};

/** How long a scrape waits for the database, in ms. */
const DEADLINE = 2_000;
/** Seconds. */
const REQUEST_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

/** Gauges of prom-client with counter names, which `promtool check metrics` rejects. The per-type gauges stay. */
const DROPPED_METRICS = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
];

export type MetricsParts = {
  version: string;
  /** Number of this worker, used as a label; null: a single process. */
  worker: number | null;
  health: Health;
  hub: Pick<Hub<never>, 'counts' | 'streams' | 'backlog'>;
  load: Load;
  /** By what it is: `mail`, `push`. */
  deliveries: Readonly<Record<string, DeliveryCounts>>;
  sockets: () => ReadonlyMap<string, SocketCounts>;
  /** Pool connections by state; null while the database is unreachable. */
  connections: () => Promise<Readonly<Record<string, number>> | null>;
  connectionLimit: number;
};

export function createMetrics(parts: MetricsParts): Metrics {
  const registry = new Registry();
  if (parts.worker !== null) registry.setDefaultLabels({ worker: String(parts.worker) });
  collectDefaultMetrics({ register: registry });
  for (const name of DROPPED_METRICS) registry.removeSingleMetric(name);

  const meters = createMeters(registry);
  measureNode(meters, parts);
  const requests = new Histogram({
    name: 'koine_http_request_duration_seconds',
    help: 'Duration of HTTP requests, from the request to the end of the response',
    labelNames: ['dialect', 'method', 'route', 'status'],
    buckets: REQUEST_BUCKETS,
    registers: [registry],
  });
  measureSockets(meters, parts);
  measureDelivery(meters, parts);
  measureWork(meters, parts);
  measureDatabase(meters, parts);

  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    json: async () => JSON.stringify(await registry.getMetricsAsJSON()),
    answered: (labels, seconds) => requests.observe(labels, seconds),
  };
}

function measureNode({ gauge }: Meters, { version, health }: MetricsParts): void {
  gauge('koine_info', 'The running version', ['version'], () => [{ labels: { version }, value: 1 }]);
  gauge('koine_ready', 'Whether this node is ready for requests, as in /readyz', [], async () => [
    { value: (await health.readiness()).ready ? 1 : 0 },
  ]);
  gauge('koine_part_up', 'Whether a dependency of this node is available', ['part'], async () => {
    const { parts: states } = await health.readiness();
    return Object.entries(states).map(([part, state]) => ({ labels: { part }, value: state === 'up' ? 1 : 0 }));
  });
}

function measureSockets({ counter, gauge }: Meters, parts: MetricsParts): void {
  const bySocketCounts = (read: (counts: SocketCounts) => readonly Sample[]) => () =>
    [...parts.sockets()].flatMap(([dialect, counts]) =>
      read(counts).map(({ labels, value }) => ({ labels: { dialect, ...labels }, value })),
    );
  const bySocketCode = (read: (counts: SocketCounts) => ReadonlyMap<string, number>, label: string) =>
    bySocketCounts((counts) => [...read(counts)].map(([code, value]) => ({ labels: { [label]: code }, value })));

  gauge(
    'koine_sockets_open',
    'Open sockets',
    ['dialect'],
    bySocketCounts(({ open }) => [{ value: open }]),
  );
  counter(
    'koine_sockets_opened_total',
    'Sockets opened',
    ['dialect'],
    bySocketCounts(({ opened }) => [{ value: opened }]),
  );
  counter(
    'koine_upgrades_refused_total',
    'Upgrades refused with an error',
    ['dialect', 'status'],
    bySocketCode(({ refused }) => refused, 'status'),
  );
  counter(
    'koine_sockets_closed_total',
    'Sockets closed',
    ['dialect', 'code'],
    bySocketCode(({ closed }) => closed, 'code'),
  );
  counter(
    'koine_frames_received_total',
    'Frames received from clients',
    ['dialect'],
    bySocketCounts(({ framesIn }) => [{ value: framesIn }]),
  );
}

function measureDelivery({ counter, gauge, histogram }: Meters, { hub }: MetricsParts): void {
  counter('koine_frames_sent_total', 'Frames sent to clients', [], () => [{ value: hub.counts.framesOut }]);
  counter('koine_frames_sent_bytes_total', 'Bytes of frames sent to clients', [], () => [
    { value: hub.counts.bytesOut },
  ]);
  gauge('koine_socket_backlog_bytes', 'Bytes queued for all clients', [], () => [{ value: hub.backlog().all }]);
  gauge('koine_socket_backlog_slowest_bytes', 'Bytes queued for the slowest client', [], () => [
    { value: hub.backlog().slowest },
  ]);
  gauge('koine_streams_open', 'Streams that are open on this node', [], () => [{ value: hub.streams }]);
  histogram('koine_delivery_duration_seconds', 'Time from a commit to the fan-out to the sockets of its node', () => [
    { labels: {}, values: hub.counts.delivery },
  ]);
  counter('koine_gap_repairs_total', 'Gaps in a stream that were backfilled from the database', [], () => [
    { value: hub.counts.repairs },
  ]);
  counter('koine_gap_repaired_events_total', 'Events that were backfilled', [], () => [
    { value: hub.counts.repairedEvents },
  ]);
}

function measureWork({ counter, gauge, histogram }: Meters, { load, deliveries }: MetricsParts): void {
  const byLane = (read: (lane: Load['lanes'][number]) => Distribution) => () =>
    load.lanes.map((lane) => ({ labels: { lane: lane.name }, values: read(lane) }));

  gauge('koine_waiting', 'Queue length', ['queue'], () => [
    ...load.lanes.map(({ name, waiting }) => ({ labels: { queue: name }, value: waiting() })),
    ...Object.entries(load.queues).map(([queue, waiting]) => ({ labels: { queue }, value: waiting() })),
  ]);
  counter(
    'koine_deliveries_total',
    'Attempts to hand something to another server, by outcome',
    ['kind', 'outcome'],
    () =>
      Object.entries(deliveries).flatMap(([kind, { sent, deferred, givenUp }]) => [
        { labels: { kind, outcome: 'sent' }, value: sent },
        { labels: { kind, outcome: 'deferred' }, value: deferred },
        { labels: { kind, outcome: 'given_up' }, value: givenUp },
      ]),
  );
  counter('koine_overflows_total', 'Refusals by a full queue', ['lane'], () =>
    load.lanes.map(({ name, overflows }) => ({ labels: { lane: name }, value: overflows })),
  );
  histogram(
    'koine_batch_size',
    'Batch size of commits',
    byLane(({ batches }) => batches),
  );
  histogram(
    'koine_commit_duration_seconds',
    'Time from a request to its commit',
    byLane(({ latency }) => latency),
  );
}

function measureDatabase({ gauge }: Meters, { connections, connectionLimit }: MetricsParts): void {
  gauge('koine_database_connections', 'Connections of the connection pool, by state', ['state'], async () =>
    Object.entries((await withinDeadline(connections(), DEADLINE)) ?? {}).map(([state, value]) => ({
      labels: { state },
      value,
    })),
  );
  gauge('koine_database_connections_limit', 'Maximum size of the connection pool', [], () => [
    { value: connectionLimit },
  ]);
}
