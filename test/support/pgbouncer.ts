/** A real PgBouncer in front of the tests' PostgreSQL, if it is installed. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { chmod, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { TestContext } from 'node:test';
import { atEnd, folder } from './conditions.ts';
import { freePort } from './redis.ts';
import { TcpProxy } from './tcp-proxy.ts';

/** Debian installs it in /usr/sbin, which may not be on the PATH. */
function findPgBouncer(): string | null {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin'].filter((name) => name !== '');
  return folders.map((name) => join(name, 'pgbouncer')).find(isExecutable) ?? null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

const PROGRAM = findPgBouncer();
/** For `test`: skips with a reason if it is missing. */
export const NEEDS_PGBOUNCER = { skip: PROGRAM === null ? 'there is no pgbouncer on the PATH' : false };

/** It refuses to run as root. */
const ROOT = process.getuid?.() === 0;
const NOBODY = 65_534;

/** @returns the URL of the same database through it */
export async function throughPgBouncer(t: TestContext, databaseUrl: string, poolMode: string): Promise<string> {
  const url = new URL(databaseUrl);
  const socketFolder = url.searchParams.get('host');
  const proxy = await TcpProxy.open(
    socketFolder ? { path: `${socketFolder}/.s.PGSQL.${url.port}` } : { host: url.hostname, port: Number(url.port) },
  );
  atEnd(t, () => proxy.close());
  const port = await freePort();
  const place = await folder(t);
  await chmod(place, 0o755);
  const file = join(place, 'pgbouncer.ini');
  await writeFile(
    file,
    `[databases]
* = host=127.0.0.1 port=${proxy.port} user=${url.username} password=${url.password}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = ${poolMode}
`,
  );
  const who = ROOT ? { uid: NOBODY, gid: NOBODY } : {};
  const child = spawn(PROGRAM as string, [file], { ...who, stdio: ['ignore', 'ignore', 'pipe'] });
  atEnd(t, async () => {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  });
  let said = '';
  await new Promise<void>((resolve, reject) => {
    child.stderr.on('data', (data: Buffer) => {
      said += data;
      if (said.includes('process up')) resolve();
    });
    child.once('exit', () => reject(new Error(`PgBouncer ended before it was ready: ${said}`)));
  });
  return `postgres://koine@127.0.0.1:${port}${url.pathname}`;
}
