// The load generator's process: closed loops over sockets, ordered by the suite over IPC.
import { setTimeout as sleep } from 'node:timers/promises';
import { takeOrders } from './orders.ts';
import { type CpuUse, cpuUse, cpuUsed } from './process-stats.ts';
import { type Latency, latencyOf } from './report.ts';
import type { Sender } from './sender.ts';
import { type EchoLog, Swarm } from './swarm.ts';
import type { ProtocolName } from './wire.ts';

export interface OpenOrder {
  kind: 'open';
  /** Ports of the servers; sockets are distributed round-robin. */
  ports: number[];
  protocol: ProtocolName;
  sockets: number;
  /** Distributed round-robin over the sockets. */
  tokens: string[];
  /** Characters of every message. */
  textSize: number;
  /** For koine: the first frame of every socket, and the room that messages go to. */
  hello?: string;
  room?: string;
}

export interface RunOrder {
  kind: 'run';
  senders: number;
  /** Messages in flight, over all senders. */
  inFlight: number;
  warmUpSeconds: number;
  /** The measured part ends after this number of seconds or echoes, whichever comes first. */
  seconds: number;
  echoes?: number;
  /** Delay between an echo and the next message; default 0. */
  pauseMs?: number;
  /** Processes whose CPU time is read, by name. */
  watch: Record<string, number>;
}

export interface RunReport {
  seconds: number;
  /** Messages echoed to their senders. */
  messages: number;
  /** Messages received, over all sockets. */
  deliveries: number;
  latency: Latency;
  /** The longest time in which no message was echoed. */
  silenceMs: number;
  cpu: CpuUse;
  /** Results of the check: empty if every socket received every message once and every echo came in order. */
  problems: string[];
}

export type Order = OpenOrder | RunOrder;

const OPENING_AT_ONCE = 64;
const DRAIN_MS = 15_000;

async function open(order: OpenOrder): Promise<Swarm> {
  const { tokens, ports } = order;
  const swarm = new Swarm({ ...order, port: ports[0] as number, capacity: order.sockets });
  const openMore = async () => {
    while (swarm.size < order.sockets) {
      const next = swarm.size;
      await swarm.open(tokens[next % tokens.length] ?? '', ports[next % ports.length]);
    }
  };
  await Promise.all(Array.from({ length: OPENING_AT_ONCE }, openMore));
  return swarm;
}

async function run(swarm: Swarm, order: RunOrder, firstSequence: number): Promise<{ report: RunReport; sent: number }> {
  const log: EchoLog = {
    sending: true,
    pauseMs: order.pauseMs ?? 0,
    sent: order.inFlight,
    echoes: 0,
    latencies: [],
    echoedAt: performance.now(),
    silenceMs: 0,
    onEchoes: () => {},
  };
  const windows = share(order.inFlight, order.senders);
  const senders = swarm.enlist(windows, firstSequence, log);
  senders.forEach((sender, i) => {
    const first = () => sender.send(windows[i] as number, performance.now());
    // Those who pause do so at different times.
    if (log.pauseMs === 0) first();
    else setTimeout(first, (log.pauseMs * i) / senders.length);
  });

  await phase(log, order.warmUpSeconds, Number.POSITIVE_INFINITY);
  log.latencies.length = 0;
  log.silenceMs = 0;
  const before = snapshot(swarm, log, order.watch);
  await phase(log, order.seconds, order.echoes ?? Number.POSITIVE_INFINITY);
  const after = snapshot(swarm, log, order.watch);
  const latency = latencyOf(log.latencies);
  const silenceMs = Math.max(log.silenceMs, after.at - log.echoedAt);

  log.sending = false;
  await drain(swarm, senders, log);
  const report: RunReport = {
    seconds: (after.at - before.at) / 1000,
    messages: after.echoes - before.echoes,
    deliveries: after.deliveries - before.deliveries,
    latency,
    silenceMs,
    cpu: cpuUsed(before.cpu, after.cpu),
    problems: check(swarm, senders, log),
  };
  swarm.discharge();
  return { report, sent: log.sent };
}

/** Splits `total` evenly over the senders; a sender without a share does not send. */
function share(total: number, senders: number): number[] {
  const parts = Array.from({ length: senders }, (_, i) => Math.floor(total / senders) + (i < total % senders ? 1 : 0));
  return parts.filter((part) => part > 0);
}

/** Waits for a duration or a number of echoes. */
async function phase(log: EchoLog, seconds: number, echoes: number): Promise<void> {
  const goal = log.echoes + echoes;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, seconds * 1000);
    log.onEchoes = () => {
      if (log.echoes < goal) return;
      clearTimeout(timer);
      resolve();
    };
  });
  log.onEchoes = () => {};
}

function snapshot(swarm: Swarm, log: EchoLog, watch: Record<string, number>) {
  return { cpu: cpuUse(watch), at: performance.now(), deliveries: total(swarm.received), echoes: log.echoes };
}

/** Drains: waits until everything sent has arrived everywhere, or evidently will not. */
async function drain(swarm: Swarm, senders: Sender[], log: EchoLog): Promise<void> {
  const deadline = performance.now() + DRAIN_MS;
  const done = () =>
    senders.every((sender) => sender.outstanding === 0) && total(swarm.received) >= log.sent * swarm.size;
  while (!done() && performance.now() < deadline) await sleep(10);
  // A duplicate would arrive a little later.
  await sleep(100);
}

function check(swarm: Swarm, senders: Sender[], log: EchoLog): string[] {
  const problems: string[] = [];
  const short = swarm.received.filter((count) => count < log.sent);
  const over = swarm.received.filter((count) => count > log.sent);
  const disordered = senders.reduce((sum, sender) => sum + sender.disordered, 0);
  const unanswered = senders.reduce((sum, sender) => sum + sender.outstanding, 0);
  if (short.length > 0)
    problems.push(`${short.length} sockets are short of ${log.sent * short.length - total(short)} messages`);
  if (over.length > 0)
    problems.push(`${over.length} sockets got ${total(over) - log.sent * over.length} messages too many`);
  if (disordered > 0) problems.push(`${disordered} echoes out of order`);
  if (unanswered > 0) problems.push(`${unanswered} messages were not echoed`);
  for (const [reason, count] of Object.entries(swarm.closed)) problems.push(`${count} sockets lost: ${reason}`);
  return problems;
}

function total(counts: Uint32Array): number {
  let sum = 0;
  for (const count of counts) sum += count;
  return sum;
}

function execute(): (order: Order) => Promise<RunReport | null> {
  let swarm: Swarm | null = null;
  let sequence = 0;
  return async (order) => {
    if (order.kind === 'open') {
      swarm = await open(order);
      return null;
    }
    if (!swarm) throw new Error('no sockets are open');
    const { report, sent } = await run(swarm, order, sequence);
    sequence += sent;
    return report;
  };
}

takeOrders(execute());
