// The process that chats with itself over social: sends a message, waits for the echo and a pause, and repeats.
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { takeOrders } from './orders.ts';
import { type Latency, latencyOf } from './report.ts';

/** `begin` opens the socket; `end` reports all echoes since the last report. */
export type EchoOrder = { kind: 'open'; url: string; token: string } | { kind: 'report' };
export type EchoReport = { latency: Latency; echoes: number; problems: string[] };

const PAUSE_MS = 10;
/** An echo that takes longer counts as lost. */
const PATIENCE_MS = 10_000;

function execute(): (order: EchoOrder) => Promise<EchoReport> {
  let latencies: number[] = [];
  let problems: string[] = [];

  async function talk(socket: WebSocket): Promise<void> {
    for (let n = 0; ; n++) {
      const said = `message ${n}`;
      const sentAt = performance.now();
      const echo = once(socket, 'message', { signal: AbortSignal.timeout(PATIENCE_MS) });
      socket.send(said);
      const [frame] = (await echo) as [Buffer];
      latencies.push(performance.now() - sentAt);
      const { message } = JSON.parse(frame.toString()) as { message?: string };
      if (message !== said) problems.push(`the echo of "${said}" is ${frame}`);
      await sleep(PAUSE_MS);
    }
  }

  return async (order) => {
    if (order.kind === 'open') {
      const socket = new WebSocket(order.url, { headers: { authorization: `Bearer ${order.token}` } });
      await once(socket, 'open');
      talk(socket).catch((error: Error) => problems.push(`the chat ended: ${error.message}`));
    }
    const report = { latency: latencyOf(latencies), echoes: latencies.length, problems };
    latencies = [];
    problems = [];
    return report;
  };
}

takeOrders(execute());
