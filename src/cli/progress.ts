/** A progress line on standard error, only if that is a terminal. */

export type Progress = {
  /** `total` 0: unknown. */
  show(what: string, done: number, total: number): void;
  /** Removes the line before other output. */
  clear(): void;
};

const WIDTH = 24;
/** Minimum time between updates, in ms. */
const INTERVAL = 100;

export function createProgress(stream: NodeJS.WriteStream): Progress {
  let shownAt = 0;
  let shown = false;
  function write(text: string): void {
    stream.write(`\r\x1b[K${text}`);
  }
  return {
    show: (what, done, total) => {
      const due = Date.now() - shownAt >= INTERVAL;
      if (!stream.isTTY || !due) return;
      shownAt = Date.now();
      shown = true;
      write(lineOf(what, done, total));
    },
    clear: () => {
      if (shown) write('');
      shown = false;
    },
  };
}

function lineOf(what: string, done: number, total: number): string {
  if (total === 0) return `${what}  ${done}`;
  const part = Math.min(1, done / total);
  const bar = '#'.repeat(Math.round(part * WIDTH)).padEnd(WIDTH, '.');
  return `${what}  [${bar}] ${Math.floor(part * 100)} %`;
}
