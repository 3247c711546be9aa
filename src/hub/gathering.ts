/** When batches begin: at once after a pause, else a fixed interval after the last one began. Entries gather in between. */
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
