/** Readiness of this node. Results are cached, so frequent probes do not load the database. */
import { withinDeadline } from '../deadline.ts';

export type Part = 'up' | 'down' | 'degraded';
export type Readiness = {
  readonly ready: boolean;
  readonly stopping: boolean;
  readonly parts: { readonly database: Part; readonly broker: Part; readonly files: Part; readonly disk: Part };
};

export type Health = { readiness(): Promise<Readiness>; stopping(): void };

/** How long a result is cached for all callers, in ms. */
const CACHE_TTL = 1_000;
/** A database that takes longer counts as down, in ms. */
const DEADLINE = 2_000;

/**
 * Only `database` decides readiness: reachable, with the current schema. The others are reported without taking the
 * node out of rotation: without the broker, events are read from the database; without files, only new pictures fail;
 * on a nearly full disk, reads and deletes still work.
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
  /** At most one query at a time: an unresponsive database is not queried again. */
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
    if (asking === null && performance.now() - askedAt < CACHE_TTL) return known;
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
