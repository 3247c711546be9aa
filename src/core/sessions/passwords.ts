/** Password hashing: argon2id, with bounded concurrency and a bounded work queue. */
import { randomBytes } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';
import { preparedPassword } from '../text.ts';
import { createWorkQueue } from './work-queue.ts';

export type Passwords = {
  /** How many tasks wait. */
  waiting(): number;
  /** `rank`: of the waiting tasks, the lowest runs next. @throws AppError `overloaded` */
  hash(password: string, rank: number): Promise<string>;
  /**
   * Hashes of earlier versions, and imported ones, may be of the password as typed. `stored` null (no such account): false,
   * after the same time.
   * @throws AppError `overloaded`
   */
  matches(stored: string | null, password: string, rank: number): Promise<boolean>;
};

/** Waiting tasks for each running one: enough for the sign-ins that follow a network outage. */
const QUEUE = 512;
/** Longest wait, in ms; then the request is refused with `overloaded`. */
const PATIENCE = 5_000;

/** `cores`: how many this process may use. */
export type PasswordCost = { readonly memoryKiB: number; readonly passes: number; readonly cores: number };

export function createPasswords({ cores, ...cost }: PasswordCost): Passwords {
  // One core stays free for everything else, since hashing fills its cores.
  const atOnce = Math.max(1, cores - 1);
  const queue = createWorkQueue({ atOnce, queue: atOnce * QUEUE, patience: PATIENCE });
  const options = { memoryCost: cost.memoryKiB, timeCost: cost.passes, parallelism: 1 };
  /** A hash of no password: checking an unknown account takes as long as a known one. */
  const decoy = hash(randomBytes(16), options);
  decoy.catch(() => {});

  return {
    waiting: queue.waiting,
    hash: async (password, rank): Promise<string> => {
      const prepared = preparedPassword(password);
      if (prepared === null) throw new TypeError('the password was not checked');
      return queue.run(rank, () => hash(prepared, options));
    },
    matches: async (stored, password, rank): Promise<boolean> => {
      const prepared = preparedPassword(password);
      if (prepared === null) return false;
      const known = await queue.run(rank, async () => {
        const against = stored ?? (await decoy);
        return (await verify(against, prepared)) || (prepared !== password && (await verify(against, password)));
      });
      return known && stored !== null;
    },
  };
}
