/**
 * Checks PostgreSQL's statement log: no single statement may run in another's transaction, and none of a transaction
 * outside of one. The kinds are learned from a run without faults.
 */
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** The statement that ends the learning phase. */
export const END_OF_LEARNING = 'select 1 as what_follows_is_checked';
const STATEMENT = /^(?:statement|execute [^:]*): /;
/** PostgreSQL's warnings for a nested `begin`, and for a `commit` or `rollback` outside of a transaction. */
const STRAY = /there is (already a|no) transaction in progress/;

type Line = { session_id: string; message: string };

/** In PostgreSQL's data directory. */
const FOLDER = 'statements';
/** Settings that log each statement. */
export const LOGGING = {
  logging_collector: 'on',
  log_destination: 'jsonlog',
  log_directory: FOLDER,
  log_rotation_size: '0',
  log_statement: 'all',
  log_parameter_max_length: '0',
};

export class StatementChecker {
  readonly violations: string[] = [];
  transactions = 0;
  statements = 0;
  readonly #within = new Set<string>();
  readonly #alone = new Set<string>();
  /** Sessions in a transaction. */
  readonly #open = new Set<string>();
  #learning = true;

  static async read(dataDirectory: string): Promise<StatementChecker> {
    const checker = new StatementChecker();
    const folder = join(dataDirectory, FOLDER);
    for (const name of (await readdir(folder)).filter((file) => file.endsWith('.json')).sort())
      for await (const line of createInterface(createReadStream(join(folder, name)))) checker.take(JSON.parse(line));
    return checker;
  }

  take({ session_id: session, message }: Line): void {
    if (!STATEMENT.test(message)) {
      if (STRAY.test(message)) this.violations.push(message);
      return;
    }
    const statement = message.replace(STATEMENT, '').replaceAll(/\s+/g, ' ').trim();
    if (statement === END_OF_LEARNING) this.#learning = false;
    else if (/^begin\b/i.test(statement)) this.#open.add(session);
    else if (/^(commit|rollback)\b/i.test(statement)) this.#end(session);
    else this.#place(statement, this.#open.has(session));
  }

  #end(session: string): void {
    if (this.#open.delete(session)) this.transactions += 1;
  }

  #place(statement: string, inTransaction: boolean): void {
    this.statements += 1;
    const [here, there] = inTransaction ? [this.#within, this.#alone] : [this.#alone, this.#within];
    if (!this.#learning && !here.has(statement) && there.has(statement))
      this.violations.push(`${inTransaction ? 'inside of a' : 'outside of its'} transaction: ${statement}`);
    here.add(statement);
  }
}
