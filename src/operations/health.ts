/** Whether this node should be sent requests. What is asked of the database is bounded, however often that is. */

export type Part = 'up' | 'down' | 'degraded';
export type Readiness = {
  readonly ready: boolean;
  readonly stopping: boolean;
  readonly parts: { readonly database: Part; readonly broker: Part };
};

export type Health = { readiness(): Promise<Readiness>; stopping(): void };

/** For this long an answer is good for everybody who asks, in ms. */
const FRESH = 1_000;
/** A database that takes longer than that is down, in ms. */
const DEADLINE = 2_000;

/**
 * `database` tells whether it is there and has its schema. `broker` down is no reason to send requests elsewhere: events
 * are then read from the database.
 */
export function createHealth(ask: { database: () => Promise<boolean>; broker: () => boolean }): Health {
  let stopping = false;
  let known: Part = 'down';
  let askedAt = Number.NEGATIVE_INFINITY;
  /** One question at a time: a database that hangs is not asked again before it has answered. */
  let asking: Promise<void> | null = null;

  async function question(): Promise<void> {
    askedAt = performance.now();
    known = await ask.database().then(
      (there) => (there ? 'up' : 'down'),
      () => 'down',
    );
    asking = null;
  }

  async function database(): Promise<Part> {
    if (asking === null && performance.now() - askedAt < FRESH) return known;
    asking ??= question();
    const inTime = await within(asking, Math.max(0, askedAt + DEADLINE - performance.now()));
    return inTime ? known : 'down';
  }

  return {
    readiness: async () => {
      const parts = { database: await database(), broker: ask.broker() ? 'up' : 'degraded' } as const;
      return { ready: !stopping && parts.database === 'up', stopping, parts };
    },
    stopping: () => {
      stopping = true;
    },
  };
}

/** Whether it was done before the deadline, in ms. */
function within(work: Promise<void>, deadline: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), deadline);
    void work.then(() => {
      clearTimeout(timer);
      resolve(true);
    });
  });
}
