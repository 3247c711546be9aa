// The messenger suite: search, rooms, messages, profiles and friends in large tables, each compared with a small data
// set, to show what the size costs.
import { join } from 'node:path';
import { withDatabase } from './database.ts';
import type { HttpRequest } from './http-client.ts';
import type { HttpOrder, HttpReport } from './http-load.ts';
import { OrderedProcess } from './orders.ts';
import { commonFigures, cpuColumns, emptySeries, latencyColumns, type Series } from './report.ts';
import { completeSizes, copyDataSet, findDataSet, SEED_PASSWORD, type SeedSizes, usernameOf } from './seed.ts';
import { BUSY_ROOMS, SOCIABLE_USER } from './seed-chats.ts';
import type { Server } from './servers.ts';
import type { Case, Options, Stage, Suite } from './suite.ts';

const SMALL = completeSizes({ users: 1_000, posts: 1_000, rooms: 500, messages: 100_000, friendships: 5_000 });
/** Users, names and rooms that are requested round-robin. */
const MEMBERS = 50;
const NAMES = 500;
/** Offset of a deep page of messages from the beginning of its room. */
const DEEP = 150;

export const messenger: Suite = {
  cases: (stage, options) => ({ reads: reads(stage, scaleOf(options)) }),
};

type Scale = ReturnType<typeof scaleOf>;

function scaleOf({ quick, repeat, seconds, ...given }: Options) {
  const users = given.users ?? (quick ? 20_000 : 100_000);
  const posts = given.posts ?? users;
  return {
    sizes: completeSizes({
      users,
      posts,
      comments: given.comments ?? posts,
      likes: given.likes ?? posts,
      rooms: given.rooms ?? users / 2,
      messages: given.messages ?? users * 50,
      friendships: given.friendships ?? users * 5,
    }),
    repetitions: repeat ?? (quick ? 1 : 5),
    warmUpSeconds: 0.5,
    seconds: seconds ?? (quick ? 1 : 2),
  };
}

function reads(stage: Stage, { sizes, repetitions, warmUpSeconds, seconds }: Scale): Case {
  return {
    title: `sequential requests among ${sizes.users} users, ${sizes.rooms} rooms and ${sizes.messages} messages, against ${SMALL.users}, ${SMALL.rooms} and ${SMALL.messages}`,
    settings: { ...sizes, smallMessages: SMALL.messages, warmUpSeconds, seconds },
    servers: ['koine'],
    columns: [
      ...latencyColumns,
      { heading: 'p50 of small', figure: 'smallP50Ms', digits: 2 },
      { heading: 'p99 of small', figure: 'smallP99Ms', digits: 2 },
      { heading: 'p99 ÷ that', figure: 'timesSmall', digits: 2 },
      { heading: 'KiB/answer', figure: 'answerKiB', digits: 1 },
      { heading: 'of small', figure: 'smallAnswerKiB', digits: 1 },
      ...cpuColumns,
    ],
    mainFigure: 'p99Ms',
    measure: (name) =>
      serving(stage, SMALL, (small) =>
        serving(stage, sizes, async (large) => {
          const all = Object.keys(large.asks).map((what) => emptySeries(name, what));
          for (const series of all)
            for (const target of [small, large])
              await target.load(series.variant, { warmUpSeconds, seconds: warmUpSeconds });
          for (let i = 0; i < repetitions; i++)
            for (const series of all) {
              const order = { warmUpSeconds, seconds };
              // Alternates which one is measured first.
              const first = i % 2 === 0 ? small : large;
              const second = first === small ? large : small;
              const reports = new Map<Target, HttpReport>();
              for (const target of [first, second]) reports.set(target, await target.load(series.variant, order));
              record(series, reports.get(large) as HttpReport, reports.get(small) as HttpReport);
            }
          return all;
        }),
      ),
  };
}

function record(series: Series, large: HttpReport, small: HttpReport): void {
  const kibibytes = ({ bytes, requests }: HttpReport) => bytes / requests / 1024;
  series.repetitions.push({
    ...commonFigures(large),
    smallP50Ms: small.latency.p50,
    smallP99Ms: small.latency.p99,
    timesSmall: large.latency.p99 / small.latency.p99,
    answerKiB: kibibytes(large),
    smallAnswerKiB: kibibytes(small),
  });
  series.problems.push(...large.problems, ...small.problems);
}

/** Requests by row of the table; each row's are sent sequentially over one connection. */
type Asks = Record<string, HttpRequest[]>;

