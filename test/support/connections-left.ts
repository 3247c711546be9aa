/**
 * Run as a worker, whose heap has nothing of other tests: opens and closes connections of a hub, and reports what is left of
 * them, and what open ones take. The garbage is collected before each count.
 */
import { getHeapStatistics, queryObjects } from 'node:v8';
import { parentPort } from 'node:worker_threads';
import { Connection } from '../../src/hub/connection.ts';
import { Hub } from '../../src/hub/hub.ts';
import { DeafBroker, events, LIMITS, MemoryLog, plainEncoder, Recorder, type TestEvent, UNLOGGED } from './hub.ts';

/** Objects that there are more of after `CONNECTIONS` connections than after a few. */
export type Left = { readonly connections: number; readonly arrays: number; readonly open: number };
/** Bytes of heap for each stream that a connection follows. */
export type Report = Left & { readonly bytesAFollowing: number };

const CONNECTIONS = 500;
/** Frames that were written are forgotten within some hundred turns of the event loop. */
const MOST_TURNS = 10_000;
const FEW = 50;
const STREAMS = 20;

const hub = new Hub<TestEvent>(new DeafBroker(), new MemoryLog(events(1, 3)), LIMITS);
const stream = await hub.open(1);
const encoder = plainEncoder();
const expiresAt = Date.now() + 3_600_000;
const living = (kind: typeof Connection | typeof Array) => queryObjects(kind, { format: 'count' });

await comeAndGo(10);
const [connections, arrays] = [living(Connection), living(Array)];
await comeAndGo(CONNECTIONS);
const left = () => living(Connection) - connections;
for (let turns = 1; left() >= FEW && turns < MOST_TURNS; turns *= 2)
  for (let count = 0; count < turns; count += 1) await new Promise(setImmediate);
const found: Left = { connections: left(), arrays: living(Array) - arrays, open: hub.size };
const report: Report = { ...found, bytesAFollowing: await sizeOfFollowing() };
await hub.close();
parentPort?.postMessage(report);

async function comeAndGo(count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    const recorder = new Recorder();
    const port = { localAddress: '127.0.0.1', localPort: 1, remoteAddress: '127.0.0.1', remotePort: index };
    const socket = Object.assign(recorder.socket, { setKeepAlive: () => {}, ...port });
    const connection = hub.connect(recorder.ws, socket as never, { ...UNLOGGED, pings: index % 2 === 0 });
    hub.identify(connection, { accountId: index, sessionId: null, expiresAt });
    await hub.replay(stream, connection, encoder, 0);
    connection.closed();
  }
}

/** Of connections that follow the same streams, so that those count for little. */
async function sizeOfFollowing(): Promise<number> {
  const streams = await Promise.all(Array.from({ length: STREAMS }, (_, index) => hub.open(index + 1)));
  const all = Array.from({ length: CONNECTIONS }, () => new Recorder().connection());
  const follow = (connections: readonly Connection[]) => {
    for (const connection of connections) for (const one of streams) one.follow(connection, encoder);
  };
  // The code that does it is compiled, and the streams have their groups.
  follow(all.slice(0, FEW));
  const before = heapUsed();
  follow(all.slice(FEW));
  return (heapUsed() - before) / STREAMS / (CONNECTIONS - FEW);
}

function heapUsed(): number {
  queryObjects(Connection, { format: 'count' });
  return getHeapStatistics().used_heap_size;
}
