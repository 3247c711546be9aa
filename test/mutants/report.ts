/** A readable report of the trials. */
import { AREAS } from './sampling.ts';
import type { Trial } from './trial.ts';

/** Characters shown of a change, which may be a long statement. */
const SHOWN = 300;

export function killed({ result }: Trial): boolean {
  return result === 'killed' || result === 'timed out';
}

export function summary(trials: readonly Trial[]): string {
  const rows = AREAS.flatMap((area) => {
    const own = trials.filter((trial) => trial.area === area);
    return own.length === 0 ? [] : [row(area, own)];
  });
  const survivors = trials.filter((trial) => !killed(trial));
  return [
    ...survivors.map(survivor),
    `${'area'.padEnd(10)}${'killed'.padStart(8)}${'of'.padStart(6)}${'timed out'.padStart(11)}${'not reached'.padStart(13)}`,
    ...rows,
    row('all', trials),
    '',
  ].join('\n');
}

function row(name: string, trials: readonly Trial[]): string {
  const count = (wanted: (trial: Trial) => boolean) => trials.filter(wanted).length;
  const dead = count(killed);
  const cells = [
    String(dead).padStart(8),
    String(trials.length).padStart(6),
    String(count(({ result }) => result === 'timed out')).padStart(11),
    String(count(({ result }) => result === 'not reached')).padStart(13),
    `${trials.length === 0 ? '' : Math.round((100 * dead) / trials.length)} %`.padStart(7),
  ];
  return name.padEnd(10) + cells.join('');
}

function survivor({ file, line, kind, before, after, result, reaching, untried }: Trial): string {
  const leftOut = untried > 0 ? `, ${untried} of them left out` : '';
  const why = result === 'not reached' ? 'no test reaches it' : `${reaching} test files reach it${leftOut}`;
  return `${file}:${line}  ${kind} (${why})\n  - ${cut(before)}\n  + ${cut(after)}\n`;
}

function cut(text: string): string {
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}