type Target = {
  asks: Asks;
  load(what: string, times: Pick<HttpOrder, 'warmUpSeconds' | 'seconds'>): Promise<HttpReport>;
};

async function serving<T>(stage: Stage, sizes: SeedSizes, use: (target: Target) => Promise<T>): Promise<T> {
  const { processes, servers, note } = stage;
  note(`a data set of ${sizes.messages} messages`);
  const parent = await servers.newDataDir();
  const dataDir = join(parent, 'data');
  await copyDataSet(await findDataSet(sizes, parent, () => processes.stopping), dataDir);
  const server = await servers.start('koine', dataDir);
  const file = join(import.meta.dirname, 'http-load.ts');
  const generator = new OrderedProcess<HttpOrder, HttpReport>(processes, 'load generator', file);
  try {
    const asks = await prepareAsks(server, dataDir, sizes);
    const { port, watch } = server;
    const load: Target['load'] = async (what, times) => {
      const requests = asks[what] as HttpRequest[];
      const report = await generator.call({ port, watch, requests: [requests], ...times });
      await finishRound(server, requests, report);
      return report;
    };
    return await Promise.race([use({ asks, load }), server.ended()]);
  } finally {
    await generator.stop();
    await server.stop();
  }
}

/** Completes an unfinished round of changes, so that the next run starts from the same state. */
async function finishRound({ port }: Server, requests: HttpRequest[], { answered: [done = 0] }: HttpReport) {
  const rest = done % requests.length === 0 ? [] : requests.slice(done % requests.length);
  for (const { method, path, token, body, status } of rest.filter((request) => request.method === 'POST')) {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { method, headers, body: JSON.stringify(body) });
    if (response.status !== status) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  }
}

async function prepareAsks(server: Server, dataDir: string, { users }: SeedSizes): Promise<Asks> {
  const token = await signIn(server, SOCIABLE_USER);
  const members: string[] = [];
  for (const name of spread(users, MEMBERS)) members.push(await signIn(server, name));
  const rooms = await findRooms(dataDir);
  const messagesOf = (name: string) => `/messenger/api/chatrooms/${encodeURIComponent(name)}/messages/`;
  const friend = { username: usernameOf(users - 20) };
  const change = (path: string): HttpRequest => ({ method: 'POST', path, token, body: friend, status: 200 });
  return {
    'search-user': spread(users, NAMES).map((name) => get(`/profiles/api/search-user/?username=${name}`, token)),
    'rooms, few': members.map((one) => get('/messenger/api/user/chatrooms/', one)),
    'rooms, many': [get('/messenger/api/user/chatrooms/', token)],
    'rooms, many, page 2': [get('/messenger/api/user/chatrooms/?page=2', token)],
    'visible rooms': members.map((one) => get('/messenger/api/chatrooms/', one)),
    'newest messages': rooms.map(({ name }) => get(messagesOf(name), token)),
    'deep messages': rooms.map(({ name, deep }) => get(`${messagesOf(name)}?before=${deep}`, token)),
    profile: members.map((one) => get('/profiles/api/profile/', one)),
    'befriend, unfriend': [change('/profiles/api/add-friend/'), change('/profiles/api/remove-friend/')],
  };
}

function get(path: string, token: string): HttpRequest {
  return { method: 'GET', path, token, status: 200 };
}

/** Evenly spaced usernames, without the two special users. */
function spread(users: number, count: number): string[] {
  return Array.from({ length: count }, (_, i) => usernameOf(3 + Math.floor((i * (users - 3)) / count)));
}

/** Through board, whose tokens outlive a benchmark. */
async function signIn({ port }: Server, username: string): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username, password: SEED_PASSWORD }),
  });
  if (response.status !== 200) throw new Error(`${username}: ${response.status} ${await response.text()}`);
  return ((await response.json()) as { access_token: string }).access_token;
}

/** The sociable user's rooms, with an early message of each. */
function findRooms(dataDir: string): Promise<{ name: string; deep: number }[]> {
  return withDatabase(dataDir, async (sql) => {
    const rooms = await sql<{ name: string; deep: number }[]>`
      select r.name, m.id as deep
        from accounts a
        join room_members p on p.account_id = a.id
        join rooms r on r.id = p.room_id
        join messages m on m.room_id = r.id and m.seq = ${DEEP}
       where a.username = ${SOCIABLE_USER}
       order by md5(r.name)`;
    if (rooms.length !== BUSY_ROOMS) throw new Error(`${rooms.length} busy rooms, not ${BUSY_ROOMS}`);
    return [...rooms];
  });
}
