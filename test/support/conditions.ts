/** Waiting for conditions instead of time; and cleanup. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Maximum time without any change before a test fails with what it saw, in ms: slow machines make slow progress. */
const PATIENCE = 20_000;
/** Maximum time for a condition in total, in ms. */
const MOST = 120_000;
/** Polling intervals in ms: each is longer than the one before, because questions slow others down. */
const INTERVALS = { first: 5, growth: 1.2, longest: 50 };

/** Something that changes and can be awaited. */
export abstract class Watched {
  #changed: (() => void)[] = [];
  #changedAt = Date.now();

  /** The state seen so far, for the failure message. */
  protected abstract describe(): string;
  /** Whether no more changes are possible. */
  protected abstract get over(): boolean;

  /**
   * Resolves with the condition's first truthy value, evaluated after every change. `within`: deadline in ms; without
   * it, it waits as long as something changes.
   */
  async until<T>(what: string, condition: (self: this) => T | null | undefined | false, within?: number): Promise<T> {
    const begun = Date.now();
    for (;;) {
      const over = this.over;
      const answer = condition(this);
      if (answer) return answer;
      const end = Math.min(begun + MOST, Math.max(begun, this.#changedAt) + PATIENCE);
      const left = (within === undefined ? end : begun + within) - Date.now();
      if (over || left <= 0) throw new Error(`waited for ${what}; ${this.describe()}`);
      await this.#nextChange(left);
    }
  }

  protected change(): void {
    this.#changedAt = Date.now();
    for (const wake of this.#changed.splice(0)) wake();
  }

  #nextChange(within: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, within);
      this.#changed.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}

/** Polls, for state that does not notify. `pause`: ms between two questions, for what has a rate limit. */
export async function eventually<T>(
  what: string,
  ask: () => Promise<T | null | undefined | false>,
  pause?: number,
): Promise<T> {
  const deadline = Date.now() + MOST;
  for (let interval = INTERVALS.first; ; interval = Math.min(interval * INTERVALS.growth, INTERVALS.longest)) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > deadline) throw new Error(`waited for ${what}`);
    await sleep(pause ?? interval);
  }
}

/** A test, or another piece of work with an end. */
export type Scope = { after(step: () => Promise<void>): void };

const endings = new WeakMap<Scope, (() => unknown)[]>();

/**
 * Runs at the end of the test, in reverse order of registration (unlike `t.after`). A failing step fails the test
 * without skipping the others.
 */
export function atEnd(t: Scope, step: () => unknown): void {
  const known = endings.get(t);
  if (known) {
    known.push(step);
    return;
  }
  const steps = [step];
  endings.set(t, steps);
  t.after(async () => {
    const failures: unknown[] = [];
    for (const next of steps.splice(0).reverse())
      try {
        await next();
      } catch (error) {
        failures.push(error);
      }
    if (failures.length > 0) throw failures[0];
  });
}

/** An empty folder, removed at the end of the test. */
export async function folder(t: Scope): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'koine-'));
  atEnd(t, () => rm(path, { recursive: true, force: true }));
  return path;
}
