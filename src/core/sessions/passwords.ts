/** Password hashing: argon2id, a few at once; the rest waits in a bounded queue. */
import { randomBytes } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';
import { preparedPassword } from '../text.ts';
import { createTurns } from './turns.ts';

export type Passwords = ReturnType<typeof createPasswords>;

/** How many may wait, for each at work: as many as come at once when a network is back, say. */
const QUEUE = 512;
/** How long, in ms: who would wait for longer is told to come back. */
const PATIENCE = 5_000;

/** `cores`: as many as this process may fill. */
export type PasswordCost = { readonly memoryKiB: number; readonly passes: number; readonly cores: number };

export function createPasswords({ cores, ...cost }: PasswordCost) {
  // One core is left for everybody else: hashing fills those that it has.
  const atOnce = Math.max(1, cores - 1);
  const turns = createTurns({ atOnce, queue: atOnce * QUEUE, patience: PATIENCE });
  const options = { memoryCost: cost.memoryKiB, timeCost: cost.passes, parallelism: 1 };
  /** Nobody's hash: checking an unknown account takes as long as a known one. */
  const decoy = hash(randomBytes(16), options);
  decoy.catch(() => {});

  return {
    /** How many wait for their turn. */
    waiting: turns.waiting,
    /** `rank`: of those who wait the lowest is next. @throws AppError `overloaded` */
    hash: async (password: string, rank: number): Promise<string> => {
      const prepared = preparedPassword(password);
      if (prepared === null) throw new TypeError('the password was not checked');
      return turns.run(rank, () => hash(prepared, options));
    },
    /**
     * Earlier hashes, and imported ones, may be of the password as it was typed. `stored` null: no such account; false, after
     * the same time.
     * @throws AppError `overloaded`
     */
    matches: async (stored: string | null, password: string, rank: number): Promise<boolean> => {
      const prepared = preparedPassword(password);
      if (prepared === null) return false;
      const known = await turns.run(rank, async () => {
        const against = stored ?? (await decoy);
        return (await verify(against, prepared)) || (prepared !== password && (await verify(against, password)));
      });
      return known && stored !== null;
    },
  };
}
