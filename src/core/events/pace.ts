/**
 * One piece of work at a time, so that what is asked for meanwhile gathers in the next; but nobody waits for one that
 * takes long, as on a connection that is no good any more.
 */
export function createPace(patience: number) {
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
    /** Begins the work, now or later. At its end `leave` is to be called. */
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
