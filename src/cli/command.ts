/** What a command is, and what one is given to work with. */
import type { Config } from '../config/config.ts';

export type Option = {
  /** `string`: it takes a value, called `value` in the help. */
  readonly type: 'string' | 'boolean';
  readonly value?: string;
  readonly does: string;
};

export type Values = Readonly<Record<string, string | boolean | undefined>>;

/** What a command found or did: a text for people, data for machines (`--json`). */
export type Report = {
  readonly text: string;
  readonly data: unknown;
  /** It was said what is wrong, and something is. */
  readonly failed?: boolean;
  /** Standard output is what was made, such as a backup: the report goes to standard error. */
  readonly outputIsTaken?: boolean;
};

export type Command = {
  readonly words: readonly string[];
  /** Names of its arguments, all of them needed. */
  readonly takes: readonly string[];
  /** One line. */
  readonly does: string;
  /** More of it, for its own help. */
  readonly details?: string;
  readonly options?: Readonly<Record<string, Option>>;
  readonly example: string;
  /** Returns what to print; nothing where it printed itself. Throws an Error whose message is one line. */
  run(context: Context, args: readonly string[], values: Values): Promise<Report | undefined>;
};

export type Context = {
  /** @throws ConfigError */
  config(): Config;
  /** Machines read the output. */
  readonly json: boolean;
  /** Aborted by Ctrl-C and other signals to stop: whatever is under way is taken back. */
  readonly signal: AbortSignal;
  /** Writes a line to standard output. */
  print(line: string): void;
  /** Shows how far something is, where a person looks on. `total` 0: nobody knows. */
  progress(what: string, done: number, total: number): void;
};

/** The command was called in a way that it does not understand. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** What a command's exit code says. */
export const EXIT = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;
