/** A line on standard error that shows how far long work is; only where that is a terminal. */

export type Progress = {
  /** `total` 0: nobody knows how much there is. */
  show(what: string, done: number, total: number): void;
  /** Takes the line away, before something else is written. */
  clear(): void;
};

const WIDTH = 24;
/** The line is written anew at most so often, in ms. */
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
