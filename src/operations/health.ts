/** Whether this node should be sent requests. What is asked of the database is bounded, however often that is. */
import { withinDeadline } from '../deadline.ts';

export type Part = 'up' | 'down' | 'degraded';
export type Readiness = {
  readonly ready: boolean;
  readonly stopping: boolean;
  readonly parts: { readonly database: Part; readonly broker: Part; readonly files: Part; readonly disk: Part };
};

export type Health = { readiness(): Promise<Readiness>; stopping(): void };

/** For this long an answer is good for everybody who asks, in ms. */
const FRESH = 1_000;
/** A database that takes longer than that is down, in ms. */
const DEADLINE = 2_000;

/**
 * `database` tells whether it is there and has its schema. The others are no reason to send requests elsewhere: without the
 * broker, events are read from the database; without the files, all but new pictures is served; on a disk that is nearly
 * full, reading and deleting go on.
 */
export function createHealth(ask: {
  database: () => Promise<boolean>;
  broker: () => boolean;
  files: () => boolean;
  disk: () => boolean;
}): Health {
  let stopping = false;
  let known: Part = 'down';
  let askedAt = Number.NEGATIVE_INFINITY;
  /** One question at a time: a database that hangs is not asked again before it has answered. */
  let asking: Promise<Part> | null = null;

  async function question(): Promise<Part> {
    askedAt = performance.now();
    known = await ask.database().then(
      (there) => (there ? 'up' : 'down'),
      () => 'down',
    );
    asking = null;
    return known;
  }

  async function database(): Promise<Part> {
    if (asking === null && performance.now() - askedAt < FRESH) return known;
    asking ??= question();
    const left = Math.max(0, askedAt + DEADLINE - performance.now());
    return (await withinDeadline(asking, left)) ?? 'down';
  }

  return {
    readiness: async () => {
      const optional = (well: boolean): Part => (well ? 'up' : 'degraded');
      const parts = {
        database: await database(),
        broker: optional(ask.broker()),
        files: optional(ask.files()),
        disk: optional(ask.disk()),
      };
      return { ready: !stopping && parts.database === 'up', stopping, parts };
    },
    stopping: () => {
      stopping = true;
    },
  };
}
