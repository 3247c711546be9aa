/** The interface of a command, and its context. */
import type { Config } from '../config/config.ts';

export type Option = {
  /** `string`: the option takes a value, named `value` in the help. */
  readonly type: 'string' | 'boolean';
  readonly value?: string;
  readonly summary: string;
};

export type Values = Readonly<Record<string, string | boolean | undefined>>;

/** The result of a command: text for people, data for machines (`--json`). */
export type Report = {
  readonly text: string;
  readonly data: unknown;
  /** The report describes a failure. */
  readonly failed?: boolean;
  /** Standard output carries the result, such as a backup; the report goes to standard error. */
  readonly outputIsData?: boolean;
};

export type Command = {
  readonly words: readonly string[];
  /** Names of the arguments; all are required. */
  readonly parameters: readonly string[];
  /** One line. */
  readonly summary: string;
  /** Shown in the command's own help. */
  readonly details?: string;
  readonly options?: Readonly<Record<string, Option>>;
  readonly example: string;
  /** Returns what to print; nothing if it printed itself. Throws an Error whose message is one line. */
  run(context: Context, args: readonly string[], values: Values): Promise<Report | undefined>;
};

export type Context = {
  /** @throws ConfigError */
  config(): Config;
  /** JSON output. */
  readonly json: boolean;
  /** Aborted by Ctrl-C and other stop signals: the command rolls back. */
  readonly signal: AbortSignal;
  print(line: string): void;
  /** Shows progress on a terminal. `total` 0: unknown. */
  progress(what: string, done: number, total: number): void;
};

/** The command line could not be parsed. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Exit codes. */
export const EXIT = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;
