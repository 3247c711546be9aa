// The HTTP load generator's process: closed loops on keep-alive connections, ordered by the suite over IPC.
import { setTimeout as sleep } from 'node:timers/promises';
import { type AnswerLog, HttpConnection, type HttpRequest } from './http-client.ts';
import { takeOrders } from './orders.ts';
import { type CpuUse, cpuUse, cpuUsed } from './process-stats.ts';
import { type Latency, latencyOf } from './report.ts';

export interface HttpOrder {
  port: number;
  /** A connection per entry; an array is sent round-robin. */
  requests: (HttpRequest | HttpRequest[])[];
  warmUpSeconds: number;
  seconds: number;
  /** Processes whose CPU time is read, by name. */
  watch: Record<string, number>;
}

export interface HttpReport {
  seconds: number;
  /** Completed in the measured part. */
  requests: number;
  /** Of response bodies. */
  bytes: number;
  latency: Latency;
  cpu: CpuUse;
  /** Completed requests per connection over the whole run, including warm-up and drain. */
  answered: number[];
  problems: string[];
}

const DRAIN_MS = 30_000;

async function run({ port, requests, warmUpSeconds, seconds, watch }: HttpOrder): Promise<HttpReport> {
  const log: AnswerLog = { sending: true, answers: 0, bytes: 0, latencies: [], problems: new Map() };
  const arena = HttpConnection.arena();
  const connections = requests.map((request) => new HttpConnection(port, [request].flat(), log, arena));
  try {
    await Promise.all(connections.map((connection) => connection.ready()));
    for (const connection of connections) connection.send();
    await sleep(warmUpSeconds * 1000);
    log.latencies.length = 0;
    const before = snapshot(log, watch);
    await sleep(seconds * 1000);
    const after = snapshot(log, watch);
    const latency = latencyOf(log.latencies);
    log.sending = false;
    await drain(connections);
    return {
      seconds: (after.at - before.at) / 1000,
      requests: after.answers - before.answers,
      bytes: after.bytes - before.bytes,
      latency,
      cpu: cpuUsed(before.cpu, after.cpu),
      answered: connections.map(({ answered }) => answered),
      problems: problemsOf(connections, log),
    };
  } finally {
    for (const connection of connections) connection.close();
  }
}

function snapshot({ answers, bytes }: AnswerLog, watch: Record<string, number>) {
  return { cpu: cpuUse(watch), at: performance.now(), answers, bytes };
}

/** Drains: waits until all requests are answered, or evidently will not be. */
async function drain(connections: HttpConnection[]): Promise<void> {
  const deadline = performance.now() + DRAIN_MS;
  while (connections.some(({ waiting }) => waiting) && performance.now() < deadline) await sleep(10);
}

function problemsOf(connections: HttpConnection[], { problems }: AnswerLog): string[] {
  const unanswered = connections.filter(({ waiting }) => waiting).length;
  return [
    ...[...problems].map(([problem, times]) => `${times} × ${problem}`),
    ...(unanswered > 0 ? [`${unanswered} requests were not answered`] : []),
  ];
}

takeOrders(run);
