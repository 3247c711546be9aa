// The abuse suite: latencies of legitimate users during attacks. Rate limits are on, as by default.
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Attack, AttackReport } from './abuse-load.ts';
import { NOTHING, type Plan, singleSourcePlans } from './abuse-plans.ts';
import { LoadGenerator } from './generator.ts';
import { OrderedProcess } from './orders.ts';
import { openFilesLimit, residentBytes } from './process-stats.ts';
import { type Column, emptySeries, type Figures, latencyOf, type Series } from './report.ts';
import { type Server, signUp } from './servers.ts';
import type { Case, Options, Stage, Suite } from './suite.ts';

/** Users who chat and sign in meanwhile, each from an own address; half of the addresses are new to the server. */
const PEOPLE = 20;
const SIGN_IN_EVERY_MS = 100;
const REQUEST_EVERY_MS = 20;
const TEXT_SIZE = 150;
/** Within `SOCKET_RATE`. */
const TEXT_PAUSE_MS = 55;
const MIB = 2 ** 20;
/** A trusted proxy, so that attackers can have many addresses. */
const PROXY = { RATE_LIMITS: 'on', SOCKET_RATE: '20', TRUST_PROXY: 'on' };
const DIRECT = {
  RATE_LIMITS: 'on',
  SOCKET_RATE: '20',
  TRUST_PROXY: 'off',
  REQUESTS_PER_ADDRESS: '1000000',
  SIGN_IN_TRIES_PER_ADDRESS: '100000',
};

const columns: Column[] = [
  { heading: 'echo p50 ms', figure: 'echoP50Ms', digits: 1 },
  { heading: 'p99', figure: 'echoP99Ms', digits: 1 },
  { heading: 'sign-in p50 ms', figure: 'signInP50Ms', digits: 0 },
  { heading: 'p99', figure: 'signInP99Ms', digits: 0 },
  { heading: '/healthz p99 ms', figure: 'requestP99Ms', digits: 1 },
  { heading: 'MiB before', figure: 'beforeMiB', digits: 0 },
  { heading: 'MiB peak', figure: 'mostMiB', digits: 0 },
  { heading: 'attempts', figure: 'attempts', digits: 0 },
  { heading: 'MiB answered', figure: 'answeredMiB', digits: 1 },
  { heading: 'MiB stored', figure: 'storedMiB', digits: 1 },
];

type Scale = { seconds: number; repetitions: number; quick: boolean };
export const abuse: Suite = {
  cases(stage, options) {
    const scale = scaleOf(options);
    const share = scale.quick ? 10 : 1;
    const plans: Record<string, Plan> = {
      calm: { title: 'baseline without an attack', env: PROXY, attack: () => null },
      stuffing: {
        title: '1,000 wrong sign-ins a second from 200 addresses',
        env: PROXY,
        attack: (port) => ({ kind: 'stuffing', port, perSecond: 1_000, addresses: 200, accounts: 10_000 }),
      },
      slowloris: {
        title: `${5_000 / share} requests whose heads never end (slowloris)`,
        env: DIRECT,
        attack: (port) => ({ kind: 'slowloris', port, connections: 5_000 / share }),
      },
      frames: {
        title: '10 sockets that send as fast as they are read',
        env: DIRECT,
        attack: (port, tokens) => ({ kind: 'frames', port, tokens: tokens.slice(0, 10) }),
      },
      silence: {
        title: `${10_000 / share} sockets from 100 addresses that never authenticate`,
        env: DIRECT,
        attack: (port) => ({ kind: 'silence', port, sockets: 10_000 / share, addresses: 100 }),
      },
      ...singleSourcePlans,
    };
    return Object.fromEntries(Object.entries(plans).map(([name, plan]) => [name, caseOf(stage, plan, scale)]));
  },
};

function scaleOf({ quick, seconds, repeat }: Options): Scale {
  return { quick, seconds: seconds ?? (quick ? 4 : 30), repetitions: repeat ?? 1 };
}

function caseOf(stage: Stage, plan: Plan, scale: Scale): Case {
  return {
    title: plan.title,
    settings: { people: PEOPLE, seconds: scale.seconds },
    servers: ['koine'],
    columns,
    mainFigure: 'echoP99Ms',
    measure: async (name) => {
      const series = emptySeries(name);
      for (let index = 0; index < scale.repetitions; index += 1) await repetition(stage, plan, scale, series);
      return [series];
    },
  };
}

