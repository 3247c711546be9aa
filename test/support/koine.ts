/** The command line as an operator runs it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

export type Run = { code: number; out: string; err: string };
type Settings = Readonly<Record<string, string>>;

/** Runs one of our files as a process with only these settings. `input`: its standard input. */
export async function run(
  file: string,
  args: readonly string[],
  settings: Settings,
  input: string | Buffer = '',
): Promise<Run> {
  const env = { ...process.env, NODE_NO_WARNINGS: '1', DATABASE_URL: '', ...settings };
  const child = spawn(process.execPath, [file, ...args], { env, stdio: 'pipe' });
  // The process may exit without reading all of it.
  child.stdin.on('error', () => {}).end(input);
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { code: code as number, out, err };
}

export function koine(settings: Settings, ...args: string[]): Promise<Run> {
  return run('bin/koine.js', args, settings);
}
