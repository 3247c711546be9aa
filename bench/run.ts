// Benchmarks: `npm run bench -- [<suite> [case ...]] [options]`. Prints a table per case and writes
// results/<suite>-<date>.json and .html.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { abuse } from './abuse.ts';
import { board } from './board.ts';
import { cluster } from './cluster.ts';
import { community } from './community.ts';
import { connections } from './connections.ts';
import { files } from './files.ts';
import { htmlReport, type Section } from './html.ts';
import { lobby } from './lobby.ts';
import { describeMachine } from './machine.ts';
import { messenger } from './messenger.ts';
import { native } from './native.ts';
import { postmasters } from './process-stats.ts';
import { Processes } from './processes.ts';
import { reconnect } from './reconnect.ts';
import { formatCase } from './report.ts';
import { search } from './search.ts';
import { completeSizes, copyDataSet, findDataSet } from './seed.ts';
import { SERVER_NAMES, type ServerName, Servers } from './servers.ts';
import { soak } from './soak.ts';
import { social } from './social.ts';
import { storm } from './storm.ts';
import { type Case, type Options, runCase, type Stage, type Suite } from './suite.ts';
import { web } from './web.ts';

const suites: Record<string, Suite> = {
  lobby,
  connections,
  storm,
  cluster,
  board,
  social,
  files,
  messenger,
  native,
  community,
  reconnect,
  web,
  search,
  abuse,
  soak,
};

const USAGE = `npm run bench                                       all suites
npm run bench -- <suite> [case ...] [options]
npm run bench -- seed [sizes] [--into <data directory>]

suites: ${Object.keys(suites).join(', ')}

  --quick              one short repetition of everything
  --servers a,b        only these of ${SERVER_NAMES.join(', ')}
  --repeat n           repetitions
  --seconds n          measured time of a repetition
  --window n           messages that each sender of ingest has in flight
  --sockets n          sockets of fan-out, connections, storm and cluster; members of community (at most) and reconnect
  --idle-sockets n     sockets of idle
  --posts n, --comments n, --likes n, --users n, --rooms n, --messages n, --friendships n
                       sizes of the data set of board and messenger
  --uploads n          uploads of social
  --env NAME=value     a setting for Koine; may be given again
  --koine folder       another checkout of Koine to measure, after \`npm ci\` there, in place of this one
`;

// Not /tmp, which is often in memory, where commits cost nothing.
const WORK_PARENT = '/var/tmp';

class UsageError extends Error {}

interface Request {
  suite: string;
  cases: string[];
  servers: ServerName[];
  koine: { env: Record<string, string>; folder: string };
  /** Target folder of `seed`. */
  into: string | null;
  options: Options;
}

function parse(argv: string[]): Request {
  const { values, positionals } = parseArgs({
    args: argv,
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      servers: { type: 'string' },
      env: { type: 'string', multiple: true, default: [] },
      koine: { type: 'string', default: join(import.meta.dirname, '..') },
      repeat: { type: 'string' },
      seconds: { type: 'string' },
      window: { type: 'string' },
      sockets: { type: 'string' },
      'idle-sockets': { type: 'string' },
      posts: { type: 'string' },
      comments: { type: 'string' },
      likes: { type: 'string' },
      users: { type: 'string' },
      uploads: { type: 'string' },
      rooms: { type: 'string' },
      messages: { type: 'string' },
      friendships: { type: 'string' },
      into: { type: 'string' },
    },
  });
  const [suite = '', ...cases] = positionals;
  const wanted = values.servers?.split(',');
  const unknown = wanted?.find((name) => !SERVER_NAMES.some((known) => known === name));
  if (unknown) throw new UsageError(`no such server: ${unknown}`);
  return {
    suite,
    cases,
    servers: SERVER_NAMES.filter((name) => wanted?.includes(name) ?? true),
    koine: {
      env: Object.fromEntries(values.env.map((pair) => pair.split(/=(.*)/s).slice(0, 2))),
      folder: resolve(values.koine),
    },
    into: values.into ?? null,
    options: {
      quick: values.quick,
      ...positive({
        repeat: values.repeat,
        seconds: values.seconds,
        window: values.window,
        sockets: values.sockets,
        idleSockets: values['idle-sockets'],
        posts: values.posts,
        comments: values.comments,
        likes: values.likes,
        users: values.users,
        uploads: values.uploads,
        rooms: values.rooms,
        messages: values.messages,
        friendships: values.friendships,
      }),
    },
  };
}

function positive(texts: Record<string, string | undefined>): Record<string, number> {
  const given = Object.entries(texts).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(
    given.map(([name, text]) => {
      const value = Number(text);
      const valid = value > 0 && (name === 'seconds' || Number.isInteger(value));
      if (!valid) throw new UsageError(`${name} is not a positive number: ${text}`);
      return [name, value];
    }),
  );
}

