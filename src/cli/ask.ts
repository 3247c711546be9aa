/**
 * Prompts at the terminal, with standard input as the alternative for scripts. Secrets are neither echoed nor taken
 * from argv.
 */
import { createInterface } from 'node:readline/promises';
import { addAbortSignal, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';

/** @throws if standard input is not a terminal */
export async function confirm(question: string, signal: AbortSignal): Promise<boolean> {
  if (!process.stdin.isTTY) throw new Error(`${question} Not a terminal: pass --yes to confirm`);
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await reader.question(`${question} [y/N] `, { signal })).trim());
  } finally {
    reader.close();
  }
}

/** Reads a line without echo; if standard input is not a terminal, its first line. */
export async function secretLine(question: string, signal: AbortSignal): Promise<string> {
  if (!process.stdin.isTTY) return (await text(addAbortSignal(signal, process.stdin))).split(/\r?\n/)[0] as string;
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const reader = createInterface({ input: process.stdin, output: silent, terminal: true });
  process.stderr.write(question);
  try {
    return await reader.question('', { signal });
  } finally {
    reader.close();
    process.stderr.write('\n');
  }
}
