/** Nodes without dialects, for behaviour that no dialect exposes: core over a real database, with real sockets. */

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { pino } from 'pino';
import { loadConfig } from '../../src/config/config.ts';
import { createShowPerson } from '../../src/core/accounts/accounts.ts';
import type { Core } from '../../src/core/core.ts';
import { actOnEvents, createCore } from '../../src/core/create-core.ts';
import { eventLog } from '../../src/core/events/event-log.ts';
import { type Event, type KoineHub, removedBy } from '../../src/core/events/events.ts';
import type { Signal } from '../../src/core/events/signals.ts';
import type { Actor } from '../../src/core/model.ts';
import type { RoomEncoder } from '../../src/core/rooms/room-messages.ts';
import type { Connection } from '../../src/core/sockets.ts';
import type { Dialect, SocketHandler } from '../../src/dialects/dialect.ts';
import { socketToken } from '../../src/dialects/shared/credentials.ts';
import { AppError, ERRORS, type ErrorCode } from '../../src/errors.ts';
import { openGateway } from '../../src/http/gateway.ts';
import { Hub } from '../../src/hub/hub.ts';
import { createLimits } from '../../src/limits/limits.ts';
import { createOutgoing } from '../../src/limits/outgoing.ts';
import { openBroker, openRedis } from '../../src/process/brokers.ts';
import { openDiskBlobs } from '../../src/store/blobs-disk.ts';
import { openDatabase, type Sql } from '../../src/store/database.ts';
import { openDiskPartials } from '../../src/store/partials-disk.ts';
import { openSpool } from '../../src/store/spool.ts';
import { atEnd } from './conditions.ts';
import { crowd } from './crowd.ts';
import { privatePlaces } from './harness.ts';
import { PASSWORD } from './people.ts';

/** From where everybody signs in. */
const HERE = { address: '127.0.0.1' };

type Places = Awaited<ReturnType<typeof privatePlaces>>;
type Statement = { text: string; parameters: unknown[] };

export type TestNode = {
  readonly core: Core;
  readonly hub: KoineHub;
  /** The connection pool of the node's core. */
  readonly sql: Sql;
  readonly places: Places;
  /** `/chat/<name>?token=` is a socket of that room: texts in, core's messages out. */
  readonly wsUrl: string;
  /** A new account, signed in. */
  person(username: string): Promise<Actor>;
  /** Many new accounts. */
  crowd(usernames: readonly string[]): Promise<Actor[]>;
  /** The token of a new session of that account. */
  token(actor: Actor): Promise<string>;
  /** The statements that core runs during `act`. */
  statementsOf(act: () => Promise<unknown>): Promise<Statement[]>;
};