async function run(request: Request, processes: Processes, workDir: string): Promise<boolean> {
  const servers = new Servers(processes, workDir, request.koine);
  const stage: Stage = { processes, servers, note: (text) => process.stderr.write(`· ${text}\n`) };
  const cases = chosenSuites(request).flatMap((suite) =>
    chosenCases(suite, request, stage).map(([name, one]) => ({ suite, name, one })),
  );
  const startedAt = new Date().toISOString();
  const machine = describeMachine(workDir);
  process.stdout.write(describe(machine));

  const sections: Section[] = [];
  for (const { suite, name, one } of cases) {
    const able = request.servers.filter((server) => one.servers.includes(server));
    if (able.length === 0) continue;
    const report = await runCase(name, one, able, stage);
    process.stdout.write(formatCase(report, one.columns));
    sections.push({ suite, report, columns: one.columns, mainFigure: one.mainFigure });
  }

  const { databaseVersion } = servers;
  const reports = sections.map(({ suite, report }) => ({ suite, ...report }));
  const file = await save(request.suite || 'all', startedAt, {
    json: `${JSON.stringify({ ...request, startedAt, machine, databaseVersion, reports }, null, 2)}\n`,
    html: htmlReport({ startedAt, ...machine, databaseVersion }, sections),
  });
  process.stdout.write(`\n${describe({ databaseVersion, results: `${file}.json`, report: `${file}.html` })}`);
  return reports.every(({ results }) => results.every(({ problems }) => problems.length === 0));
}

/** Creates a data set for the suites, or a copy for a Koine to run on: the original must not change. */
async function seed({ options, into }: Request, processes: Processes, workDir: string): Promise<boolean> {
  if (into !== null && existsSync(into)) throw new UsageError(`${into} is already there`);
  const kept = await findDataSet(completeSizes(options), workDir, () => processes.stopping);
  if (into !== null) await copyDataSet(kept, into);
  process.stdout.write(`${into ?? kept}\n`);
  return true;
}

/** The named suite, or all. */
function chosenSuites({ suite }: Request): string[] {
  if (suite === '') return Object.keys(suites);
  if (!suites[suite]) throw new UsageError(`no such suite: ${suite}`);
  return [suite];
}

function chosenCases(suite: string, request: Request, stage: Stage): [string, Case][] {
  const cases = (suites[suite] as Suite).cases(stage, request.options);
  const unknown = request.cases.find((name) => !cases[name]);
  if (unknown) throw new UsageError(`no such case: ${unknown}; there are ${Object.keys(cases).join(', ')}`);
  return Object.entries(cases).filter(([name]) => request.cases.length === 0 || request.cases.includes(name));
}

function describe(facts: object): string {
  return Object.entries(facts)
    .map(([name, value]) => `${name}: ${value ?? 'unknown'}\n`)
    .join('');
}

/** @returns the files' name without extension */
async function save(suite: string, startedAt: string, contents: Record<string, string>): Promise<string> {
  const directory = join(import.meta.dirname, 'results');
  await mkdir(directory, { recursive: true });
  const file = join(directory, `${suite}-${startedAt.replaceAll(/[:.]/g, '-')}`);
  for (const [ending, text] of Object.entries(contents)) await writeFile(`${file}.${ending}`, text);
  return file;
}

/** Installs the servers that Koine is compared with; Koine's own installation does not include them. */
function installPeers(): void {
  const manifest = readFileSync(join(import.meta.dirname, 'package.json'), 'utf8');
  const { dependencies } = JSON.parse(manifest) as { dependencies: Record<string, string> };
  const missing = Object.keys(dependencies).filter(
    (name) => !existsSync(join(import.meta.dirname, 'node_modules', name)),
  );
  if (missing.length === 0) return;
  const { status } = spawnSync('npm', ['ci', '--prefix', import.meta.dirname], { stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new Error('the packages of bench/package.json could not be installed');
}

/** Stops all processes, including databases that outlived their servers, and removes their data. */
async function cleanUp(processes: Processes, workDir: string): Promise<void> {
  await processes.stopAll();
  for (const pid of postmasters(workDir)) process.kill(pid, 'SIGQUIT');
  await rm(workDir, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
}

async function main(argv: string[]): Promise<boolean> {
  const request = parse(argv);
  const isSeed = request.suite === 'seed';
  if (!isSeed) installPeers();
  const processes = new Processes();
  const workDir = await mkdtemp(join(WORK_PARENT, 'koine-bench-'));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void processes.stopAll());
  try {
    return await (isSeed ? seed : run)(request, processes, workDir);
  } finally {
    await cleanUp(processes, workDir);
  }
}

main(process.argv.slice(2)).then(
  (sound) => process.exit(sound ? 0 : 1),
  (error: Error) => {
    const isUsage = error instanceof UsageError || ('code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'));
    process.stderr.write(`${error.message}\n${isUsage ? `\n${USAGE}` : ''}`);
    process.exit(1);
  },
);
