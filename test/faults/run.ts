/**
 * `npm run test:faults [-- --rounds N --seed S --faults F]`: three nodes with clients, under random faults. Each round
 * ends with a proof that no message was lost, duplicated or reordered, and that presence is correct. A seed repeats the
 * plan, but not the timing.
 * `--lost-connections N` only breaks that many database connections, and checks in PostgreSQL's log that no statement
 * ran in another's transaction.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type Member, member } from '../support/messenger-people.ts';
import { relaySignIn } from '../support/people.ts';
import { Checker, type Life } from './checker.ts';
import { type Account, Client, SPEECHES, type Talker } from './clients.ts';
import { Cluster } from './cluster.ts';
import { countTornPosts, type LossCounts, loseConnections, whileLiking } from './connections.ts';
import { FAULTS, type FaultKind } from './faults.ts';
import { KoineClient } from './koine-client.ts';
import { Random } from './random.ts';
import { END_OF_LEARNING, LOGGING, StatementChecker } from './statements.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '4' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    faults: { type: 'string', default: '4' },
    only: { type: 'string', multiple: true, default: [] },
    'lost-connections': { type: 'string', default: '0' },
  },
});
/** Per round. */
const LOSSES = 50;
const losses = Number(values['lost-connections']);
const rounds = losses > 0 ? Math.ceil(losses / LOSSES) : Number(values.rounds);
const seed = Number(values.seed);
const faultsPerRound = Number(values.faults);
const kinds = (Object.keys(FAULTS) as FaultKind[]).filter(
  (kind) => values.only.length === 0 || values.only.includes(kind),
);

/** Faults begin within this time, in ms. */
const ROUND = 1_500;
/** How long recovery from faults may take, in ms. */
const HEAL_DEADLINE = 45_000;
const ENOUGH_VIOLATIONS = 5;

const random = new Random(seed);
/** Separate from the plan: the number of draws by clients depends on the machine's speed. */
const clientRandom = new Random(seed + 1);
const checker = new Checker();
const faultCounts: LossCounts = new Map();
let repaired = 0;
/** The last count of each node's process. */
const repairedBy = new Map<object, number>();
/** The last seq of each stream that the checker has been given, by stream name. */
const told = new Map<string, number>();

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

print(`seed ${seed}, ${rounds} rounds of ${losses > 0 ? `${LOSSES} lost connections` : `${faultsPerRound} faults`}`);
const started = performance.now();
const cluster = await Cluster.start((text) => checker.violation(text), losses > 0 ? LOGGING : {});
let code = 1;
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void cluster.stop().finally(() => process.exit(1)));
try {
  code = await play();
} catch (error) {
  checker.violation(error instanceof Error ? `${error.stack}` : String(error));
  printViolations();
} finally {
  await cluster.stop();
}
process.exit(code);

async function play(): Promise<number> {
  const { clients, roomId, relays } = await invite();
  if (losses > 0) await learnStatements(clients, roomId);
  for (let round = 1; round <= rounds; round += 1) {
    const before = { acknowledged: checker.acknowledged, delivered: checker.delivered, repaired };
    const faults = losses > 0 ? await loseSome(clients) : await disturb(clients);
    await heal(clients, roomId);
    await checkPresence(clients);
    await checkAlreadyIn(relays);
    const open = clients.flatMap(({ life }): Life[] => (life ? [life] : []));
    for (const life of open) life.settled = true;
    checker.check([...clients.flatMap((client) => client.lives.splice(0)), ...open]);
    for (const life of open) life.settled = false;
    print(
      `round ${round}: ${checker.acknowledged - before.acknowledged} acknowledged, ` +
        `${checker.delivered - before.delivered} delivered, ${repaired - before.repaired} repaired; ${faults.join(', ')}`,
    );
    if (checker.violations.length > 0) break;
  }
  for (const client of clients) client.close();
  if (losses > 0) await checkStatements();
  const counts = [...faultCounts].map(([kind, count]) => `${kind} ${count}`).join(', ');
  print(
    `${checker.acknowledged} acknowledged, ${checker.delivered} delivered, ${repaired} repaired ` +
      `in ${Math.round((performance.now() - started) / 1_000)} s; ${counts}`,
  );
  if (checker.violations.length === 0) return 0;
  printViolations();
  return 1;
}

