// Progress of a long task: a bar on a terminal, otherwise a line per step.
const BAR_WIDTH = 30;

export interface Step {
  /** `done` so far; the last call passes the total. */
  reach(done: number): void;
}

export class Progress {
  readonly #out: NodeJS.WriteStream;
  readonly #begin = performance.now();

  constructor(out: NodeJS.WriteStream = process.stderr) {
    this.#out = out;
  }

  step(name: string, total: number): Step {
    const begin = performance.now();
    const show = (done: number) => {
      const filled = Math.round((done / total) * BAR_WIDTH);
      const bar = '█'.repeat(filled).padEnd(BAR_WIDTH, '░');
      this.#out.write(`\r${name.padEnd(10)} ${bar} ${say(done)} of ${say(total)}, ${secondsSince(this.#begin)} s`);
    };
    if (this.#out.isTTY) show(0);
    return {
      reach: (done) => {
        if (this.#out.isTTY) show(done);
        if (done < total) return;
        this.#out.write(this.#out.isTTY ? '\n' : `· ${name}: ${say(total)} in ${secondsSince(begin)} s\n`);
      },
    };
  }
}

function say(count: number): string {
  return count.toLocaleString('en-US');
}

function secondsSince(begin: number): string {
  return ((performance.now() - begin) / 1000).toFixed(1);
}