async function repetition(stage: Stage, plan: Plan, { seconds }: Scale, series: Series): Promise<void> {
  if (openFilesLimit() < 11_000) throw new Error('this needs a higher limit of open files: ulimit -n 11000');
  const { servers, processes } = stage;
  const dataDir = await servers.newDataDir();
  const making = await servers.start('koine', dataDir);
  const made = async () => {
    const tokens = await signUp(making.port, 2 * PEOPLE);
    return { tokens, prepared: (await plan.prepare?.(making.port, tokens[PEOPLE] as string)) ?? NOTHING };
  };
  const { tokens, prepared } = await made().finally(() => making.stop());
  const server = await servers.start('koine', dataDir, { env: plan.env });
  const generator = new LoadGenerator(processes);
  const attackers = new OrderedProcess<Attack, AttackReport | null>(
    processes,
    'attackers',
    join(import.meta.dirname, 'abuse-load.ts'),
  );
  try {
    await generator.open({ ports: [server.port], protocol: 'lounge', sockets: PEOPLE, tokens, textSize: TEXT_SIZE });
    const attack = plan.attack(server.port, tokens.slice(PEOPLE), prepared);
    const storedBefore = await bytesIn(dataDir);
    const run = measure(server, generator, { seconds, begin: async () => attack && attackers.call(attack) });
    const figures = await Promise.race([run, server.ended()]);
    const report = await attackers.call({ kind: 'stop' });
    const outcomes = report?.outcomes ?? {};
    stage.note(`the attackers: ${JSON.stringify(outcomes)}`);
    const attempts = Object.values(outcomes).reduce((sum, count) => sum + count, 0);
    const answeredMiB = (report?.bytesAnswered ?? 0) / MIB;
    const storedMiB = ((await bytesIn(dataDir)) - storedBefore) / MIB;
    series.repetitions.push({ ...figures.figures, attempts, answeredMiB, storedMiB });
    series.problems.push(...figures.problems);
  } finally {
    await Promise.all([generator.stop(), attackers.stop()]);
    await server.stop();
  }
}

type Measured = { figures: Figures; problems: string[] };

async function measure(
  server: Server,
  generator: LoadGenerator,
  { seconds, begin }: { seconds: number; begin: () => Promise<unknown> },
): Promise<Measured> {
  const beforeMiB = residentBytes(server.pid) / MIB;
  const problems: string[] = [];
  let mostMiB = beforeMiB;
  let going = true;
  const watching = setInterval(() => {
    try {
      mostMiB = Math.max(mostMiB, residentBytes(server.pid) / MIB);
    } catch {
      // The end of the process is reported elsewhere.
      clearInterval(watching);
    }
  }, 100);
  const again = async (everyMs: number, act: (index: number) => Promise<string | null>): Promise<number[]> => {
    const samples: number[] = [];
    const open: Promise<void>[] = [];
    for (let index = 0; going; index += 1) {
      const at = performance.now();
      const one = act(index).catch(({ message, cause }: Error) =>
        String((cause as Error | undefined)?.message ?? message),
      );
      const noted = one.then((problem) => {
        samples.push(performance.now() - at);
        if (problem !== null) problems.push(problem);
      });
      open.push(noted);
      await sleep(everyMs);
    }
    await Promise.all(open);
    return samples;
  };
  // Users of even numbers have signed in from their address before the attack.
  for (let index = 0; index < PEOPLE; index += 2) await signIn(server.port, index);
  await begin();
  const signIns = again(SIGN_IN_EVERY_MS, (index) => signIn(server.port, index));
  const requests = again(REQUEST_EVERY_MS, (index) => request(server.port, index));
  // A low load, so that the attack dominates: one message in flight.
  const { watch } = server;
  const report = await generator.run({
    senders: 1,
    inFlight: 1,
    warmUpSeconds: 0,
    seconds,
    pauseMs: TEXT_PAUSE_MS,
    watch,
  });
  going = false;
  const signInLatency = latencyOf(await signIns);
  const requestLatency = latencyOf(await requests);
  clearInterval(watching);
  const figures = {
    echoP50Ms: report.latency.p50,
    echoP99Ms: report.latency.p99,
    signInP50Ms: signInLatency.p50,
    signInP99Ms: signInLatency.p99,
    requestP99Ms: requestLatency.p99,
    beforeMiB,
    mostMiB,
  };
  return { figures, problems: [...new Set([...problems, ...report.problems])] };
}

/** Round-robin, each from an address of its own. */
async function signIn(port: number, index: number): Promise<string | null> {
  const person = index % PEOPLE;
  const answer = await fetch(`http://127.0.0.1:${port}/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...from(person) },
    body: JSON.stringify({ email: `sender${person}@example.com`, password: 'correct horse battery' }),
  });
  await answer.text();
  return answer.ok ? null : `the server refused a sign-in: ${answer.status}`;
}

async function request(port: number, index: number): Promise<string | null> {
  const answer = await fetch(`http://127.0.0.1:${port}/healthz`, { headers: from(index % PEOPLE) });
  await answer.text();
  return answer.ok ? null : `the server refused a request: ${answer.status}`;
}

function from(person: number): Record<string, string> {
  return { 'x-forwarded-for': `203.0.113.${person + 1}` };
}

/** The bytes that a folder takes on disk. Files may disappear meanwhile. */
async function bytesIn(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const sizes = entries.map(async (entry) => {
    const found = entry.isFile() ? await stat(join(entry.parentPath, entry.name)).catch(() => null) : null;
    return (found?.blocks ?? 0) * 512;
  });
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