/** A node on its own database, or on that of another node. */
export async function startCore(
  t: TestContext,
  places?: Places,
  settings: Record<string, string> = {},
): Promise<TestNode> {
  const settled = places ?? (await privatePlaces(t));
  const sql = openDatabase(settled.DATABASE_URL, 10);
  const statements = recordStatements(sql);
  const config = loadConfig({
    ...settled,
    SOCKET_RATE: '10000',
    ARGON2_MEMORY: '8',
    ARGON2_PASSES: '1',
    RATE_LIMITS: 'off',
    ...settings,
  });
  const logger = pino({ level: 'silent' });
  const redis = await openRedis(config, logger, (step) => atEnd(t, step));
  const tokenSecret = new TextEncoder().encode('a secret of the tests, long enough');
  const hub = new Hub<Event, Signal>(
    await openBroker(redis, sql, { logger, secret: tokenSecret }),
    eventLog(sql, createShowPerson(config)),
    { ...config.sockets, removes: removedBy },
  );
  const limits = createLimits(config);
  const core = createCore(sql, hub, {
    node: randomUUID(),
    rates: limits.rates,
    tokenSecret,
    networkKey: tokenSecret,
    sealKey: new Uint8Array(32),
    mailKey: null,
    outgoing: createOutgoing([]),
    pushKey: null,
    ...config,
    storagePerAccount: config.limits.storagePerAccount,
    tokenTtl: config.tokens.ttl,
    passwordCost: config.passwords,
    partials: await openDiskPartials(join(config.dataDir, 'uploads')),
    media: {
      blobs: await openDiskBlobs(join(config.dataDir, 'files'), () => 'http://files.test'),
      spool: await openSpool(join(config.dataDir, 'tmp')),
      limits: config.uploads,
      privateUrl: (uid) => `http://files.test/v1/files/${uid}`,
      defaultAvatarUrl: () => 'http://files.test/nobody.png',
    },
  });
  await actOnEvents(hub, core);
  const server = createServer();
  const gateway = openGateway({
    server,
    dialects: [plainDialect(core)],
    connect: (ws, socket, how) => hub.connect(ws, socket, how),
    limits,
    headers: {},
    logger,
    writeOnce: () => {},
    requestIds: () => 'test',
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  atEnd(t, async () => {
    gateway.close();
    await hub.closeConnections();
    await core.flush();
    await core.close();
    await hub.close();
    await new Promise((resolve) => server.close(resolve));
    await sql.end();
  });

  return {
    core,
    hub,
    sql,
    places: settled,
    wsUrl: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    person: async (username) => {
      const email = `${username.replaceAll(/[\s@]/g, '.')}@example.org`;
      const account = await core.accounts.signUp({ username, email, password: PASSWORD }, '127.0.0.1');
      return core.sessions.authenticate((await core.sessions.start(account, HERE)).token, 'owner');
    },
    crowd: async (usernames) =>
      Promise.all(
        (await crowd(sql, usernames)).map(async (account) =>
          core.sessions.authenticate((await core.sessions.start(account, HERE)).token, 'owner'),
        ),
      ),
    token: async (actor) => (await core.sessions.start(actor, HERE)).token,
    statementsOf: async (act) => {
      statements.length = 0;
      await act();
      return [...statements];
    },
  };
}

/** Two nodes on one database, each with its own connections and batches. */
export async function startTwoCores(t: TestContext): Promise<[TestNode, TestNode]> {
  const first = await startCore(t);
  return [first, await startCore(t, first.places)];
}

/** Counts by outcome: `done`, or the code of an AppError. Other errors are rethrown. */
export async function outcomes(promises: readonly Promise<unknown>[]): Promise<Partial<Record<string, number>>> {
  const counts: Record<string, number> = {};
  for (const result of await Promise.allSettled(promises)) {
    if (result.status === 'rejected' && !(result.reason instanceof AppError)) throw result.reason;
    const outcome = result.status === 'fulfilled' ? 'done' : (result.reason as AppError).code;
    counts[outcome] = (counts[outcome] ?? 0) + 1;
  }
  return counts;
}

/** For assert.rejects: an AppError of that code, with the table's message or that of a field. */
export function refusal(code: ErrorCode): (error: unknown) => boolean {
  return (error) => {
    if (!(error instanceof AppError)) throw error;
    assert.equal(error.code, code);
    assert.equal(error.message, error.issues[0]?.message ?? ERRORS[code].message);
    return true;
  };
}

export type Plan = { 'Node Type': string; 'Relation Name'?: string; Plans?: Plan[] };

/** The tables that a statement scans sequentially, by the current query plan. */
export async function scannedTables(sql: Sql, { text, parameters }: Statement): Promise<string[]> {
  const [row] = await sql.unsafe<[{ 'QUERY PLAN': [{ Plan: Plan }] }]>(
    `explain (format json) ${text}`,
    parameters as string[],
  );
  return scansOf(row['QUERY PLAN'][0].Plan);
}

/** Tables of one row, which are always read as a whole. */
const SINGLE = ['installation', 'community'];

function scansOf(plan: Plan): string[] {
  const name = plan['Relation Name'] ?? '?';
  const own = plan['Node Type'] === 'Seq Scan' && !SINGLE.includes(name) ? [name] : [];
  return [...own, ...(plan.Plans ?? []).flatMap(scansOf)];
}

/** Records statements of these connections, except transaction control and the hub's head checks. */
function recordStatements(sql: Sql): Statement[] {
  const statements: Statement[] = [];
  sql.options.debug = (_connection, text, parameters) => {
    if (!/^\s*(begin|commit|rollback|select id, head from streams|with renewed as|with added as)\b/i.test(text))
      statements.push({ text, parameters: [...parameters] });
  };
  return statements;
}

const encoder: RoomEncoder = {
  event: (event) => (event.kind === 'message.created' ? JSON.stringify(event.data) : null),
};

/** The minimal dialect. */
function plainDialect(core: Core): Dialect {
  return {
    name: 'plain',
    prefixes: ['/chat'],
    title: 'Plain',
    description: 'Rooms',
    tokens: {},
    routes: () => {},
    presentError: ({ status, code }) => ({ status, type: 'text/plain; charset=utf-8', body: code }),
    sockets: [
      {
        path: '/chat/:name',
        methods: ['GET'],
        operationId: 'joinRoom',
        summary: 'A room',
        frames: { in: {}, out: {} },
        accept: async (request) => {
          const actor = await core.sessions.authenticate(socketToken(request) ?? '', 'read');
          const { id } = await core.rooms.getRoom(actor, { name: request.params.name ?? '' });
          return (connection) => chatSocket(core, connection, actor, id);
        },
      },
    ],
  };
}

function chatSocket(core: Core, connection: Connection, actor: Actor, id: number): SocketHandler {
  const joined = core.rooms.openRoom(connection, actor, { id }, encoder);
  void joined.then(() => connection.sendText('"joined"'));
  const refuse = (error: AppError) => connection.sendText(JSON.stringify({ error: error.code }));
  return {
    entering: true,
    onText: (text) => core.rooms.sendMessage(actor, { id }, text),
    onRefused: refuse,
    onBinary: () => refuse(new AppError('invalid')),
  };
}
