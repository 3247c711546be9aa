/** Sends random requests concurrently, and validates each response by the operation's document. */
import { Agent, request as begin } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { postJson } from '../support/harness.ts';
import { type Person, person } from './cast.ts';
import { Memory } from './memory.ts';
import { type Answer, declaredOperations, type Operation } from './operations.ts';
import { Random } from './random.ts';
import { type Hook, isOfHook, requestOf, type Sent } from './requests.ts';

export type Finding = { problem: string; case: object };

export type Firing = {
  readonly seed: number;
  readonly count: number;
  readonly files: readonly Buffer[];
  /** Prefix of usernames. Numbers follow, since letters and digits can look alike, and such names are refused. */
  readonly prefix: string;
  readonly stopping: () => boolean;
  found(finding: Finding): void;
  /** Called periodically with the number of requests so far. */
  progress(count: number): Promise<void>;
};

export type Fired = { sent: number; overloads: number; statuses: Record<string, number>; quiet: string[] };

const AT_ONCE = 24;
/** Deadline of a response, in ms. */
const DEADLINE = 30_000;
/** Requests between two replacements of the accounts, whose sessions some requests end. */
const ROUND = 500;
/** A connection may be cut during a larger body, which the server need not read. */
const BODY_LIMIT = 1_048_576;

export async function fire(url: string, firing: Firing): Promise<Fired> {
  const operations = await declaredOperations(url);
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  const memory = new Memory();
  const fired: Fired = { sent: 0, overloads: 0, statuses: {}, quiet: [] };
  const succeeded = new Set<Operation>();
  for (let from = 0; from < firing.count && !firing.stopping(); from += ROUND) {
    const people = await cast(url, `${firing.prefix}${from / ROUND}`);
    const hook = await settle(url, people, memory);
    const stage = { origin: url, memory, people, hook, files: firing.files };
    const end = Math.min(firing.count, from + ROUND);
    let next = from;
    const worker = async () => {
      while (next < end && !firing.stopping()) {
        const index = next;
        next += 1;
        const random = new Random(firing.seed, index);
        const operation = pickOperation(operations, random);
        const sent = requestOf(operation, random, stage);
        const problem = await one(url, agent, { operation, sent, memory, fired, succeeded });
        if (problem !== null) firing.found({ problem, case: shown(firing.seed, index, sent) });
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    await firing.progress(end);
  }
  agent.destroy();
  fired.quiet = operations.filter((one) => !succeeded.has(one)).map(({ method, path }) => `${method} ${path}`);
  return fired;
}

/** Operations that end a session, or only describe a socket, are chosen less often. */
function pickOperation(operations: readonly Operation[], random: Random): Operation {
  const operation = random.pick(operations);
  return /logout|\bws\b|join|connect/.test(operation.path) && random.chance(0.9) ? random.pick(operations) : operation;
}

async function cast(url: string, prefix: string): Promise<Person[]> {
  return Promise.all(['a', 'b', 'c'].map((name) => person(url, `${prefix}${name}`)));
}

/** The subjects of most calls of the native API: a room of all of them with a message and a hook, a post, a comment. */
async function settle(url: string, people: readonly Person[], memory: Memory): Promise<Hook> {
  const [owner] = people as [Person];
  const make = async (path: string, body: object): Promise<Record<string, string>> => {
    const answer = await postJson(url + path, body, { authorization: `Bearer ${owner.tokens.koine}` });
    const made = (await answer.json()) as Record<string, string>;
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${JSON.stringify(made)}`);
    for (const { username } of people) memory.learn(`koine of ${username}`, path, made);
    return made;
  };
  const room = await make('/v1/rooms', { kind: 'group', title: 'all', members: people.slice(1).map(({ id }) => id) });
  await make(`/v1/rooms/${room.id}/messages`, { body: 'hello' });
  const post = await make('/v1/posts', { body: 'hello' });
  await make(`/v1/posts/${post.id}/comments`, { body: 'hello' });
  const { discordPath = '' } = await make(`/v1/rooms/${room.id}/hooks`, { name: 'hook' });
  const [id, secret] = discordPath.split('/').slice(-2) as [string, string];
  const sent = await postJson(`${url}${discordPath}?wait=true`, { content: 'hello' });
  return { id, secret, message: ((await sent.json()) as { id: string }).id };
}

type Target = { operation: Operation; sent: Sent; memory: Memory; fired: Fired; succeeded: Set<Operation> };

async function one(url: string, agent: Agent, target: Target): Promise<string | null> {
  const { operation, sent, memory, fired, succeeded } = target;
  fired.sent += 1;
  let answer: Answer;
  try {
    answer = await exchange(url, agent, sent);
  } catch (error) {
    return (sent.body?.length ?? 0) > BODY_LIMIT ? null : `no answer: ${(error as Error).message}`;
  }
  fired.statuses[answer.status] = (fired.statuses[answer.status] ?? 0) + 1;
  if (answer.status === 503) fired.overloads += 1;
  else if (answer.status >= 500) return `${answer.status} ${answer.body}`;
  if (!sent.declared || sent.method !== operation.method) return null;
  const wrong = operation.check(answer);
  if (wrong !== null) return `${operation.method} ${operation.path}: ${wrong}\n${answer.body.toString().slice(0, 500)}`;
  if (answer.status < 300 || answer.status === 426) succeeded.add(operation);
  if (answer.status < 300 && answer.type.startsWith('application/json') && !isOfHook(operation))
    learn(memory, operation, sent, answer);
  return null;
}

function learn(memory: Memory, { dialect, method, path }: Operation, { by }: Sent, { body }: Answer): void {
  const value: unknown = JSON.parse(body.toString());
  memory.learn(dialect, path, value);
  if (method === 'POST') memory.learn(`${dialect} of ${by}`, path, value);
}

/** Sends a request and reads the whole response. Rejects if there is none in time. */
export function exchange(url: string, agent: Agent, { method, path, headers, body }: Sent): Promise<Answer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const length = body === null ? {} : { 'content-length': String(body.length) };
    const request = begin({ hostname, port, agent, method, path, headers: { ...headers, ...length } });
    const deadline = setTimeout(() => request.destroy(new Error(`none within ${DEADLINE} ms`)), DEADLINE);
    request.on('error', (error) => {
      clearTimeout(deadline);
      reject(error);
    });
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        clearTimeout(deadline);
        const type = response.headers['content-type'] ?? '';
        const sent = Buffer.concat(chunks);
        const body = response.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent;
        resolve({ status: response.statusCode ?? 0, type, body });
      });
    });
    request.end(body ?? undefined);
  });
}

/** Readable form for reports and replay. */
function shown(seed: number, index: number, { method, path, headers, body }: Sent): object {
  return { seed, index, method, path, headers, ...(body && { body64: body.toString('base64') }) };
}
