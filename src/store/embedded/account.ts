// Decides as whom PostgreSQL's programs run and runs them. PostgreSQL refuses to be root, which in a container or on a small
// server Koine often is.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { text } from 'node:stream/consumers';
import { EmbeddedPostgresError } from './error.ts';

/** `prefix` is a command line that the program's own is appended to; `owner` is set when the process changes its user. */
export type Account = { readonly prefix: readonly string[]; readonly owner?: Owner };
export type Owner = { readonly uid: number; readonly gid: number };
type Environment = Readonly<Record<string, string>>;

/** Signals that terminals and service managers send to all processes of a session. */
const GROUP_SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'];
const MAX_ATTEMPTS = 10;

/** Nothing is inherited: PG* variables would change what the server does, and it has no business with Koine's secrets. */
const environment: Environment = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  LC_ALL: 'C',
  TZ: 'UTC',
};

/**
 * Not root: as we are. Root: as the owner of the data directory if that is someone else; in a user namespace that shows us as
 * an ordinary user, so that files stay root's and paths only root can enter still work; or as the user postgres or nobody.
 */
export async function chooseAccount(dir: string, postgres: string): Promise<Account> {
  if (process.getuid?.() !== 0) return { prefix: [] };
  const owner = await stat(dir).catch(() => null);
  if (owner !== null && owner.uid !== 0) return { prefix: [], owner: { uid: owner.uid, gid: owner.gid } };
  return (await namespacedAccount()) ?? (await unprivilegedAccount(dir, postgres));
}

async function namespacedAccount(): Promise<Account | null> {
  // initdb looks its user up by name, so the mapped one must be in /etc/passwd.
  const user = await findUser(['nobody', 'postgres']);
  if (process.platform !== 'linux' || user === null) return null;
  const account = { prefix: ['unshare', '--user', `--map-user=${user.uid}`, `--map-group=${user.gid}`] };
  return run(account, 'true', []).then(
    () => account,
    () => null,
  );
}

/** Exported for tests: which of the two a machine gets depends on its kernel. */
export async function unprivilegedAccount(dir: string, postgres: string): Promise<Account> {
  const owner = await findUser(['postgres', 'nobody']);
  const advice = 'run Koine as an ordinary user, or set DATABASE_URL';
  if (owner === null)
    throw new EmbeddedPostgresError(
      `PostgreSQL cannot run as root, and there is no user postgres or nobody: ${advice}`,
    );
  const account = { prefix: [], owner };
  const parent = dirname(dir);
  await run(account, 'sh', ['-c', 'test -x "$0" && test -x "$1"', postgres, parent]).catch((cause) => {
    const problem = `running it as user ${owner.name} is not allowed, or that user cannot reach ${parent} and ${postgres}`;
    throw new EmbeddedPostgresError(`PostgreSQL cannot run as root, and ${problem}: ${advice}`, { cause });
  });
  return account;
}

async function findUser(names: readonly string[]): Promise<(Owner & { name: string }) | null> {
  const lines = (await readFile('/etc/passwd', 'utf8').catch(() => '')).split('\n').map((line) => line.split(':'));
  for (const name of names) {
    const [, , uid, gid] = lines.find((line) => line[0] === name) ?? [];
    if (uid !== undefined && gid !== undefined) return { name, uid: Number(uid), gid: Number(gid) };
  }
  return null;
}

/** Hands a file tree to the account; does nothing when files stay ours. */
export async function giveTo(account: Account, path: string): Promise<void> {
  if (account.owner === undefined) return;
  const { uid, gid } = account.owner;
  await run({ prefix: [] }, 'chown', ['-R', `${uid}:${gid}`, path]);
}

/**
 * Runs a program to its end, in its own session: Ctrl-C stops Koine once the program has done its work.
 * @throws with `stderr` on the error when it fails
 */
export async function run(account: Account, file: string, args: readonly string[], env: Environment = {}) {
  for (let attempt = 1; ; attempt++) {
    const { code, signal, stderr } = await runOnce(account, file, args, env);
    if (code === 0) return;
    if (endedBeforeItBegan(signal) && attempt < MAX_ATTEMPTS) continue;
    throw Object.assign(new Error(`${basename(file)} ended with ${signal ?? `code ${code}`}`), { stderr });
  }
}

/**
 * A new process belongs to our session for a moment, where a Ctrl-C ends it before the program in it has begun. A
 * program that has begun answers these signals with an exit code.
 */
export function endedBeforeItBegan(signal: NodeJS.Signals | null): boolean {
  return signal !== null && GROUP_SIGNALS.includes(signal);
}

async function runOnce(account: Account, file: string, args: readonly string[], env: Environment) {
  const [command = file, ...rest] = [...account.prefix, file, ...args];
  const child = spawn(command, rest, {
    cwd: '/',
    env: { ...environment, ...env },
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
    ...account.owner,
  });
  const [stderr, [code, signal]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  return { code: code as number | null, signal: signal as NodeJS.Signals | null, stderr };
}

/** Starts a program in its own session, so that neither Ctrl-C nor our end reaches it. `log` is a file descriptor. */
export function launch(
  account: Account,
  file: string,
  args: readonly string[],
  options: { log: number; env: Environment },
): ChildProcess {
  const [command = file, ...rest] = [...account.prefix, file, ...args];
  const { log, env } = options;
  const child = spawn(command, rest, {
    cwd: '/',
    env: { ...environment, ...env },
    detached: true,
    stdio: ['ignore', log, log],
    ...account.owner,
  });
  child.unref();
  return child;
}
