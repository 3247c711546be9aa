/** When batches begin: at once after a pause, else so many ms after the one before began. So what comes meanwhile gathers. */
export function gathering(ms: number): (run: () => void) => void {
  let begunAt = Number.NEGATIVE_INFINITY;

  function begin(run: () => void): void {
    begunAt = performance.now();
    run();
  }

  return (run) => {
    const wait = begunAt + ms - performance.now();
    if (wait > 0) setTimeout(begin, wait, run);
    else setImmediate(begin, run);
  };
}
