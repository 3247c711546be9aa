/**
 * The test harness: whole servers on private databases and ports, and clients that wait for conditions instead of time.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Config, loadConfig } from '../../src/config/config.ts';
import { type KoineServer, startServer } from '../../src/server.ts';
import { openDatabase, type Sql } from '../../src/store/database.ts';
import { insertMessages } from '../../src/store/messages.ts';
import { atEnd, type Scope } from './conditions.ts';

export const TEMPLATE_DATABASE = 'koine_template';

/** The cheapest hashing, no logs, any port; rate limits are on only in their own tests. */
export const SETTINGS = {
  PORT: '0',
  ARGON2_MEMORY: '8',
  ARGON2_PASSES: '1',
  LOG_LEVEL: 'silent',
  RATE_LIMITS: 'off',
  DISK_RESERVE: '0',
  DATABASE_CONNECTIONS: '4',
};

export type TestServer = {
  readonly url: string;
  readonly wsUrl: string;
  readonly setupUrl: string | null;
  readonly sql: Sql;
  readonly settings: Readonly<Record<string, string>>;
  close(): Promise<void>;
};

/** The heartbeats of ten minutes within seconds; settings have whole seconds. */
export function withQuickHeartbeat(config: Config): Config {
  return { ...config, sockets: { ...config.sockets, heartbeat: 0.2 } };
}

/** A private server, closed at the end of the test. `overrides`: settings by environment name. */
export async function startTestServer(
  t: Scope,
  overrides: Record<string, string> = {},
  adjust?: Adjust,
): Promise<TestServer> {
  const settings = { ...SETTINGS, ...(await privatePlaces(t)), ...overrides };
  return startServerWith(t, settings, adjust);
}

/** For configurations that no setting allows, such as a heartbeat below a second. */
type Adjust = (config: Config) => Config;

/** Another server on the database and data directory of a closed one. */
export async function startServerWith(
  t: Scope,
  settings: Record<string, string>,
  adjust: Adjust = (config) => config,
): Promise<TestServer> {
  const server = await startServer(adjust(loadConfig(settings)));
  const sql = openDatabase(settings.DATABASE_URL as string, 2);
  let closing: Promise<void> | null = null;
  const close = () => {
    closing ??= sql.end().then(() => server.close());
    return closing;
  };
  atEnd(t, close);
  const { url, setupUrl } = server;
  return { url, setupUrl, wsUrl: webSocketUrl(server), sql, settings, close };
}

/** A private database with the current schema and an empty data directory, removed at the end of the test. */
export async function privatePlaces(t: Scope): Promise<{ DATABASE_URL: string; DATA_DIR: string }> {
  const DATABASE_URL = await makeDatabase(t, `template ${TEMPLATE_DATABASE} strategy file_copy`);
  const DATA_DIR = await mkdtemp(join(tmpdir(), 'koine-data-'));
  atEnd(t, () => rm(DATA_DIR, { recursive: true, force: true }));
  return { DATABASE_URL, DATA_DIR };
}

/** The URL of an empty database, removed at the end of the test. */
export async function emptyDatabase(t: Scope): Promise<string> {
  return makeDatabase(t, '');
}

async function makeDatabase(t: Scope, from: string): Promise<string> {
  const adminUrl = process.env.KOINE_TEST_DATABASE_URL;
  if (!adminUrl) throw new Error('run the tests with `npm test -- <files>`: it starts the database that they use');
  const name = `test_${randomBytes(8).toString('hex')}`;
  const admin = openDatabase(adminUrl, 1);
  // A busy machine takes its time.
  await admin`select set_config(name, '0', false) from unnest(array['statement_timeout', 'lock_timeout']) as name`;
  await admin.unsafe(`create database ${name} ${from}`);
  atEnd(t, async () => {
    await admin.unsafe(`drop database ${name} with (force)`);
    await admin.end();
  });
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  return url.href;
}

function webSocketUrl(server: KoineServer): string {
  return server.url.replace(/^http/, 'ws');
}

/** `POST` with a JSON body. */
export async function postJson(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  const sent = typeof body === 'string' ? body : JSON.stringify(body);
  return fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: sent });
}

export type HttpAnswer = { status: number; type: string | null; body: string };

/** A response in comparable form. */
export async function answerOf(request: Promise<Response>): Promise<HttpAnswer> {
  const response = await request;
  const body = await response.text();
  const type = response.headers.get('content-type');
  return { status: response.status, type, body: comparable(body, type, response.headers.get('x-request-id')) };
}

/** The body without the request's id, which a problem must have. */
export function comparable(body: string, type: string | null, requestId: string | null): string {
  if (type !== PROBLEM_TYPE) return body;
  const { instance, ...problem } = JSON.parse(body) as { instance?: string };
  assert.equal(instance, requestId, body);
  return JSON.stringify(problem);
}

export const PLAIN = 'text/plain; charset=utf-8';
export const JSON_TYPE = 'application/json; charset=utf-8';
export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/** Inserts lobby messages of an account directly into the database. */
export async function seedLobby(sql: Sql, username: string, bodies: readonly string[]): Promise<void> {
  const [author] = await sql<[{ id: number }]>`select id from accounts where username = ${username}`;
  const [lobby] = await sql<[{ id: number }]>`select id from rooms where kind = 'lobby'`;
  await insertMessages(sql, {
    roomIds: bodies.map(() => lobby.id),
    authorIds: bodies.map(() => author.id),
    bodies: [...bodies],
  });
}
