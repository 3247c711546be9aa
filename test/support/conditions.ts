/** Waiting for conditions, never for time; and clearing up. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

/** How long nothing may change before the test fails with what was seen instead, in ms: a slow machine changes things slowly. */
const PATIENCE = 20_000;
/** How long a condition may take in all, in ms. */
const MOST = 120_000;
/** Between two times that something is asked for, in ms: who asks without a pause keeps others from working. */
const BETWEEN_ASKING = 5;

/** Something that changes, and can be waited for. */
export abstract class Watched {
  #changed: (() => void)[] = [];
  #changedAt = Date.now();

  /** What was seen so far, for the message of a test that waited in vain. */
  protected abstract describe(): string;
  /** Whether nothing can change any more. */
  protected abstract get over(): boolean;

  /**
   * Resolves with the first truthy answer of the condition, which is asked again after every change. `within`: ms; without it,
   * as long as something changes.
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

/** Asks again and again, for what can only be asked. */
export async function eventually<T>(what: string, ask: () => Promise<T | null | undefined | false>): Promise<T> {
  const deadline = Date.now() + PATIENCE;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > deadline) throw new Error(`waited for ${what}`);
    await sleep(BETWEEN_ASKING);
  }
}

const endings = new WeakMap<TestContext, (() => unknown)[]>();

/**
 * Runs when the test ends; what was registered last comes first (`t.after` goes the other way, under our feet). A step
 * that throws fails the test and keeps no other from running.
 */
export function atEnd(t: TestContext, step: () => unknown): void {
  const known = endings.get(t);
  if (known) {
    known.push(step);
    return;
  }
  const steps = [step];
  endings.set(t, steps);
  t.after(async () => {
    const failures: unknown[] = [];
    for (const next of steps.reverse())
      try {
        await next();
      } catch (error) {
        failures.push(error);
      }
    if (failures.length > 0) throw failures[0];
  });
}

/** An empty folder, gone when the test ends. */
export async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'koine-'));
  atEnd(t, () => rm(path, { recursive: true, force: true }));
  return path;
}