function printViolations(): void {
  for (const violation of checker.violations.slice(0, ENOUGH_VIOLATIONS)) print(`VIOLATION: ${violation}`);
  print(`${checker.violations.length} violations; seed ${seed}`);
  for (const node of cluster.nodes) print(`--- ${node.name}\n${node.log}`);
}

/** Four lounge and three relay clients in the lobby, two in a room and two there by koine, three that post to and follow the board. */
async function invite() {
  const [first] = cluster.nodes as [(typeof cluster.nodes)[number]];
  const people: Member[] = [];
  for (let index = 0; index < 9; index += 1) people.push(await member(first, `p${index}`));
  const accounts: Account[] = [];
  for (const { id, username } of people) {
    const answer = await relaySignIn(first, username);
    if (answer.status !== 200) throw new Error(answer.body);
    accounts.push({ id, username, token: answer.body });
  }
  const { name } = await (people[7] as Member).chatWith('p8');
  const [row] = await cluster.sql<[{ id: number; uid: string; epoch: string }]>`
    select r.id, r.uid, i.epoch from rooms r, installation i where r.name = ${name}`;
  const room = SPEECHES.room(name);
  const speeches = [
    ...Array.from({ length: 4 }, () => SPEECHES.lounge),
    ...Array.from({ length: 3 }, () => SPEECHES.relay),
    room,
    room,
  ];
  const make = (index: number, speech: (typeof speeches)[number]) =>
    new Client(accounts[index] as Account, speech, cluster.nodes, checker, clientRandom);
  const clients: Talker[] = speeches.map((speech, index) => make(index, speech));
  const relays = clients.slice(4, 7);
  for (const index of [0, 4, 7]) clients.push(make(index, SPEECHES.board));
  const setting = { nodes: cluster.nodes, checker, random: clientRandom };
  for (const index of [7, 8]) clients.push(new KoineClient(accounts[index] as Account, row, setting));
  await until('everybody to be in', () => clients.every((client) => client.isIn));
  return { clients, relays, roomId: row.id };
}

async function disturb(clients: readonly Talker[]): Promise<string[]> {
  for (const client of clients) client.talk();
  const plan = Array.from({ length: faultsPerRound }, () => ({
    kind: random.pick(kinds),
    at: random.between(0, ROUND),
  }));
  const doing = plan.map(async ({ kind, at }) => {
    await sleep(at);
    faultCounts.set(kind, (faultCounts.get(kind) ?? 0) + 1);
    await countRepairs();
    try {
      await FAULTS[kind]({ cluster, clients, random });
    } catch {
      // Conflicting faults are excluded: a Redis that is down cannot be wiped.
    }
  });
  await sleep(ROUND);
  await Promise.all(doing);
  await sleep(200);
  for (const client of clients) client.stopSending();
  return plan.map(({ kind }) => kind);
}

async function loseSome(clients: readonly Talker[]): Promise<string[]> {
  for (const client of clients) client.talk();
  const scene = { cluster, clients, random };
  await whileLiking(scene, () => loseConnections(scene, LOSSES, faultCounts));
  for (const client of clients) client.stopSending();
  return [`${LOSSES} connections lost`];
}

/** Normal operation: messages, posts, joins and leaves. */
async function learnStatements(clients: readonly Talker[], roomId: number): Promise<void> {
  for (const client of clients) client.talk();
  await until('a post', async () => (await cluster.sql`select from posts limit 1`).length > 0);
  await whileLiking({ cluster, clients, random }, async () => {
    for (const client of clients) {
      client.drop();
      await sleep(100);
    }
  });
  for (const client of clients) client.stopSending();
  await heal(clients, roomId);
  await cluster.sql.unsafe(END_OF_LEARNING);
}

async function checkStatements(): Promise<void> {
  const { statements, transactions, violations } = await StatementChecker.read(cluster.dataDirectory);
  print(`${statements} statements, ${transactions} transactions`);
  for (const violation of violations) checker.violation(violation);
  const torn = await countTornPosts(cluster);
  if (torn > 0) checker.violation(`${torn} posts have more or fewer likes than their counter says`);
}

