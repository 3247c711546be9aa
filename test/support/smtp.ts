/** A mail server for tests, and what it was sent. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { atEnd, Watched } from './conditions.ts';
import type { Report, Told } from './smtp-process.ts';

export type Letter = { from: string; to: string; subject: string; text: string; html: string; raw: string };

export class MailServer extends Watched {
  readonly url: string;
  readonly letters: Letter[] = [];
  /** The recipients of all attempts, also those that it refused. */
  readonly attempts: string[] = [];
  readonly signedIn: string[] = [];
  readonly #process: ChildProcess;

  constructor(process: ChildProcess, port: number) {
    super();
    this.#process = process;
    this.url = `smtp://127.0.0.1:${port}`;
    process.on('message', (report: Report) => this.#note(report));
  }

  /** Settings of a server that sends mail by it. */
  get settings(): Record<string, string> {
    return { SMTP_URL: this.url, MAIL_FROM: 'Koine <koine@example.org>' };
  }

  /** It answers the next recipients with these codes; 0: not at all. */
  async refuse(...refusals: number[]): Promise<void> {
    const heard = once(this.#process, 'message');
    this.#process.send({ refusals } satisfies Told);
    await heard;
  }

  /** The first letter to that address after `index` others to it. */
  async letterTo(address: string, index = 0): Promise<Letter> {
    return this.until(`letter ${index} to ${address}`, () => this.letters.filter(({ to }) => to === address)[index]);
  }

  protected describe(): string {
    return `it had ${JSON.stringify(this.letters.map(({ to, subject }) => ({ to, subject })))}, attempts: ${this.attempts}`;
  }

  protected get over(): boolean {
    return this.#process.exitCode !== null;
  }

  #note(report: Report): void {
    if ('attempt' in report) this.attempts.push(report.attempt);
    if ('signedIn' in report) this.signedIn.push(report.signedIn);
    if ('mail' in report) this.letters.push(read(report.mail));
    this.change();
  }
}

export async function startMailServer(t: TestContext): Promise<MailServer> {
  const file = fileURLToPath(new URL('./smtp-process.js', import.meta.url));
  const process = fork(file, { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  atEnd(t, () => process.kill());
  const [{ listening }] = (await once(process, 'message')) as [{ listening: number }];
  return new MailServer(process, listening);
}

/** The secret behind the `#` of the letter's link to that page. */
export function secretIn({ text }: Letter, page: 'verify' | 'reset'): string {
  const secret = new RegExp(`/app/${page}#([\\w-]{43})\\s`).exec(text)?.[1];
  if (secret === undefined) throw new Error(`no link to ${page} in: ${text}`);
  return secret;
}

function read({ from, to, raw }: { from: string; to: string[]; raw: string }): Letter {
  const [head = ''] = raw.split('\r\n\r\n', 1);
  const boundary = /boundary="([^"]+)"/.exec(raw)?.[1] ?? '';
  const parts = raw.split(`--${boundary}`).map(decodePart);
  const ofType = (type: string) => parts.find((part) => part.type === type)?.body ?? '';
  const subject = decodeWords(/^Subject: (.*(?:\r\n[ \t].*)*)/m.exec(head)?.[1] ?? '');
  return { from, to: to.join(', '), subject, text: ofType('text/plain'), html: ofType('text/html'), raw };
}

function decodePart(part: string): { type: string; body: string } {
  const [head = '', ...rest] = part.split('\r\n\r\n');
  const type = /Content-Type: ([^;\r]+)/i.exec(head)?.[1] ?? '';
  const encoding = /Content-Transfer-Encoding: (\S+)/i.exec(head)?.[1] ?? '7bit';
  const body = rest.join('\r\n\r\n');
  if (encoding === 'base64') return { type, body: Buffer.from(body, 'base64').toString() };
  if (encoding === 'quoted-printable') return { type, body: quoted(body.replaceAll('=\r\n', '')) };
  return { type, body };
}

/** RFC 2047. */
function decodeWords(header: string): string {
  const text = header.replaceAll(/\?=\s+=\?/g, '?==?').replaceAll(/\r\n[ \t]/g, ' ');
  return text.replaceAll(/=\?UTF-8\?([BQ])\?([^?]*)\?=/gi, (_, kind: string, word: string) =>
    kind.toUpperCase() === 'B' ? Buffer.from(word, 'base64').toString() : quoted(word.replaceAll('_', ' ')),
  );
}

function quoted(text: string): string {
  const bytes = text.replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString();
}
