/** Writes that no answer waits for: gathered in memory and written together a moment later, one run at a time. */

export type DelayedWritesOptions = {
  /** How long writes are gathered, in ms. */
  readonly delay: number;
  readonly isEmpty: () => boolean;
  /** Writes what was gathered. Writes that fail must be gathered again before it throws. */
  readonly write: () => Promise<void>;
};

export type DelayedWrites = {
  /** Call it when something was gathered. */
  schedule(): void;
  /** Resolves when everything gathered so far was written, or an attempt failed: the database is unavailable. */
  flush(): Promise<void>;
};

export function createDelayedWrites({ delay, isEmpty, write }: DelayedWritesOptions): DelayedWrites {
  let timer: NodeJS.Timeout | null = null;
  let running: Promise<void> | null = null;

  function schedule(): void {
    timer ??= setTimeout(() => void run().catch(() => {}), delay).unref();
  }

  function run(): Promise<void> {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    running ??= write().finally(() => {
      running = null;
      if (!isEmpty()) schedule();
    });
    return running;
  }

  return {
    schedule,
    flush: async (): Promise<void> => {
      try {
        await running;
        if (!isEmpty()) await run();
      } catch {
        // The next run tries again.
      }
    },
  };
}