/**
 * Waits until everything works, all clients are connected, nothing is in flight, and each socket has received the end
 * of its stream.
 */
async function heal(clients: readonly Talker[], roomId: number): Promise<void> {
  await until('the nodes to be up', () => cluster.nodes.every((node) => node.isUp && !node.frozen));
  await until(
    'everybody to be in, and answered',
    () => clients.every((client) => client.isIn && client.isQuiet),
    clients,
  );
  await countRepairs();
  for (const stream of ['lobby', 'room', 'board'])
    await sayLast(clients.filter((client) => client.speech.stream === stream));
  await until('what is stored', () => readStored(roomId));
  await until(
    'everybody to have seen the last of it',
    () => clients.every(({ life, speech }) => life?.delivered.at(-1) === checker.last(speech.stream)),
    clients,
  );
}

/** One more message, so that every open socket receives something. Refused ones are retried. */
async function sayLast(clients: readonly Talker[]): Promise<void> {
  const speaker = clients[0] as Talker;
  const before = checker.acknowledged;
  await until('a last word', () => {
    if (speaker.isIn && speaker.isQuiet && checker.acknowledged === before) speaker.sayOnce();
    return checker.acknowledged > before;
  });
}

async function readStored(roomId: number): Promise<boolean> {
  const { sql } = cluster;
  try {
    for (const [stream, id] of [
      ['lobby', 2],
      ['room', roomId],
    ] as const)
      take(
        stream,
        await sql<Stored[]>`
        select seq, body from messages where room_id = ${id} and seq > ${told.get(stream) ?? 0} order by seq`,
      );
    take(
      'board',
      await sql<Stored[]>`
      select e.seq, p.body from events e join posts p on p.id = (e.payload->>'id')::int
       where e.stream_id = 3 and e.kind = 'post.created' and e.seq > ${told.get('board') ?? 0} order by e.seq`,
    );
    return true;
  } catch {
    return false;
  }
}

type Stored = { seq: number; body: string };

function take(stream: string, rows: readonly Stored[]): void {
  checker.store(
    stream,
    rows.map(({ body }) => body),
  );
  const last = rows.at(-1);
  if (last) told.set(stream, last.seq);
}

async function checkPresence(clients: readonly Talker[]): Promise<void> {
  const expected = () =>
    JSON.stringify(
      [...new Set(clients.filter(({ isSeen, isIn }) => isSeen && isIn).map((one) => one.account.username))].sort(),
    );
  const watching = () => clients.filter(({ speech, isIn }) => speech === SPEECHES.lounge && isIn);
  const wrong = () => watching().filter(({ present }) => JSON.stringify(present) !== expected());
  try {
    await until('presence', () => watching().length === 4 && wrong().length === 0);
  } catch {
    for (const { name, present } of wrong())
      checker.violation(`${name} sees ${JSON.stringify(present)}, there are ${expected()}`);
  }
}

/** A node that could not renew its lease counts as dead until it can. */
async function checkAlreadyIn(relays: readonly Talker[]): Promise<void> {
  for (const { account, name } of relays.filter((relay) => relay.isIn)) {
    const node = random.pick(cluster.nodes);
    const refused = async () => (await relaySignIn(node, account.username)).status === 409;
    await until('"Already in"', refused).catch(() => {
      checker.violation(`${name} is in, and can sign in on ${node.name}`);
    });
  }
}

/** The counter restarts with each process. */
async function countRepairs(): Promise<void> {
  for (const node of cluster.nodes.filter(({ isUp, frozen }) => isUp && !frozen)) {
    const now = await node.repaired();
    const before = repairedBy.get(node) ?? 0;
    repaired += now < before ? now : now - before;
    repairedBy.set(node, now);
  }
}

async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  clients: readonly Talker[] = [],
): Promise<void> {
  const deadline = performance.now() + HEAL_DEADLINE;
  while (!(await condition())) {
    if (performance.now() > deadline)
      throw new Error([`waited for ${what}`, ...clients.map((one) => one.state)].join('\n'));
    await sleep(20);
  }
}
