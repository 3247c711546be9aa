/**
 * Lets one batch run at a time, so that requests gather for the next one. A batch that takes longer than `patience` ms (on a
 * dead connection, say) no longer holds up the others.
 */
export function createBatchGate(patience: number) {
  const waiting: (() => void)[] = [];
  let underWay = 0;
  let timer: NodeJS.Timeout | null = null;

  function next(): void {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    const begin = waiting.shift();
    if (begin === undefined) return;
    if (waiting.length > 0) hurry();
    underWay += 1;
    begin();
  }

  function hurry(): void {
    timer ??= setTimeout(next, patience);
  }

  return {
    /** Begins the work, now or later. `leave` must be called at its end. */
    enter: (begin: () => void): void => {
      waiting.push(begin);
      if (underWay === 0) next();
      else hurry();
    },
    leave: (): void => {
      underWay -= 1;
      next();
    },
  };
}
