/** Password hashing: argon2id, as many at once as there are cores; the rest waits in a bounded queue. */
import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { hash, verify } from '@node-rs/argon2';
import pLimit from 'p-limit';
import { AppError } from '../errors.ts';

export type Passwords = ReturnType<typeof createPasswords>;

/** How many may wait, per core: about two seconds' worth. */
const QUEUE_PER_CORE = 64;

export function createPasswords(cost: { memoryKiB: number; passes: number }) {
  const cores = availableParallelism();
  const limit = pLimit(cores);
  const options = { memoryCost: cost.memoryKiB, timeCost: cost.passes, parallelism: 1 };
  /** Nobody's hash: checking an unknown account takes as long as a known one. */
  const decoy = hash(randomBytes(16), options);
  decoy.catch(() => {});

  /** @throws AppError `overloaded` when too many wait already */
  function run<T>(task: () => Promise<T>): Promise<T> {
    if (limit.pendingCount >= cores * QUEUE_PER_CORE) throw new AppError('overloaded', { retryAfter: 2 });
    return limit(task);
  }

  return {
    /** How many wait for their turn. */
    waiting: (): number => limit.pendingCount,
    hash: async (password: string): Promise<string> => run(() => hash(password, options)),
    /** `stored` null: no such account; false, after the same time. */
    matches: async (stored: string | null, password: string): Promise<boolean> => {
      const known = await run(async () => verify(stored ?? (await decoy), password));
      return known && stored !== null;
    },
  };
}
